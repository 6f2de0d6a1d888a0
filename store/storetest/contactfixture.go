package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// base is where the people of the cases are kept, unless a case says otherwise.
const base contact.BaseID = "base"

var (
	keyA = contact.KeyID{1}
	keyB = contact.KeyID{2}
	keyC = contact.KeyID{3}
)

// phone returns the nth of ten thousand numbers that nobody has.
func phone(n int) contact.Address {
	a, err := contact.PhoneFromDigits(33_639_980_000 + uint64(n))
	if err != nil {
		panic(err) // a programmer's error in a case
	}
	return a
}

func email(name string) contact.Address {
	a, err := contact.ParseEmail(name + "@example.org")
	if err != nil {
		panic(err) // a programmer's error in a case
	}
	return a
}

// supplier returns an origin, a new pointer each time, as from a database.
func supplier(name string) *contact.Origin {
	return &contact.Origin{
		Kind: contact.RentedFile, Collector: "competition.example", Supplier: name, Form: "v3",
		Notice:   contact.Notice{Language: "fr", Text: "offres de nos partenaires"}.ID(),
		Purposes: []contact.Purpose{contact.Commercial}, Recipients: []string{"partners"},
		Hops: []contact.Hop{{From: "competition.example", To: name, Contract: "C-1", At: day(2022, 5, 1)}},
	}
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// person returns a contact of base with the nth number.
func person(id string, n int) contact.Contact {
	return contact.Contact{
		ID: contact.ID(id), Base: base,
		Points:  []contact.Point{{Address: phone(n)}},
		Origins: []contact.Provenance{{Origin: supplier("Fichiers SARL"), Collected: day(2022, 6, 1)}},
	}
}

// everything returns a contact of base with something in every field.
func everything(id string) contact.Contact {
	c := person(id, 42)
	c.Points = []contact.Point{
		{Address: phone(42), Fingerprint: contact.Fingerprint{4, 2}},
		{Address: email("ada"), Fingerprint: contact.Fingerprint{0xAD}},
	}
	c.Language, c.Territory, c.Zone, c.Subject = "fr", "RE", "Indian/Reunion", "subject-7"
	c.Attributes = []contact.Attribute{
		{Name: "age", Value: contact.Number(-41)},
		{Name: "born", Value: contact.Date(1982, time.February, 28)},
		{Name: "city", Value: contact.Text("L\u2019É\u0301tang-Salé")},
		{Name: "member", Value: contact.Bool(false)},
		{Name: "paid", Value: contact.Bool(true)},
	}
	c.Origins = append(c.Origins, contact.Provenance{
		Origin:    supplier("Listes SAS"),
		Collected: time.Date(2023, 3, 4, 5, 6, 7, 123456000, time.UTC),
		Fields:    []string{contact.FieldPoints, "city"},
	})
	return c
}

// spoil changes all of c that its owner may change.
func spoil(c *contact.Contact) {
	for i := range c.Points {
		c.Points[i] = contact.Point{Address: phone(9999)}
	}
	for i := range c.Attributes {
		c.Attributes[i] = contact.Attribute{Name: "spoilt", Value: contact.Text("spoilt")}
	}
	for i := range c.Origins {
		for j := range c.Origins[i].Fields {
			c.Origins[i].Fields[j] = "spoilt"
		}
		c.Origins[i].Collected = day(1999, 9, 9)
	}
	c.Language, c.Territory, c.Zone, c.Subject = "xx", "XX", "Mars", "spoilt"
}

// spell writes c out, addresses too, so that contacts can be compared whatever
// pointers they hold, and whether an empty list is nil or not.
func spell(c contact.Contact) string {
	text, err := json.MarshalIndent(struct {
		contact.Contact
		Points, Values, Origins []string
	}{
		Contact: c,
		Points:  texts(c.Points, func(p contact.Point) string { return fmt.Sprintf("%s %x", p.Address.Reveal(), p.Fingerprint) }),
		Values:  texts(c.Attributes, func(a contact.Attribute) string { return a.Name + " " + a.Value.Kind().String() }),
		Origins: texts(c.Origins, func(p contact.Provenance) string {
			return fmt.Sprint(p.Origin.ID(), p.Origin.Path(), p.Collected.Format(time.RFC3339Nano), p.Fields)
		}),
	}, "", "  ")
	if err != nil {
		panic(err) // a programmer's error in a case
	}
	return string(text)
}

func texts[T any](all []T, text func(T) string) []string {
	var out []string
	for _, one := range all {
		out = append(out, text(one))
	}
	return out
}

// put puts one contact, with keyA where it has a fingerprint.
func put(t *testing.T, s contact.Store, c contact.Contact) contact.Merge {
	t.Helper()
	var key contact.KeyID
	if slices.ContainsFunc(c.Points, func(p contact.Point) bool { return !p.Fingerprint.IsZero() }) {
		key = keyA
	}
	merged, err := s.Put(t.Context(), key, []contact.Contact{c})
	require.NoError(t, err)
	require.Len(t, merged, 1)
	return merged[0]
}

// fill puts n people, P0 and so on, in several calls, and returns their IDs.
func fill(t *testing.T, s contact.Store, n int) []contact.ID {
	t.Helper()
	var people []contact.Contact
	for i := range n {
		people = append(people, person(fmt.Sprintf("P%d", i), i))
	}
	for some := range slices.Chunk(people, 90) {
		_, err := s.Put(t.Context(), contact.KeyID{}, some)
		require.NoError(t, err)
	}
	return ids(people)
}

// read returns everybody in b, in pages.
func read(t *testing.T, s contact.Source, b contact.BaseID, limit int) []contact.Contact {
	t.Helper()
	var all []contact.Contact
	after := contact.Position("")
	for range 10_000 {
		page, err := s.Page(t.Context(), b, after, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Contacts), limit)
		all = append(all, page.Contacts...)
		if after = page.Next; after == "" {
			return all
		}
	}
	t.Fatal("the pages do not end")
	return nil
}

func one(t *testing.T, s contact.Source, id contact.ID) contact.Contact {
	t.Helper()
	got, err := s.Get(t.Context(), base, []contact.ID{id})
	require.NoError(t, err)
	require.Len(t, got, 1)
	return got[0]
}

// at returns the sorted IDs of those in base who have a.
func at(t *testing.T, s contact.Source, a contact.Address) []contact.ID {
	t.Helper()
	got, err := s.ByAddress(t.Context(), base, a)
	require.NoError(t, err)
	found := ids(got)
	slices.Sort(found)
	return found
}

func ids(contacts []contact.Contact) []contact.ID {
	var out []contact.ID
	for _, c := range contacts {
		out = append(out, c.ID)
	}
	return out
}

// flip is a way to rotate fingerprints that shows whether it was used twice.
func flip(f contact.Fingerprint) contact.Fingerprint {
	f[15]++
	return f
}
