package contact_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// supplied is what a supplier's file needs to be read without a mapping.
func supplied(t *testing.T) contact.ImportOptions {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	return contact.ImportOptions{
		Base: "base", Origin: &contact.Origin{Kind: contact.RentedFile, Collector: "jeux.example", Supplier: "Fichiers SARL"}, Zone: paris,
		ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
	}
}

const french = "N° client;Civilité;Prénom;Tél. portable;E-mail;Date d'opt-in;Commentaire\r\n" +
	"1;Mme;Zoé;=\"0639980001\";;24/03/2024 18:05;\r\n" +
	"2;M.;Loïc;639980002;loic@example.org;2024-07-01;\"deux\r\nlignes; un point-virgule\"\r\n" +
	"3;M.;Noël;'06.39.98.00.03;;24/03/2024 à 18h05;un \"guillemet\"\r\n"

// One file, whatever program saved it.
func TestImportReadsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()

	ansi, err := charmap.Windows1252.NewEncoder().String(french)
	require.NoError(t, err)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(french)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		file     string
		encoding contact.Encoding
		reread   int
	}{
		"UTF-8":               {french, contact.UTF8, 0},
		"UTF-8 with a mark":   {"\ufeff" + french, contact.UTF8, 0},
		"Windows-1252":        {ansi, contact.Windows1252, 4},
		"UTF-16":              {wide, contact.UTF16LE, 0},
		"with its separator":  {"sep=;\r\n" + french, contact.UTF8, 0},
		"ends as Unix has it": {strings.ReplaceAll(french, "\r\n", "\n"), contact.UTF8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var s memory.Contacts
			var notes []string
			o := supplied(t)
			o.Row = func(_ int, _ *contact.Contact, get func(string) string) error {
				notes = append(notes, get("Prénom")+": "+get("commentaire"))
				return nil
			}
			report, err := contact.ImportCSV(t.Context(), strings.NewReader(tt.file), &s, o)
			require.NoError(t, err)
			require.Equal(t, "3 lines: 3 created, 0 merged, 0 unchanged, 0 rejected", report.String())
			require.Equal(t, ";", report.Separator)
			require.Equal(t, tt.encoding, report.Encoding)
			require.Equal(t, tt.reread, report.Reread)
			require.Equal(t, []contact.Column{
				{Name: "N° client", Kind: contact.IDColumn}, {Name: "Tél. portable", Kind: contact.PhoneColumn},
				{Name: "E-mail", Kind: contact.EmailColumn}, {Name: "Date d'opt-in", Kind: contact.CollectedColumn},
			}, report.Columns)
			require.Equal(t, []string{"Civilité", "Prénom", "Commentaire"}, report.Ignored)
			require.Equal(t, []string{"Zoé: ", "Loïc: deux\nlignes; un point-virgule", `Noël: un "guillemet"`}, notes)
			all := everybody(t, &s)
			for i, c := range all {
				require.Equal(t, phoneOf(t, "+3363998000"+strconv.Itoa(i+1)), c.Points[0].Address)
			}
			require.Equal(t, time.Date(2024, 3, 24, 17, 5, 0, 0, time.UTC), all[0].Origins[0].Collected)
			require.Equal(t, time.Date(2024, 6, 30, 22, 0, 0, 0, time.UTC), all[1].Origins[0].Collected)
			require.Equal(t, all[0].Origins[0].Collected, all[2].Origins[0].Collected)
		})
	}
}

func TestRecognizeColumns(t *testing.T) {
	t.Parallel()

	for header, want := range map[string]string{
		"ID;Nom;Téléphone;Mail":                           "ID id, Téléphone phone, Mail email",
		"customer_id;first name;Mobile Phone;E-Mail":      "customer_id id, Mobile Phone phone, E-Mail email",
		"N° de tél.;TÉL. FIXE;Langue;Code pays":           "N° de tél. phone, Langue language, Code pays territory",
		"Tel 1;Tel 2;Tel 2;MSISDN":                        "Tel 1 phone, Tel 2 phone, MSISDN phone",
		"Référence;Identifiant;Portable":                  "Référence id, Portable phone",
		"Horodatage opt-in;Date de consentement;Courriel": "Horodatage opt-in collected, Courriel email",
		"Pays;Date;Nom;Adresse;Contact;Ville;;Code":       "",
		"opted_in_at;time zone;phone number":              "opted_in_at collected, time zone zone, phone number phone",
	} {
		var got []string
		for _, c := range contact.RecognizeColumns(strings.Split(header, ";")) {
			got = append(got, c.Name+" "+c.Kind.String())
		}
		require.Equal(t, want, strings.Join(got, ", "), header)
	}
}

func TestImportMap(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	o := supplied(t)
	o.Map = func(header []string) ([]contact.Column, error) {
		require.Equal(t, []string{"ref", "tel", "Ville"}, header)
		return append(contact.RecognizeColumns(header), contact.Column{Name: "ville", Kind: contact.TextColumn, Attribute: "city"}), nil
	}
	_, err := contact.ImportCSV(t.Context(), strings.NewReader("ref|tel|Ville\n1|0639980001|Brest\n"), &s, o)
	require.NoError(t, err)
	require.Equal(t, []contact.Attribute{{"city", contact.Text("Brest")}}, everybody(t, &s)[0].Attributes)

	for want, returned := range map[string][]contact.Column{
		"contact: import: Columns: none is the ID, and IDFrom is nil":                   {{Name: "tel", Kind: contact.PhoneColumn}},
		"contact: import: Columns: none is a phone number or an e-mail address":         {{Name: "ref", Kind: contact.IDColumn}},
		`contact: import: column "Tel" is mapped twice`:                                 {{Name: "ref", Kind: contact.IDColumn}, {Name: "tel", Kind: contact.PhoneColumn}, {Name: "Tel", Kind: contact.TextColumn}},
		`contact: import: column "mobile" is mapped and not in the header`:              {{Name: "ref", Kind: contact.IDColumn}, {Name: "mobile", Kind: contact.PhoneColumn}},
		"contact: import: Columns[0]: Name is empty or has spaces around it":            {{Kind: contact.IDColumn}},
		"contact: import: Columns: none is a phone number or an e-mail address\nnobody": nil,
	} {
		o.Map = func([]string) ([]contact.Column, error) { return returned, nil }
		_, err := contact.ImportCSV(t.Context(), strings.NewReader("ref;tel\n1;0639980001\n"), &s, o)
		require.EqualError(t, err, strings.TrimSuffix(want, "\nnobody"))
	}
	o.Map = func([]string) ([]contact.Column, error) { return nil, errors.New("not one of ours") }
	_, err = contact.ImportCSV(t.Context(), strings.NewReader("ref;tel\n"), &s, o)
	require.EqualError(t, err, "contact: import: Map: not one of ours")
}

// What was rejected comes back as a file: corrected, it is imported, and what
// is still wrong comes back again, without another pair of columns.
func TestImportRejectsToBeCorrected(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	var rejects bytes.Buffer
	o := supplied(t)
	o.Rejects = &rejects
	file := "Réf;Tél;Mail;Note\n" +
		"1;0639980001;;x\n" +
		"2;06 39 98;;\"a;b\"\n" +
		"3;;zoe(at)example.org;=1+1\n" +
		"4;0639980004\n" +
		"5;0639980005;;\"open\n" +
		";0639980006;;x\n"
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
	require.NoError(t, err)
	require.Equal(t, "6 lines: 1 created, 0 merged, 0 unchanged, 5 rejected", report.String())
	require.Equal(t, "\ufeff"+strings.ReplaceAll(`Réf;Tél;Mail;Note;accord_line;accord_reason
2;06 39 98;;"a;b";3;Tél: phone: too few digits for country code 33: not an address
3;;zoe(at)example.org;'=1+1;4;Mail: contact: e-mail address: no @ sign: not an address
4;0639980004;;;5;2 fields, want 4 as in the header
"5;0639980005;;""open";;;;6;a quoted field is not closed
;0639980006;;x;7;Réf: no ID
`, "\n", "\r\n"), rejects.String())

	corrected := strings.NewReplacer("06 39 98;", "06 39 98 00 02;", "(at)", "@", `"5;0639980005;;""open";;;`, "5;0639980005;;open").Replace(rejects.String())
	rejects.Reset()
	report, err = contact.ImportCSV(t.Context(), strings.NewReader(corrected), &s, o)
	require.NoError(t, err)
	require.Equal(t, "5 lines: 4 created, 0 merged, 0 unchanged, 1 rejected", report.String())
	require.Equal(t, []string{"Note", contact.RejectLine, contact.RejectReason}, report.Ignored)
	require.Equal(t, "\ufeffRéf;Tél;Mail;Note;accord_line;accord_reason\r\n;0639980006;;x;6;Réf: no ID\r\n", rejects.String())
	require.Equal(t, "1 2 3 4 5", names(everybody(t, &s)))

	full := errors.New("no space left on device")
	o.Rejects = fullDisk{full}
	report, err = contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
	require.ErrorIs(t, err, full)
	require.ErrorContains(t, err, "line 3: Rejects: ")
	balanced(t, report)
}

type fullDisk struct{ err error }

func (f fullDisk) Write([]byte) (int, error) { return 0, f.err }

// A person who stands in a file twice is one contact, and both collections of
// the data are kept: which of them a consent rests on is for the ledger.
func TestImportMergesDuplicatesWithTheirOrigins(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	o := supplied(t)
	o.Row = func(_ int, c *contact.Contact, get func(string) string) error {
		origin := *c.Origins[0].Origin
		origin.Form = get("form")
		c.Origins[0].Origin = &origin
		return nil
	}
	file := "id,tel,mail,date optin,form\n1,0639980001,,01/02/2023,a\n1,,zoe@example.org,03/04/2024,b\n1,06 39 98 00 01,,01/02/2023,a\n"
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
	require.NoError(t, err)
	require.Equal(t, "3 lines: 1 created, 1 merged, 1 unchanged, 0 rejected", report.String())
	all := everybody(t, &s)
	require.Len(t, all, 1)
	require.Len(t, all[0].Points, 2)
	var forms []string
	for _, p := range all[0].Origins {
		forms = append(forms, p.Origin.Form+" "+p.Collected.Format(time.DateOnly))
	}
	require.ElementsMatch(t, []string{"a 2023-01-31", "b 2024-04-02"}, forms)
}

// generated is a file of that many lines that is never held as a whole.
type generated struct {
	lines, next int
	rest        []byte
}

func (g *generated) Read(p []byte) (int, error) {
	for len(g.rest) == 0 {
		if g.next > g.lines {
			return 0, io.EOF
		}
		if g.rest = g.rest[:0]; g.next == 0 {
			g.rest = append(g.rest, "id;prenom;tel;date optin\n"...)
		} else {
			g.rest = fmt.Appendf(g.rest, "P%d;Zo\xe9;063998%04d;24/03/2024 18:05\r\n", g.next, g.next%10_000)
		}
		g.next++
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// nobody keeps nothing, so that what is held is held by the import.
type nobody struct{ contact.Store }

func (nobody) Put(_ context.Context, _ contact.KeyID, cs []contact.Contact) ([]contact.Merge, error) {
	merges := make([]contact.Merge, len(cs))
	for i := range merges {
		merges[i] = contact.Created
	}
	return merges, nil
}

// Memory is flat however long the file. ACCORD_LINES sets its length.
func TestImportHoldsOneBatch(t *testing.T) {
	lines := 100_000
	if n, err := strconv.Atoi(os.Getenv("ACCORD_LINES")); err == nil {
		lines = n
	}
	var first, most uint64
	o := supplied(t)
	o.Progress = func(r contact.ImportReport) {
		if r.Lines%10_000 != 0 || r.Lines > 10_000 && r.Lines%(lines/10) != 0 {
			return
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		if first == 0 {
			first = m.HeapAlloc
		}
		most = max(most, m.HeapAlloc)
	}
	report, err := contact.ImportCSV(t.Context(), &generated{lines: lines}, nobody{}, o)
	require.NoError(t, err)
	require.Equal(t, lines, report.Created)
	require.Equal(t, contact.Windows1252, report.Encoding)
	t.Logf("%d lines, %d bytes: %d KiB at 10,000 lines, %d KiB at most", report.Lines, report.Bytes, first>>10, most>>10)
	require.Less(t, most, first+512<<10)
}
