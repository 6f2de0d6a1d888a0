package supplier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// mixed has lines of every fate: good ones, a rejected one, flagged ones, one
// without a form.
func mixed() string {
	var b strings.Builder
	b.WriteString(header)
	for n := range 57 {
		switch n % 9 {
		case 3:
			b.WriteString("06;2024-03-05 09:00:00;quiz;2001:500::1;jeux.example\n")
		case 5:
			fmt.Fprintf(&b, "+336399%05d;2090-03-05 09:00:00;quiz;2001:500::1;jeux.example\n", 80000+n)
		case 7:
			fmt.Fprintf(&b, "+336399%05d;2024-03-05 09:00:00;;2001:500::1;jeux.example\n", 80000+n)
		default:
			b.WriteString(good(n))
		}
	}
	return b.String()
}

func TestImportAccountsForEveryLine(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	r := w.imports(profile(), mixed())
	require.Equal(t, 57, r.Import.Lines)
	require.Equal(t, []int{6, 6, 6}, []int{r.Import.Rejected, r.Flagged(supplier.Future), r.Flagged(supplier.NoForm)})
	require.Equal(t, []int{39, 0, 12, 39}, []int{r.Recorded, r.Already, r.Refused, r.Acts})
	require.Len(t, r.Forms, 4, "those of the profile, and one for lines that name none")
	require.Equal(t, map[string]int{"2024-03": 39, "2090-03": 6}, map[string]int{
		"2024-03": r.Forms[1].Months["2024-03"], "2090-03": r.Forms[1].Months["2090-03"],
	})
	require.InDelta(t, 39.0/45, r.Forms[1].Evidence(), 1e-9)
}

// Importing a file again changes nothing, in any order of its lines and in
// other batches.
func TestImportIsIdempotent(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	first := w.imports(profile(), mixed())
	before := w.chains()
	again := w.imports(profile(), mixed())
	require.Equal(t, []int{0, first.Recorded, first.Refused, 0}, []int{again.Recorded, again.Already, again.Refused, again.Acts})
	require.Equal(t, again.Import.Lines-again.Import.Rejected, again.Import.Unchanged)

	lines := strings.SplitAfter(strings.TrimPrefix(mixed(), header), "\n")
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	w.now = w.now.Add(time.Hour)
	w.imports(profile(), header+strings.Join(lines, ""))
	require.Equal(t, before, w.chains())
}

// The IDs of acts must never change: another would record every grant again.
func TestImportKeepsIDs(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	w.imports(profile(), header+good(1))
	require.Equal(t, "cdd18e12-8e9f-821a-90cb-d20c495b3448", w.acts(1)[0].ID.String())
	require.Equal(t, uuid.Version(8), w.acts(1)[0].ID.Version())
	require.Equal(t, uuid.RFC4122, w.acts(1)[0].ID.Variant())

	// Another contract, form, date or person is another grant.
	p := profile()
	p.Contract = "2024-18"
	require.Equal(t, 1, w.imports(p, header+good(1)).Recorded)
	require.Len(t, w.acts(1), 2)
}

func (w *world) chains() []consent.Chain {
	w.t.Helper()
	chains, err := w.ledger.Walk(w.t.Context(), uuid.Nil, 1000)
	require.NoError(w.t, err)
	return chains
}

// Cut short after any number of calls to the stores, an import goes on when it
// is started again, and ends where an undisturbed one does.
func TestImportGoesOn(t *testing.T) {
	t.Parallel()

	file := mixed()
	whole := newWorld(t)
	whole.imports(profile(), file)
	for calls := range 20 {
		w := newWorld(t)
		reason := errors.New("the host is stopping")
		ctx, cancel := context.WithCancelCause(t.Context())
		left := calls
		w.now = noon
		r, err := supplier.Import(ctx, strings.NewReader(file), profile(), supplier.Stores{
			Contacts: &stopping{w.contacts, &left, func() { cancel(reason) }}, Register: w.register, Documents: w.documents,
		}, supplier.Options{Batch: 10})
		accounted(t, &r)
		if left > 0 {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, reason)
			require.NotZero(t, r.Import.Unsettled)
		}
		w.imports(profile(), file)
		require.Len(t, w.chains(), len(whole.chains()))
		require.Equal(t, whole.acts(0)[0].ID, w.acts(0)[0].ID)
	}
}

// stopping stops the import once a number of batches is put: the acts of the
// last are not recorded.
type stopping struct {
	contact.Store
	left *int
	stop func()
}

func (s *stopping) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	done, err := s.Store.Put(ctx, key, contacts)
	if *s.left--; *s.left <= 0 {
		*s.left = 0
		s.stop()
	}
	return done, err
}

// A batch that the store does not take has no acts.
func TestImportRecordsOnlyWhatIsPut(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	failed := errors.New("disk full")
	_, err := supplier.Import(t.Context(), strings.NewReader(header+good(1)), p, supplier.Stores{
		Contacts: failing{w.contacts, failed}, Register: w.register, Documents: w.documents,
	}, supplier.Options{})
	require.ErrorIs(t, err, failed)
	require.Empty(t, w.chains())
}

type failing struct {
	contact.Store
	err error
}

func (f failing) Put(context.Context, contact.KeyID, []contact.Contact) ([]contact.Merge, error) {
	return nil, f.err
}

// A file never brings back who said no, whatever it is dated, and whether it
// comes before the STOP or after.
func TestImportRevivesNobody(t *testing.T) {
	t.Parallel()

	question := &consent.Question{Target: contact.Target{
		Base: "rented", Purpose: contact.Political, Channel: contact.SMS, Controllers: []contact.Party{martin},
	}}
	stopAt := time.Date(2024, 4, 1, 9, 0, 0, 0, time.UTC)
	for _, date := range []string{"2024-03-05 09:00:00", "2024-04-01 11:00:00", "2024-05-05 09:00:00"} {
		for _, stopFirst := range []bool{false, true} {
			w := newWorld(t)
			stop := func() {
				_, err := w.register.Record(t.Context(), consent.Statement{Address: address(t, 10), Act: consent.Act{
					ID: uuid.New(), Kind: consent.Objected, By: consent.ByPerson, Grade: consent.Witnessed, Happened: stopAt, Evidence: &consent.Evidence{Text: "STOP"},
				}})
				require.NoError(t, err)
			}
			file := header + "+33639980010;" + date + ";quiz;2001:500::1;jeux.example\n"
			if stopFirst {
				stop()
			}
			require.Equal(t, 1, w.imports(profile(), file).Recorded)
			if !stopFirst {
				require.Equal(t, consent.IsGiven, consent.Fold(w.acts(10), question, noon).State)
				stop()
			}
			w.imports(profile(), file)
			require.Equal(t, consent.IsObjected, consent.Fold(w.acts(10), question, noon).State, "%s, %v", date, stopFirst)
		}
	}
}

// A person with a number and an e-mail address has a grant for each, of the
// channels that reach it.
func TestImportOfTwoAddresses(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	p.Columns.Email, p.Columns.Form = "mail", "form"
	p.Forms[1].Channels |= contact.Channels(contact.EmailChannel)
	r := w.imports(p, "mail;"+header+"a@example.org;"+good(1))
	require.Equal(t, []int{1, 2}, []int{r.Recorded, r.Acts})
	require.Equal(t, contact.Channels(contact.SMS, contact.RCS), w.acts(1)[0].Channels)
	mail, err := contact.ParseEmail("a@example.org")
	require.NoError(t, err)
	h, err := w.register.History(t.Context(), mail)
	require.NoError(t, err)
	require.Equal(t, contact.Channels(contact.EmailChannel), h.Acts[0].Channels)
}

// A file that is another the second time that it is read is not trusted.
func TestImportOfAChangingFile(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	_, err := supplier.Import(t.Context(), &growing{Reader: strings.NewReader(header + good(1))}, profile(), w.stores(), supplier.Options{})
	require.ErrorIs(t, err, supplier.ErrChanged)
}

type growing struct{ *strings.Reader }

func (g *growing) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		g.Reader = strings.NewReader(header + good(1) + good(2))
	}
	return g.Reader.Seek(offset, whence)
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	_, err := supplier.Import(t.Context(), strings.NewReader(header), profile(), supplier.Stores{}, supplier.Options{})
	require.Error(t, err)
	_, err = w.load(t.Context(), profile(), "mobile;date_optin;form;ip\n")
	require.ErrorContains(t, err, `"url"`)
	p := profile()
	p.Contract = ""
	_, err = w.load(t.Context(), p, header)
	require.ErrorContains(t, err, "Contract")
}
