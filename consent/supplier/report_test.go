package supplier_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

var (
	english = language.English
	french  = language.French
)

// personal finds what only the file says: digits of numbers, names of e-mail
// addresses, IP addresses, paths of pages, and forms that nobody declared.
var personal = regexp.MustCompile(`3998|0639|secret|192\.5\.5|10\.1\.2\.3|2001:500:a|/quiz|tombola`)

func leaky() string {
	var b strings.Builder
	b.WriteString("mail;" + header)
	for n := range 120 {
		fmt.Fprintf(&b, "secret%d@example.org;+336399%05d;2024-03-05 09:00:%02d;quiz;192.5.5.241;https://jeux.example/quiz?m=secret\n", n, 80000+n, n%60)
	}
	b.WriteString("secret@@;0639;2024-03-05 09:00:00;quiz;10.1.2.3;x\n")
	b.WriteString(";0639980012;2024-03-05 09:00:00;tombola;10.1.2.3;x\n")
	b.WriteString("secret;+33639980013;0639980013;tombola;10.1.2.3;secret/quiz\n")
	b.WriteString(";+33639980014;2024-03-05 09:00:00;quiz;10.1.2.3;tombola.example\n")
	b.WriteString(";+33639980015;2024-03-05 09:00:00;quiz;2001:500:a::7;jeux.example\n")
	return b.String()
}

// No report, and no error, repeats what a line says of a person.
func TestReportsNameNobody(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	p.Columns.Email = "mail"
	r := w.imports(p, leaky())
	require.Equal(t, 120, r.Flagged(supplier.SharedIP))
	audit, err := supplier.Audit(t.Context(), w.audit(p))
	require.NoError(t, err)
	require.NotEmpty(t, audit.Sample)
	for _, v := range []any{r, audit} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		require.Empty(t, personal.FindAllString(withoutDigests(string(b)), -1))
		require.Empty(t, personal.FindAllString(withoutDigests(fmt.Sprintf("%+v", v)), -1))
	}
	for _, text := range []string{r.Markdown(english), r.Markdown(french), string(r.CSV(english)), string(r.CSV(french)), audit.Markdown(english), audit.Markdown(french)} {
		require.Empty(t, personal.FindAllString(withoutDigests(text), -1))
	}
	require.Contains(t, r.Markdown(french), "192.5.x.x (120)")

	w.ledger = nil
	_, err = supplier.Import(t.Context(), strings.NewReader(leaky()), p, supplier.Stores{Contacts: failing{nil, fmt.Errorf("disk full")}, Register: w.register, Documents: w.documents}, supplier.Options{})
	require.Error(t, err)
	require.Empty(t, personal.FindAllString(err.Error(), -1))
}

// withoutDigests takes out digests and IDs, which may have any digits.
func withoutDigests(s string) string {
	return regexp.MustCompile(`[0-9a-f]{64}|[0-9a-f]{12}|[0-9a-f-]{36}`).ReplaceAllString(s, "")
}

func TestReportInWords(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	r := w.imports(profile(), header+good(1)+good(2)+"+33639980003;2090-01-01 10:00:00;quiz;2001:500::1;jeux.example\n+33639980004;;;;\n")
	fr, en := r.Markdown(french), r.Markdown(english)
	require.Contains(t, fr, "# Import de Fichiers SARL, contrat 2024-17, le 2024-06-03\n")
	require.Contains(t, fr, "- lignes : 3, dont 66,6 % avec preuve complète ; accords nouveaux : 2, connus : 0, refusés : 1\n")
	require.Contains(t, en, "- lines: 3, 66.6 % with complete evidence; consents new: 2, known: 0, refused: 1\n")
	require.Contains(t, fr, "| La date est postérieure à l'import. | ne prouve rien | non enregistré | 1 | 4 |\n")
	require.Contains(t, en, "## Lines without a form of the contract\n")
	require.Contains(t, en, "| 2024-03 | 2 |\n")
	csv := string(r.CSV(french))
	require.True(t, strings.HasPrefix(csv, "\ufeffformulaire;depuis;lignes;"))
	require.Contains(t, csv, "\r\nquiz;2024-01-01;3;2;future;La date est postérieure à l'import.;ne prouve rien;non enregistré;1;4\r\n")
	for _, row := range strings.Split(strings.TrimSpace(csv), "\r\n") {
		require.Equal(t, 9, strings.Count(row, ";"), row)
	}
}

func (w *world) audit(profiles ...*supplier.Profile) supplier.AuditOptions {
	return supplier.AuditOptions{
		Base: "rented", Source: w.contacts, Ledger: w.ledger, Register: w.register, Documents: w.documents, Profiles: profiles, Seed: 7,
	}
}

func TestAudit(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	w.imports(p, header+good(1)+good(2)+good(3)+"+33639980004;2090-01-01 10:00:00;quiz;2001:500::1;jeux.example\n")
	record := func(n int, change func(a *consent.Act)) {
		a := w.acts(1)[0]
		a.ID = uuid.UUID{15: byte(n), 0: 1}
		change(&a)
		_, err := w.ledger.Append(t.Context(), w.register.Keyring().ID(), []consent.Entry{{Fingerprint: w.register.Keyring().Fingerprint(address(t, n)), Address: address(t, n), Act: a}})
		require.NoError(t, err)
	}
	put := func(n int) {
		c := contact.Contact{ID: contact.ID(fmt.Sprint("c", n)), Base: "rented", Points: []contact.Point{{Address: address(t, n)}},
			Origins: []contact.Provenance{{Origin: &contact.Origin{Kind: contact.RentedFile, Collector: "Jeux SAS", Supplier: "Fichiers SARL", Form: "other"}}}}
		w.register.Keyring().Hasher().Stamp([]contact.Contact{c})
		_, err := w.contacts.Put(t.Context(), w.register.Keyring().ID(), []contact.Contact{c})
		require.NoError(t, err)
	}
	for n, change := range map[int]func(a *consent.Act){
		10: func(a *consent.Act) { a.Happened = noon.Add(time.Second) },
		11: func(a *consent.Act) { a.Happened = p.Forms[1].From.Add(-1000) },
		12: func(a *consent.Act) { a.Notice = contact.NoticeID{} },
		13: func(a *consent.Act) { a.Notice = contact.NoticeID{1} },
		14: func(a *consent.Act) { a.Evidence = nil },
		15: func(a *consent.Act) { a.Source = "Autre SARL" },
		16: func(a *consent.Act) { a.Happened = noon; a.Grade = consent.Audited },
	} {
		put(n)
		record(n, change)
	}
	record(3, func(a *consent.Act) {
		a.Kind, a.By, a.Happened = consent.Objected, consent.ByPerson, noon.AddDate(-9, 0, 0)
	})
	r, err := supplier.Audit(t.Context(), w.audit(p))
	require.NoError(t, err)
	require.Equal(t, []int{11, 3, 1}, []int{r.Contacts, r.Complete, r.Refused})
	require.Equal(t, []string{"other", "quiz"}, []string{r.Groups[0].Form, r.Groups[1].Form}[0:2])
	missing := map[string][]supplier.Missing{}
	for _, proof := range r.Sample {
		missing[proof.Address.String()] = proof.Missing
	}
	require.Equal(t, map[string][]supplier.Missing{
		"phone:+33…01": nil, "phone:+33…02": nil, "phone:+33…03": {supplier.Ended}, "phone:+33…04": {supplier.MissingAct},
		"phone:+33…10": {supplier.InFuture}, "phone:+33…11": {supplier.OutsideForm}, "phone:+33…12": {supplier.MissingNotice, supplier.MissingForm},
		"phone:+33…13": {supplier.MissingText, supplier.MissingForm}, "phone:+33…14": {supplier.MissingEvidence}, "phone:+33…15": {supplier.MissingForm}, "phone:+33…16": nil,
	}, missing)
	require.Contains(t, r.Markdown(french), "Contacts : 11, dont 27,2 % avec preuve complète ; avec un refus au registre : 1.\n")
	require.Contains(t, r.Markdown(english), "| phone:+33…10 | 01000000-0000-0000-0000-00000000000a | 2024-06-03 | asserted | "+p.Forms[1].Notice.ID().String()+" | the date lies in the future |\n")

	o := w.audit(p)
	o.MinGrade = consent.Audited
	r, err = supplier.Audit(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, 1, r.Complete)
	o.Purpose = contact.Commercial
	r, err = supplier.Audit(t.Context(), o)
	require.NoError(t, err)
	require.Zero(t, r.Complete)
	require.Equal(t, len(r.Sample), r.Groups[0].Missing[supplier.MissingAct]+r.Groups[1].Missing[supplier.MissingAct])
	o.Register = nil
	_, err = supplier.Audit(t.Context(), o)
	require.ErrorContains(t, err, "Register")
}

// The same seed draws the same sample, another seed another, and nobody is
// drawn more often for where they stand.
func TestAuditSample(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	file := big(3000)
	_, err := supplier.Import(t.Context(), file, p, w.stores(), supplier.Options{})
	require.NoError(t, err)
	draw := func(seed uint64) []byte {
		o := w.audit(p)
		o.Seed = seed
		r, err := supplier.Audit(t.Context(), o)
		require.NoError(t, err)
		require.Equal(t, []int{3000, 3000, 100}, []int{r.Contacts, r.Complete, len(r.Sample)})
		seen := map[uuid.UUID]bool{}
		for _, proof := range r.Sample {
			seen[proof.Act] = true
		}
		require.Len(t, seen, 100, "nobody twice")
		r.Seed = 0
		b, err := json.Marshal(r)
		require.NoError(t, err)
		return b
	}
	require.True(t, bytes.Equal(draw(1), draw(1)))
	require.False(t, bytes.Equal(draw(1), draw(2)))

	late := 0 // of 20 samples of 100, those from the last third
	for seed := range uint64(20) {
		o := w.audit(p)
		o.Seed = seed
		r, err := supplier.Audit(t.Context(), o)
		require.NoError(t, err)
		for _, proof := range r.Sample {
			if proof.Happened.After(time.Date(2024, 1, 1, 23, 0, 1, 0, time.UTC).Add(19_999 * time.Second)) {
				late++
			}
		}
	}
	require.InDelta(t, 2000/3, late, 100, "three standard deviations are 63")
}
