package supplier_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// noon is when imports happen: noon in Paris.
var noon = time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC)

var martin = contact.Party{ID: "martin", Name: "Jeanne Martin"}

// profile is that of a supplier with two forms, of which the first has had two
// lists of partners.
func profile() *supplier.Profile {
	quiz := supplier.Form{
		Name: "quiz", Collector: "Jeux SAS", Sites: []string{"jeux.example"},
		Notice: contact.Notice{Language: "fr", Text: "J'accepte de recevoir par SMS les messages politiques des partenaires.", Partners: []string{"Jeanne Martin"}, PartnersVersion: "2023-01"},
		From:   time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS, contact.RCS),
		Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}, Category: "partners"},
	}
	second := quiz
	second.Notice.PartnersVersion = "2024-01"
	second.From, second.Until = quiz.Until, time.Time{}
	poll := quiz
	poll.Name, poll.Collector, poll.Sites = "poll", "Sondages SA", []string{"sondage.example"}
	poll.From, poll.Until = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}
	return &supplier.Profile{
		Supplier: contact.Party{ID: "fichiers", Name: "Fichiers SARL"}, Contract: "2024-17", Base: "rented", Kind: contact.RentedFile, Zone: "Europe/Paris",
		Columns: supplier.Columns{Phone: "mobile", Date: "date_optin", Form: "form", IP: "ip", URL: "url"},
		Forms:   []supplier.Form{quiz, second, poll},
	}
}

const header = "mobile;date_optin;form;ip;url\n"

// good is a line without a flag, of person n.
func good(n int) string {
	return fmt.Sprintf("+336399%05d;2024-03-%02d 09:%02d:%02d;quiz;2001:500:%x::1;https://www.jeux.example/quiz\n", 80000+n%10000, 1+n%28, n/60%60, n%60, n)
}

// world is what an import writes to.
type world struct {
	t         testing.TB
	now       time.Time
	contacts  *memory.Contacts
	ledger    *memory.Ledger
	list      *memory.Suppressions
	documents *memory.Documents
	register  *consent.Register
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, now: noon, contacts: new(memory.Contacts), ledger: new(memory.Ledger), list: new(memory.Suppressions), documents: new(memory.Documents)}
	keyring, err := suppression.NewKeyring([]byte("a secret of these tests 0123456789"))
	require.NoError(t, err)
	w.register, err = consent.NewRegister(w.ledger, w.list, keyring, &consent.RegisterOptions{Clock: consent.ClockFunc(func() time.Time { return w.now })})
	require.NoError(t, err)
	return w
}

func (w *world) stores() supplier.Stores {
	return supplier.Stores{Contacts: w.contacts, Register: w.register, Documents: w.documents}
}

func (w *world) load(ctx context.Context, p *supplier.Profile, file string) (supplier.Report, error) {
	return supplier.Import(ctx, strings.NewReader(file), p, w.stores(), supplier.Options{Batch: 10})
}

// imports is load, without an error and with every line accounted for.
func (w *world) imports(p *supplier.Profile, file string) supplier.Report {
	w.t.Helper()
	r, err := w.load(w.t.Context(), p, file)
	require.NoError(w.t, err)
	accounted(w.t, &r)
	return r
}

func accounted(t testing.TB, r *supplier.Report) {
	t.Helper()
	i := r.Import
	require.Equal(t, i.Lines, i.Created+i.Merged+i.Unchanged+i.Rejected+i.Unsettled)
	require.Equal(t, i.Created+i.Merged+i.Unchanged, r.Recorded+r.Already+r.Refused)
	lines := 0
	for _, f := range r.Forms {
		require.Equal(t, f.Lines, f.Recorded+f.Already+f.Refused)
		lines += f.Lines
	}
	require.Equal(t, lines, r.Recorded+r.Already+r.Refused)
}

func address(t testing.TB, n int) contact.Address {
	t.Helper()
	a, err := contact.PhoneFromDigits(33_639_980_000 + uint64(n))
	require.NoError(t, err)
	return a
}

func (w *world) acts(n int) []consent.Act {
	w.t.Helper()
	h, err := w.register.History(w.t.Context(), address(w.t, n))
	require.NoError(w.t, err)
	return h.Acts
}

// big writes a file of n lines, each of another person, second and network. The
// country code 999 is nobody's.
func big(n int) io.ReadSeeker {
	var b bytes.Buffer
	b.WriteString(header)
	start := time.Date(2024, 1, 2, 0, 0, 1, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&b, "+999%09d;%s;quiz;2001:500:%x:%x::1;https://www.jeux.example/quiz\n",
			i, start.Add(time.Duration(i*10)*time.Second).Format("2006-01-02 15:04:05"), i>>16, i&0xffff)
	}
	return bytes.NewReader(b.Bytes())
}
