package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// aged returns P1 as a file of that year has it: what one of the fields says.
func aged(year int, change func(*contact.Contact)) contact.Contact {
	c := person("P1", 1)
	c.Origins[0].Collected = day(year, 1, 1)
	change(&c)
	return c
}

// mergeCases are the promises of contact.Store about contacts that are there
// already, and about fingerprints.
var mergeCases = []testCase{
	{
		name:   "Apart",
		clause: "A contact whose Base and ID are there already is merged",
		run: func(t *testing.T, s Stores) {
			here, there, other := person("P1", 1), person("P1", 2), person("P2", 1)
			there.Base = "elsewhere"
			require.Equal(t, contact.Created, put(t, s.Contacts, here))
			require.Equal(t, contact.Created, put(t, s.Contacts, there))
			require.Equal(t, contact.Created, put(t, s.Contacts, other))
			require.Equal(t, contact.Unchanged, put(t, s.Contacts, here))
			require.Equal(t, []contact.ID{"P1", "P2"}, at(t, s.Contacts, phone(1)))
			require.Empty(t, at(t, s.Contacts, phone(2)))
		},
	},
	{
		name:   "Adds",
		clause: "new addresses, origins and attributes are added",
		run: func(t *testing.T, s Stores) {
			first, second := person("P1", 1), person("P1", 2)
			first.Attributes = []contact.Attribute{{Name: "city", Value: contact.Text("Brest")}}
			second.Points = append(second.Points, contact.Point{Address: phone(1)})
			second.Attributes = []contact.Attribute{{Name: "born", Value: contact.Date(1982, 2, 28)}, {Name: "paid", Value: contact.Bool(false)}}
			second.Origins = []contact.Provenance{{Origin: supplier("Listes SAS"), Collected: day(2021, 1, 1)}}
			require.Equal(t, contact.Created, put(t, s.Contacts, first))
			require.Equal(t, contact.Merged, put(t, s.Contacts, second))

			want := first
			want.Points = []contact.Point{{Address: phone(1)}, {Address: phone(2)}}
			want.Attributes = append(slices.Clone(second.Attributes[:1]), first.Attributes[0], second.Attributes[1])
			want.Origins = append(slices.Clone(first.Origins), second.Origins...)
			require.Equal(t, spell(want), spell(one(t, s.Contacts, "P1")))
			for _, again := range []contact.Contact{first, second} {
				require.Equal(t, contact.Unchanged, put(t, s.Contacts, again))
			}
			require.Equal(t, spell(want), spell(one(t, s.Contacts, "P1")))
		},
	},
	{
		name:   "SameOrigin",
		clause: "new addresses, origins and attributes are added",
		run: func(t *testing.T, s Stores) {
			c := person("P1", 1)
			put(t, s.Contacts, c)
			c.Origins[0].Collected = day(2022, 6, 2)
			require.Equal(t, contact.Merged, put(t, s.Contacts, c), "the same origin at another date")
			c.Origins[0].Collected = day(2022, 6, 2).In(time.FixedZone("", 7200))
			require.Equal(t, contact.Unchanged, put(t, s.Contacts, c), "the same instant")
			c.Origins[0].Fields = []string{contact.FieldPoints}
			require.Equal(t, contact.Merged, put(t, s.Contacts, c), "for other fields")
			require.Len(t, one(t, s.Contacts, "P1").Origins, 3)
		},
	},
	{
		name:   "WithItself",
		clause: "A contact that comes twice in one call is merged with itself.",
		run: func(t *testing.T, s Stores) {
			a, b := person("P1", 1), person("P1", 2)
			a.Points = append(a.Points, a.Points[0])
			a.Origins = append(a.Origins, a.Origins[0])
			merged, err := s.Contacts.Put(t.Context(), keyA, []contact.Contact{a, b, a})
			require.NoError(t, err)
			require.Equal(t, []contact.Merge{contact.Created, contact.Merged, contact.Unchanged}, merged)
			got := one(t, s.Contacts, "P1")
			require.Equal(t, []contact.Point{{Address: phone(1)}, {Address: phone(2)}}, got.Points)
			require.Len(t, got.Origins, 1)
			require.Equal(t, []contact.ID{"P1"}, at(t, s.Contacts, phone(1)))
		},
	},
	{
		name:   "Youngest",
		clause: "where both have a value the one with the youngest provenance wins, and the newcomer among equals",
		run: func(t *testing.T, s Stores) {
			at := func(year int, word string) contact.Contact {
				return aged(year, func(c *contact.Contact) {
					c.Language, c.Zone, c.Subject = word, word, word
					c.Territory = contact.Territory(word)
					c.Attributes = []contact.Attribute{{Name: "city", Value: contact.Text(word)}}
				})
			}
			steps := []struct {
				year       int
				word, want string
				merge      contact.Merge
			}{
				{2022, "A", "A", contact.Created},
				{2021, "B", "A", contact.Merged}, // its origin is new
				{2021, "C", "A", contact.Unchanged},
				{2022, "D", "D", contact.Merged},
				{2022, "D", "D", contact.Unchanged},
				{2023, "E", "E", contact.Merged},
				{2022, "F", "E", contact.Unchanged},
			}
			for i, step := range steps {
				require.Equal(t, step.merge, put(t, s.Contacts, at(step.year, step.word)), i)
				got := one(t, s.Contacts, "P1")
				city, _ := got.Attribute("city")
				for _, word := range []string{got.Language, got.Zone, got.Subject, string(got.Territory), city.String()} {
					require.Equal(t, step.want, word, i)
				}
			}
		},
	},
	{
		name:   "Undated",
		clause: "where both have a value the one with the youngest provenance wins, and the newcomer among equals",
		run: func(t *testing.T, s Stores) {
			undated := func(word string) contact.Contact {
				return contact.Contact{ID: "P1", Base: base, Language: word}
			}
			put(t, s.Contacts, undated("a"))
			require.Equal(t, contact.Merged, put(t, s.Contacts, undated("b")))
			put(t, s.Contacts, aged(2001, func(c *contact.Contact) { c.Language = "c" }))
			require.Equal(t, contact.Unchanged, put(t, s.Contacts, undated("d")))
			require.Equal(t, "c", one(t, s.Contacts, "P1").Language)
		},
	},
	{
		name:   "Empty",
		clause: "an empty value changes nothing",
		run: func(t *testing.T, s Stores) {
			c := everything("P1")
			put(t, s.Contacts, c)
			bare := contact.Contact{
				ID: "P1", Base: base, Origins: []contact.Provenance{{Origin: supplier("Listes SAS"), Collected: day(2030, 1, 1)}},
				Attributes: []contact.Attribute{{Name: "city", Value: contact.Text("")}, {Name: "never", Value: contact.Text("")}},
			}
			require.Equal(t, contact.Merged, put(t, s.Contacts, bare))
			c.Origins = append(c.Origins, bare.Origins...)
			require.Equal(t, spell(c), spell(one(t, s.Contacts, "P1")))
			require.Equal(t, contact.Unchanged, put(t, s.Contacts, bare))
		},
	},
	{
		name:   "FieldsNamed",
		clause: "The age of a value is that of the youngest provenance that it came with and that names its field",
		run: func(t *testing.T, s Stores) {
			put(t, s.Contacts, aged(2022, func(c *contact.Contact) { c.Language, c.Zone = "fr", "Europe/Paris" }))
			put(t, s.Contacts, aged(2021, func(c *contact.Contact) {
				c.Language, c.Zone = "br", "Atlantic/Canary"
				c.Origins = append(c.Origins, contact.Provenance{
					Origin: supplier("Listes SAS"), Collected: day(2023, 1, 1), Fields: []string{contact.FieldZone},
				})
			}))
			got := one(t, s.Contacts, "P1")
			require.Equal(t, "fr", got.Language)
			require.Equal(t, "Atlantic/Canary", got.Zone)
		},
	},
	{
		name:   "AnyOrder",
		clause: "so that the order in which files are put decides between equals only",
		run: func(t *testing.T, s Stores) {
			text := func(name, value string) []contact.Attribute {
				return []contact.Attribute{{Name: name, Value: contact.Text(value)}}
			}
			files := []contact.Contact{
				aged(2020, func(c *contact.Contact) { c.Language, c.Attributes = "fr", text("city", "Brest") }),
				aged(2021, func(c *contact.Contact) { c.Language, c.Attributes = "br", text("job", "baker") }),
				aged(2022, func(c *contact.Contact) { c.Zone, c.Attributes = "Europe/Paris", text("job", "nurse") }),
				aged(2023, func(c *contact.Contact) { c.Points, c.Territory = []contact.Point{{Address: phone(2)}}, "FR" }),
			}
			n := 0
			permute(files, func(order []contact.Contact) {
				n++
				id := contact.ID(fmt.Sprintf("order%d", n))
				for _, c := range order {
					c.ID = id
					put(t, s.Contacts, c)
				}
				got := one(t, s.Contacts, id)
				require.Equal(t, "br", got.Language, order)
				require.Equal(t, "Europe/Paris", got.Zone, order)
				require.EqualValues(t, "FR", got.Territory, order)
				require.Equal(t, append(text("city", "Brest"), text("job", "nurse")...), got.Attributes, order)
				require.Len(t, got.Points, 2)
				require.Len(t, got.Origins, 4)
			})
			require.Equal(t, 24, n)
		},
	},
	{
		name:   "Key",
		clause: "the first key that is not zero binds the Store, and any other fails with",
		run: func(t *testing.T, s Stores) {
			require.Equal(t, contact.Created, put(t, s.Contacts, person("bare", 1)))
			stamped := person("P1", 2)
			stamped.Points[0].Fingerprint = contact.Fingerprint{1}
			put(t, s.Contacts, stamped)
			_, err := s.Contacts.Put(t.Context(), keyB, []contact.Contact{person("P2", 3)})
			require.ErrorIs(t, err, contact.ErrKey)
			require.Empty(t, at(t, s.Contacts, phone(3)))
			require.Equal(t, contact.Created, put(t, s.Contacts, person("P2", 3)), "without a fingerprint and without a key")

			// A fingerprint that comes late is kept, and stays when the contact
			// comes again without.
			late := person("bare", 1)
			late.Points[0].Fingerprint = contact.Fingerprint{2}
			put(t, s.Contacts, late)
			put(t, s.Contacts, person("bare", 1))
			require.Equal(t, contact.Fingerprint{2}, one(t, s.Contacts, "bare").Points[0].Fingerprint)
		},
	},
	{
		name:   "PageKey",
		clause: "Key names the secret of the fingerprints in Contacts, of which none is missing.",
		run: func(t *testing.T, s Stores) {
			put(t, s.Contacts, everything("P1"))
			for step, want := range []contact.KeyID{keyA, {}, keyA} {
				page, err := s.Contacts.Page(t.Context(), base, "", 10)
				require.NoError(t, err)
				require.Equal(t, want, page.Key, step)
				late := person("late", 2)
				if step > 0 {
					late.Points[0].Fingerprint = contact.Fingerprint{2}
				}
				put(t, s.Contacts, late)
			}
		},
	},
	{
		name:   "NoKey",
		clause: "With the zero key no contact may have a fingerprint.",
		run: func(t *testing.T, s Stores) {
			_, err := s.Contacts.Put(t.Context(), contact.KeyID{}, []contact.Contact{everything("P1")})
			require.ErrorIs(t, err, contact.ErrKey)
			require.Empty(t, read(t, s.Contacts, base, 10))
		},
	},
	{
		name:   "Rotate",
		clause: "Rotate replaces every fingerprint f by wrap(f), in one step, when the Store's key is from, and does nothing when it is to",
		run: func(t *testing.T, s Stores) {
			for i := range 100 {
				c := everything(fmt.Sprintf("P%d", i))
				c.Base = contact.BaseID(fmt.Sprintf("base%d", i%3))
				put(t, s.Contacts, c)
			}
			for range 2 { // the second time it is there
				require.NoError(t, s.Contacts.Rotate(t.Context(), keyA, keyB, flip))
				people := append(read(t, s.Contacts, "base0", 40), read(t, s.Contacts, "base1", 40)...)
				people = append(people, read(t, s.Contacts, "base2", 40)...)
				require.Len(t, people, 100)
				for _, c := range people {
					require.Equal(t, contact.Fingerprint{0: 4, 1: 2, 15: 1}, c.Points[0].Fingerprint)
					require.Equal(t, contact.Fingerprint{0: 0xAD, 15: 1}, c.Points[1].Fingerprint)
				}
			}
			page, err := s.Contacts.Page(t.Context(), "base0", "", 1)
			require.NoError(t, err)
			require.Equal(t, keyB, page.Key)
			_, err = s.Contacts.Put(t.Context(), keyA, []contact.Contact{everything("P1")})
			require.ErrorIs(t, err, contact.ErrKey, "the old key")
		},
	},
	{
		name:   "RotateUnbound",
		clause: "or when the Store is bound to no key yet, which to then becomes",
		run: func(t *testing.T, s Stores) {
			require.NoError(t, s.Contacts.Rotate(t.Context(), keyA, keyB, flip))
			_, err := s.Contacts.Put(t.Context(), keyA, []contact.Contact{everything("P1")})
			require.ErrorIs(t, err, contact.ErrKey)
			_, err = s.Contacts.Put(t.Context(), keyB, []contact.Contact{everything("P1")})
			require.NoError(t, err)
		},
	},
	{
		name:   "RotateStranger",
		clause: "when the Store's key is another. A zero fingerprint stays zero.",
		run: func(t *testing.T, s Stores) {
			put(t, s.Contacts, everything("P1"))
			put(t, s.Contacts, person("bare", 7))
			require.ErrorIs(t, s.Contacts.Rotate(t.Context(), keyB, keyC, flip), contact.ErrKey)
			require.Equal(t, spell(everything("P1")), spell(one(t, s.Contacts, "P1")))
			require.NoError(t, s.Contacts.Rotate(t.Context(), keyA, keyB, flip))
			require.True(t, one(t, s.Contacts, "bare").Points[0].Fingerprint.IsZero())
		},
	},
}

// permute calls do with every order of all.
func permute[T any](all []T, do func([]T)) {
	var walk func(done, left []T)
	walk = func(done, left []T) {
		if len(left) == 0 {
			do(done)
		}
		for i, one := range left {
			walk(append(slices.Clip(done), one), slices.Delete(slices.Clone(left), i, i+1))
		}
	}
	walk(nil, all)
}
