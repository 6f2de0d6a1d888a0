package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// contactCases are the promises of contact.Source and contact.Store. Those of
// merging are in mergeCases.
var contactCases = []testCase{
	{
		name:   "RoundTrip",
		clause: "What was kept is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			c := everything("P1")
			require.Equal(t, contact.Created, put(t, s.Contacts, c))
			require.Equal(t, spell(c), spell(one(t, s.Contacts, "P1")))
			page, err := s.Contacts.Page(t.Context(), base, "", 10)
			require.NoError(t, err)
			require.Equal(t, keyA, page.Key)
			require.Len(t, page.Contacts, 1)
			require.Equal(t, spell(c), spell(page.Contacts[0]))
		},
	},
	{
		name:   "Bytes",
		clause: "IDs, bases and addresses are the same when == says so, whatever the collation of the database beneath.",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				c := contact.Contact{
					ID: contact.ID(text), Base: contact.BaseID(text), Points: []contact.Point{{Address: phone(i)}},
					Subject:    text,
					Attributes: []contact.Attribute{{Name: text, Value: contact.Text(text)}},
				}
				merged, err := s.Contacts.Put(t.Context(), contact.KeyID{}, []contact.Contact{c, {ID: contact.ID(text), Base: base}})
				require.NoErrorf(t, err, "%+q", text)
				require.Equalf(t, []contact.Merge{contact.Created, contact.Created}, merged, "%+q", text)
			}
			require.Len(t, ids(read(t, s.Contacts, base, 7)), len(hostile))
			for i, text := range hostile {
				got, err := s.Contacts.Get(t.Context(), contact.BaseID(text), []contact.ID{contact.ID(text)})
				require.NoError(t, err)
				require.Lenf(t, got, 1, "%+q", text)
				require.Equal(t, text, got[0].Subject)
				value, ok := got[0].Attribute(text)
				require.Truef(t, ok, "%+q", text)
				require.Equal(t, text, value.String())
				got, err = s.Contacts.ByAddress(t.Context(), contact.BaseID(text), phone(i))
				require.NoError(t, err)
				require.Lenf(t, got, 1, "%+q", text)
			}
		},
	},
	{
		name:   "PageOnce",
		clause: "a contact that was there throughout is returned exactly once",
		run: func(t *testing.T, s Stores) {
			want := fill(t, s.Contacts, 250)
			for _, limit := range []int{1, 7, 64, 249, 250, 251, math.MaxInt} {
				require.ElementsMatchf(t, want, ids(read(t, s.Contacts, base, limit)), "limit %d", limit)
			}
		},
	},
	{
		name:   "PageAgain",
		clause: "Page returns at most limit contacts of base, those after the position given, in an order that does not change while they are read",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 30)
			first, err := s.Contacts.Page(t.Context(), base, "", 10)
			require.NoError(t, err)
			require.LessOrEqual(t, len(first.Contacts), 10)
			require.NotEmpty(t, first.Next)
			second, err := s.Contacts.Page(t.Context(), base, first.Next, 10)
			require.NoError(t, err)
			again, err := s.Contacts.Page(t.Context(), base, first.Next, 10)
			require.NoError(t, err)
			require.Equal(t, ids(second.Contacts), ids(again.Contacts))
			require.NotSubset(t, ids(first.Contacts), ids(second.Contacts))
		},
	},
	{
		name:   "PageWhileOthersComeAndGo",
		clause: "a contact that was there throughout is returned exactly once",
		run: func(t *testing.T, s Stores) {
			all := fill(t, s.Contacts, 200)
			gone := map[contact.ID]bool{}
			seen := map[contact.ID]int{}
			after, turn := contact.Position(""), 0
			for {
				page, err := s.Contacts.Page(t.Context(), base, after, 9)
				require.NoError(t, err)
				for _, c := range page.Contacts {
					seen[c.ID]++
				}
				if after = page.Next; after == "" {
					break
				}
				// One who was read, one who was not yet, and the very last of
				// the page leave; others come, and one changes.
				for _, id := range []contact.ID{all[turn], all[len(all)-1-turn], page.Contacts[len(page.Contacts)-1].ID} {
					gone[id] = true
					_, err := s.Contacts.Erase(t.Context(), base, []contact.ID{id})
					require.NoError(t, err)
				}
				put(t, s.Contacts, person(fmt.Sprintf("new%d", turn), 5000+turn))
				if id := all[100]; !gone[id] {
					changed := person(string(id), 100)
					changed.Attributes = []contact.Attribute{{Name: "turn", Value: contact.Number(int64(turn))}}
					require.Equal(t, contact.Merged, put(t, s.Contacts, changed))
				}
				turn++
				require.Less(t, turn, 100, "the pages do not end")
			}
			for _, id := range all {
				if !gone[id] {
					require.Equal(t, 1, seen[id], id)
				}
				require.LessOrEqual(t, seen[id], 1, id)
			}
		},
	},
	{
		name:   "PageEnd",
		clause: "Next is where the following page starts. It is empty after the last.",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 3)
			page, err := s.Contacts.Page(t.Context(), base, "", 1000)
			require.NoError(t, err)
			for page.Next != "" { // a page may be shorter than its limit
				page, err = s.Contacts.Page(t.Context(), base, page.Next, 1000)
				require.NoError(t, err)
			}
		},
	},
	{
		name:   "PageNonsense",
		clause: "A limit below 1 is an error, and so is a position that no Page returned.",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 3)
			for _, limit := range []int{0, -1} {
				_, err := s.Contacts.Page(t.Context(), base, "", limit)
				require.Errorf(t, err, "limit %d", limit)
			}
			_, err := s.Contacts.Page(t.Context(), base, "'; nowhere", 10)
			require.Error(t, err)
		},
	},
	{
		name:   "Stranger",
		clause: "A base that nobody knows is empty.",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 1)
			page, err := s.Contacts.Page(t.Context(), "stranger", "", 10)
			require.NoError(t, err)
			require.Empty(t, page.Contacts)
			require.Empty(t, page.Next)
			got, err := s.Contacts.Get(t.Context(), "stranger", []contact.ID{"P0"})
			require.NoError(t, err)
			require.Empty(t, got)
			got, err = s.Contacts.ByAddress(t.Context(), "stranger", phone(0))
			require.NoError(t, err)
			require.Empty(t, got)
		},
	},
	{
		name:   "Get",
		clause: "An ID that is not there is left out, and is not an error; one that is asked for twice is answered once.",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 5)
			got, err := s.Contacts.Get(t.Context(), base, []contact.ID{"P3", "nobody", "P1", "P3", "p1"})
			require.NoError(t, err)
			require.ElementsMatch(t, []contact.ID{"P1", "P3"}, ids(got))
			got, err = s.Contacts.Get(t.Context(), base, nil)
			require.NoError(t, err)
			require.Empty(t, got)
		},
	},
	{
		name:   "Household",
		clause: "ByAddress returns the contacts of base that have a as one of their addresses; none is not an error.",
		run: func(t *testing.T, s Stores) {
			ada, bob, cleo := person("ada", 1), person("bob", 2), person("cleo", 3)
			bob.Points = append(bob.Points, contact.Point{Address: phone(1)}, contact.Point{Address: email("bob")})
			cleo.Points = append(cleo.Points, contact.Point{Address: phone(1)})
			for _, c := range []contact.Contact{ada, bob, cleo} {
				put(t, s.Contacts, c)
			}
			require.Equal(t, []contact.ID{"ada", "bob", "cleo"}, at(t, s.Contacts, phone(1)))
			require.Equal(t, []contact.ID{"bob"}, at(t, s.Contacts, phone(2)))
			require.Equal(t, []contact.ID{"bob"}, at(t, s.Contacts, email("bob")))
			require.Empty(t, at(t, s.Contacts, phone(4)))

			// An address that comes with a merge is found too.
			ada.Points = []contact.Point{{Address: phone(4)}}
			require.Equal(t, contact.Merged, put(t, s.Contacts, ada))
			require.Equal(t, []contact.ID{"ada"}, at(t, s.Contacts, phone(4)))
			require.Equal(t, []contact.ID{"ada", "bob", "cleo"}, at(t, s.Contacts, phone(1)))

			for _, gone := range []struct {
				id   contact.ID
				left []contact.ID
			}{{"bob", []contact.ID{"ada", "cleo"}}, {"ada", []contact.ID{"cleo"}}, {"cleo", nil}} {
				n, err := s.Contacts.Erase(t.Context(), base, []contact.ID{gone.id})
				require.NoError(t, err)
				require.Equal(t, 1, n)
				require.Equal(t, gone.left, at(t, s.Contacts, phone(1)))
			}
		},
	},
	{
		name:   "CopiesOut",
		clause: "Contacts that a Source returns belong to the caller",
		run: func(t *testing.T, s Stores) {
			c := everything("P1")
			put(t, s.Contacts, c)
			reads := map[string]func() []contact.Contact{
				"Page": func() []contact.Contact { return read(t, s.Contacts, base, 10) },
				"Get":  func() []contact.Contact { return []contact.Contact{one(t, s.Contacts, "P1")} },
				"ByAddress": func() []contact.Contact {
					found, err := s.Contacts.ByAddress(t.Context(), base, c.Points[0].Address)
					require.NoError(t, err)
					return found
				},
			}
			for name, get := range reads {
				got := get()
				require.Len(t, got, 1)
				spoil(&got[0])
				require.Equal(t, spell(c), spell(one(t, s.Contacts, "P1")), name)
			}
		},
	},
	{
		name:   "CopiesIn",
		clause: "Put keeps copies.",
		run: func(t *testing.T, s Stores) {
			for _, id := range []string{"P1", "P1", "P2"} { // created, unchanged, created
				c := everything(id)
				put(t, s.Contacts, c)
				spoil(&c)
				require.Equal(t, spell(everything(id)), spell(one(t, s.Contacts, contact.ID(id))))
			}
		},
	},
	{
		name:   "AllOrNone",
		clause: "Put adds contacts, all or none, and returns what was done with each.",
		run: func(t *testing.T, s Stores) {
			held := person("held", 1)
			put(t, s.Contacts, held)
			held.Language = "fr"
			_, err := s.Contacts.Put(t.Context(), keyA, []contact.Contact{person("new", 2), held, {Base: base}})
			require.Error(t, err)
			require.Equal(t, []contact.ID{"held"}, ids(read(t, s.Contacts, base, 10)))
			require.Empty(t, one(t, s.Contacts, "held").Language)
			require.Empty(t, at(t, s.Contacts, phone(2)))
			merged, err := s.Contacts.Put(t.Context(), keyA, []contact.Contact{person("new", 2), held, person("new", 2)})
			require.NoError(t, err)
			require.Equal(t, []contact.Merge{contact.Created, contact.Merged, contact.Unchanged}, merged)
		},
	},
	{
		name:   "NotValid",
		clause: "A contact that is not valid fails.",
		run: func(t *testing.T, s Stores) {
			for name, c := range map[string]contact.Contact{
				"no ID":              {Base: base},
				"no base":            {ID: "P1"},
				"an empty point":     {ID: "P1", Base: base, Points: make([]contact.Point, 1)},
				"attributes":         {ID: "P1", Base: base, Attributes: []contact.Attribute{{Name: "b"}, {Name: "a"}}},
				"an attribute twice": {ID: "P1", Base: base, Attributes: []contact.Attribute{{Name: "a"}, {Name: "a"}}},
				"an empty origin":    {ID: "P1", Base: base, Origins: make([]contact.Provenance, 1)},
			} {
				_, err := s.Contacts.Put(t.Context(), contact.KeyID{}, []contact.Contact{c})
				require.Error(t, err, name)
			}
			require.Empty(t, read(t, s.Contacts, base, 10))
		},
	},
	{
		name:   "Erase",
		clause: "Erase removes the contacts with these IDs and returns how many were there.",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 300)
			n, err := s.Contacts.Erase(t.Context(), base, []contact.ID{"P3", "nobody", "P3", "P299"})
			require.NoError(t, err)
			require.Equal(t, 2, n)
			n, err = s.Contacts.Erase(t.Context(), "stranger", []contact.ID{"P4"})
			require.NoError(t, err)
			require.Zero(t, n)
			left := ids(read(t, s.Contacts, base, 100))
			require.Len(t, left, 298)
			require.NotContains(t, left, contact.ID("P3"))
			require.Empty(t, at(t, s.Contacts, phone(3)))

			_, err = s.Contacts.Erase(t.Context(), base, left)
			require.NoError(t, err)
			require.Empty(t, read(t, s.Contacts, base, 100))
			require.Equal(t, contact.Created, put(t, s.Contacts, person("P3", 3)), "who was erased is new")
			require.Equal(t, []contact.ID{"P3"}, ids(read(t, s.Contacts, base, 100)))
		},
	},
	{
		name:   "Cancelled",
		clause: "A call whose context is done returns an error with context.Cause in its tree.",
		run: func(t *testing.T, s Stores) {
			fill(t, s.Contacts, 3)
			why := errors.New("the shop is closing")
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(why)
			calls := map[string]func() error{
				"Page":      func() error { _, err := s.Contacts.Page(ctx, base, "", 1); return err },
				"Get":       func() error { _, err := s.Contacts.Get(ctx, base, []contact.ID{"P1"}); return err },
				"ByAddress": func() error { _, err := s.Contacts.ByAddress(ctx, base, phone(1)); return err },
				"Put":       func() error { _, err := s.Contacts.Put(ctx, keyA, []contact.Contact{person("new", 9)}); return err },
				"Erase":     func() error { _, err := s.Contacts.Erase(ctx, base, []contact.ID{"P1"}); return err },
				"Rotate":    func() error { return s.Contacts.Rotate(ctx, keyA, keyB, flip) },
			}
			for name, call := range calls {
				require.ErrorIs(t, call(), why, name)
			}
			require.ElementsMatch(t, []contact.ID{"P0", "P1", "P2"}, ids(read(t, s.Contacts, base, 10)))
			put(t, s.Contacts, everything("P9")) // with keyA, which must be the Store's still
		},
	},
	{
		name:   "Concurrent",
		clause: "Implementations are safe for concurrent use.",
		run: func(t *testing.T, s Stores) {
			const writers, people = 8, 40
			var (
				wg      sync.WaitGroup
				mu      sync.Mutex
				created int
				failed  error
			)
			for w := range writers {
				wg.Go(func() {
					for i := range people {
						c := person(fmt.Sprintf("P%d", i), i)
						c.Points = append(c.Points, contact.Point{Address: phone(1000 + w)})
						merged, err := s.Contacts.Put(t.Context(), contact.KeyID{}, []contact.Contact{c})
						if err == nil {
							_, err = s.Contacts.Page(t.Context(), base, "", 5)
						}
						mu.Lock()
						if failed = errors.Join(failed, err); err == nil && merged[0] == contact.Created {
							created++
						}
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			require.NoError(t, failed)
			require.Equal(t, people, created)
			got := read(t, s.Contacts, base, 100)
			require.Len(t, got, people)
			for _, c := range got {
				require.Len(t, c.Points, writers+1)
			}
			require.Len(t, at(t, s.Contacts, phone(1003)), people)
		},
	},
}

// hostile are texts that databases confuse with one another, or with code.
var hostile = []string{
	"p1", "P1", "p1 ", " p1", "n\u00e9", "ne\u0301", "p1\x00", "ı", "I", "ß", "ss", "%", "_", "\\", "'; --", "\"", "\U0001F5F3",
	strings.Repeat("x", 1000),
}
