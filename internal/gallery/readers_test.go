package gallery_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
)

// An office has every reader of files, over stores of its own.
type office struct {
	t         *testing.T
	contacts  *memory.Contacts
	list      *memory.Suppressions
	ledger    *memory.Ledger
	outbox    *memory.Outbox
	pending   *memory.Pending
	documents *memory.Documents
	keyring   *suppression.Keyring
	register  *consent.Register
	paris     *time.Location
	kept      []string // lines that were handed over since they could not be read
	rejects   bytes.Buffer
}

// evening is when the files are read: 8 p.m. in Paris.
var evening = time.Date(2024, 6, 3, 18, 0, 0, 0, time.UTC)

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{
		t: t, contacts: new(memory.Contacts), list: new(memory.Suppressions), ledger: new(memory.Ledger), pending: new(memory.Pending),
		documents: new(memory.Documents), outbox: &memory.Outbox{Clock: func() time.Time { return evening }},
	}
	var err error
	o.keyring, err = suppression.NewKeyring([]byte("a secret of this test"))
	require.NoError(t, err)
	o.register, err = consent.NewRegister(o.ledger, o.list, o.keyring, &consent.RegisterOptions{Clock: consent.ClockFunc(func() time.Time { return evening })})
	require.NoError(t, err)
	o.paris, err = time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	return o
}

// said is what a reader answered, the counts in words.
type said struct {
	counts []string
	lines  []string // what is wrong with single lines, and which
	err    error
}

func (s *said) count(n int, words string) {
	if n > 0 {
		s.counts = append(s.counts, fmt.Sprintf("%d %s", n, words))
	}
}

func (s *said) String() string {
	out := append([]string{strings.Join(s.counts, ", ")}, s.lines...)
	if len(s.counts) == 0 {
		out[0] = "0 lines"
	}
	if s.err != nil {
		out = append(out, s.err.Error())
	}
	return strings.Join(out, " · ")
}

// held is what stands in the stores: whom or what, and when it happened.
type held map[string][]string

func (h held) add(what string, at time.Time) {
	h[what] = append(h[what], at.UTC().Format("2006-01-02 15:04 UTC"))
	slices.Sort(h[what])
	h[what] = slices.Compact(h[what])
}

func (h held) times() []string {
	all := map[string]bool{}
	for _, times := range h {
		for _, at := range times {
			all[at] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// A fileReader is a reader of files and what it leaves behind.
type fileReader struct {
	name string
	read func(o *office, file string, separator rune) said
	held func(o *office) held
}

var fileReaders = []fileReader{
	{"contacts", (*office).readContacts, (*office).heldContacts},
	{"refusals", (*office).readRefusals, (*office).heldRefusals},
	{"digests", (*office).readDigests, (*office).heldDigests},
	{"sealed list", (*office).readSealed, (*office).heldRefusals},
	{"late STOPs", (*office).readStops, (*office).heldRefusals},
	{"supplier's file", (*office).readSupplier, (*office).heldGrants},
}

func french(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") }

func (o *office) keep(line int, raw string, reason error) error {
	o.kept = append(o.kept, raw)
	o.rejects.WriteString(fmt.Sprintf("line %d: %v\n", line, reason))
	return nil
}

// reasons returns what keep was told since it was asked last.
func (o *office) reasons() []string {
	defer o.rejects.Reset()
	if o.rejects.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(o.rejects.String(), "\n"), "\n")
}

func (o *office) readContacts(file string, separator rune) said {
	r, err := contact.ImportCSV(o.t.Context(), strings.NewReader(file), o.contacts, contact.ImportOptions{
		Base: "ours", Origin: &contact.Origin{Kind: contact.OwnForm, Collector: "ours.example"}, Zone: o.paris, ParsePhone: french, Separator: separator,
		Columns: []contact.Column{
			{Name: "id", Kind: contact.IDColumn}, {Name: "mobile", Kind: contact.PhoneColumn},
			{Name: "prénom", Kind: contact.TextColumn}, {Name: "date", Kind: contact.CollectedColumn},
		},
	})
	return sayImport(o.t, r, err)
}

func sayImport(t *testing.T, r contact.ImportReport, err error) said {
	t.Helper()
	require.Equal(t, r.Lines, r.Created+r.Merged+r.Unchanged+r.Rejected+r.Unsettled)
	s := said{err: err}
	s.count(r.Created, "created")
	s.count(r.Merged, "merged")
	s.count(r.Unchanged, "unchanged")
	s.count(r.Rejected, "rejected")
	s.count(r.Unsettled, "unsettled")
	s.count(r.Reread, "read as Windows-1252")
	for _, e := range r.Rejects {
		s.lines = append(s.lines, e.Error())
	}
	return s
}

func (o *office) heldContacts() held {
	page, err := o.contacts.Page(o.t.Context(), "ours", "", 10_000)
	require.NoError(o.t, err)
	h := held{}
	for _, c := range page.Contacts {
		name, _ := c.Attribute("prénom")
		for _, p := range c.Origins {
			h.add(fmt.Sprint(c.ID, " ", c.Points[0].Address, " ", name), p.Collected)
		}
	}
	return h
}

func (o *office) refusals(separator rune, column string) suppression.ImportOptions {
	return suppression.ImportOptions{
		File: "refusals.csv", Column: column, DateColumn: "date", Zone: o.paris, Comma: separator, Parse: french,
		Recorded: evening, Scope: contact.Scope{Controller: "martin"}, Unreadable: o.keep,
	}
}

func (o *office) readRefusals(file string, separator rune) said {
	r, err := suppression.Import(o.t.Context(), o.list, o.keyring, strings.NewReader(file), o.refusals(separator, "mobile"))
	require.Equal(o.t, r.Lines, r.Added+r.Already+r.Unreadable+r.Unsettled)
	s := said{err: err}
	s.count(r.Added, "added")
	s.count(r.Already, "there already")
	s.count(r.Unreadable, "kept unread")
	s.count(r.Undated, "without a date")
	s.lines = o.reasons()
	return s
}

func (o *office) heldRefusals() held {
	changes, err := o.list.Changes(o.t.Context(), 0, 10_000)
	require.NoError(o.t, err)
	h := held{}
	for _, c := range changes {
		h.add(fmt.Sprintf("%x", c.Entry.Fingerprint), c.Entry.Happened)
	}
	return h
}

func (o *office) readDigests(file string, separator rune) said {
	options := o.refusals(separator, "digest")
	options.Parse = nil
	r, err := suppression.ImportDigests(o.t.Context(), o.pending, strings.NewReader(file), digestFormat, options)
	require.Equal(o.t, r.Lines, r.Pending+r.Already+r.Unreadable+r.Unsettled)
	s := said{err: err}
	s.count(r.Pending, "pending")
	s.count(r.Already, "there already")
	s.count(r.Unreadable, "kept unread")
	s.count(r.Undated, "without a date")
	s.lines = o.reasons()
	return s
}

var digestFormat = suppression.DigestFormat{Hash: suppression.SHA256, Spellings: []suppression.Spelling{suppression.PlusDigits}}

// number returns the address that the files have on line n.
func number(t *testing.T, n int) contact.Address {
	t.Helper()
	a, err := contact.PhoneFromDigits(33_639_980_000 + uint64(n))
	require.NoError(t, err)
	return a
}

func digestOf(t *testing.T, n int) suppression.Digest {
	t.Helper()
	d, ok := digestFormat.Digest(number(t, n))
	require.True(t, ok)
	return d
}

func (o *office) heldDigests() held {
	var all []suppression.Digest
	for n := range 100 {
		all = append(all, digestOf(o.t, n))
	}
	hits, err := o.pending.Match(o.t.Context(), all)
	require.NoError(o.t, err)
	h := held{}
	for _, hit := range hits {
		h.add(fmt.Sprint(hit.Index), hit.Pending.Happened)
	}
	return h
}

func sealingKey(t *testing.T) hpke.PrivateKey {
	t.Helper()
	key, err := hpke.DHKEM(ecdh.X25519()).DeriveKeyPair([]byte("no secret, and the same in every run"))
	require.NoError(t, err)
	return key
}

// sealed returns the sealed list of an office where n people refused.
func sealed(t *testing.T, n int) string {
	t.Helper()
	from := newOffice(t)
	var people []contact.Contact
	var refusals strings.Builder
	for i := range n {
		a := number(t, i+1)
		people = append(people, contact.Contact{ID: contact.ID(fmt.Sprint(i)), Base: "ours", Points: []contact.Point{{Address: a}}})
		refusals.WriteString(a.Reveal() + "\n")
	}
	_, err := from.contacts.Put(t.Context(), contact.KeyID{}, people)
	require.NoError(t, err)
	options := from.refusals(0, "")
	options.DateColumn, options.At = "", time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC)
	_, err = suppression.Import(t.Context(), from.list, from.keyring, strings.NewReader(refusals.String()), options)
	require.NoError(t, err)
	var file bytes.Buffer
	report, err := suppression.ExportSealed(t.Context(), from.list, from.keyring, &file, suppression.SealOptions{
		Source: from.contacts, Bases: []contact.BaseID{"ours"}, Party: contact.Party{ID: "martin"}, Sealer: suppression.SealTo(sealingKey(t).PublicKey()),
	})
	require.NoError(t, err)
	require.Equal(t, n, report.Refusals)
	return file.String()
}

func (o *office) readSealed(file string, _ rune) said {
	r, err := suppression.ImportSealed(o.t.Context(), o.list, o.keyring, strings.NewReader(file), suppression.OpenOptions{
		File: "martin.sealed", Controller: "martin", Recorded: evening, Opener: suppression.OpenWith(sealingKey(o.t)),
	})
	require.Equal(o.t, r.Refusals, r.Added+r.Already+r.Unsettled)
	s := said{err: err}
	s.count(r.Added, "added")
	s.count(r.Already, "there already")
	return s
}

func (o *office) readStops(file string, separator rune) said {
	inbox, err := campaign.NewInbox(o.register, o.outbox, reply.NewReader(reply.Default()))
	require.NoError(o.t, err)
	r, err := inbox.ReceiveFile(o.t.Context(), strings.NewReader(file), campaign.StopFile{
		Name: "stops.csv", Carrier: "carrier", From: "numéro", At: "date", Text: "message", Sender: "36180", Zone: o.paris,
		ParsePhone: french, Separator: separator, Unreadable: o.keep,
	})
	require.Equal(o.t, r.Lines, r.Refused+r.Others+r.Again+r.Unreadable)
	s := said{err: err}
	s.count(r.Refused, "refused")
	s.count(r.Others, "something else")
	s.count(r.Again, "known before")
	s.count(r.Unreadable, "kept unread")
	s.lines = o.reasons()
	return s
}

func supplierProfile() *supplier.Profile {
	return &supplier.Profile{
		Supplier: contact.Party{ID: "fichiers", Name: "Fichiers SARL"}, Contract: "2024-17", Base: "rented", Kind: contact.RentedFile, Zone: "Europe/Paris",
		Columns: supplier.Columns{Phone: "mobile", Form: "form", Date: "date"},
		Forms: []supplier.Form{{
			Name: "quiz", Collector: "Jeux SAS", Sites: []string{"jeux.example"}, From: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC),
			Notice:   contact.Notice{Language: "fr", Text: "J'accepte les messages politiques des partenaires.", Partners: []string{"Jeanne Martin"}, PartnersVersion: "1"},
			Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}},
		}},
	}
}

func (o *office) readSupplier(file string, separator rune) said {
	r, err := supplier.Import(o.t.Context(), strings.NewReader(file), supplierProfile(),
		supplier.Stores{Contacts: o.contacts, Register: o.register, Documents: o.documents}, supplier.Options{ParsePhone: french, Separator: separator})
	s := sayImport(o.t, r.Import, err)
	require.Equal(o.t, r.Import.Created+r.Import.Merged+r.Import.Unchanged, r.Recorded+r.Already+r.Refused)
	s.count(r.Recorded, "with a grant recorded")
	s.count(r.Already, "with a grant known before")
	s.count(r.Refused, "without a grant")
	for i := range r.Forms {
		for _, f := range r.Forms[i].Flags {
			s.lines = append(s.lines, fmt.Sprintf("lines %v: flag %v", f.First, f.Code))
		}
	}
	return s
}

func (o *office) heldGrants() held {
	page, err := o.contacts.Page(o.t.Context(), "rented", "", 10_000)
	require.NoError(o.t, err)
	h := held{}
	for _, c := range page.Contacts {
		history, err := o.register.History(o.t.Context(), c.Points[0].Address)
		require.NoError(o.t, err)
		h[string(c.ID)] = nil
		for _, a := range history.Acts {
			h.add(string(c.ID), a.Happened)
		}
	}
	return h
}
