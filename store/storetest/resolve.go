package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A desk is where digests meet contacts, over the stores under test.
type desk struct {
	Stores
	t       *testing.T
	keyring *suppression.Keyring
	format  suppression.DigestFormat
}

func newDesk(t *testing.T, s Stores) *desk {
	keyring, err := suppression.NewKeyring([]byte("a secret of the test, not of a host"))
	require.NoError(t, err)
	return &desk{s, t, keyring, suppression.DigestFormat{Hash: suppression.SHA1, Spellings: []suppression.Spelling{suppression.Digits, suppression.PlusDigits}}}
}

func (d *desk) resolver(s Stores) *suppression.Resolver {
	r, err := suppression.NewResolver(s.Pending, s.List, d.keyring)
	require.NoError(d.t, err)
	return r
}

func (d *desk) address(n int) contact.Address {
	a, err := contact.PhoneFromDigits(33_639_980_000 + uint64(n))
	require.NoError(d.t, err)
	return a
}

func (d *desk) contacts(ns ...int) []contact.Contact {
	var cs []contact.Contact
	for _, n := range ns {
		cs = append(cs, contact.Contact{ID: contact.ID(fmt.Sprint(n)), Base: "base", Points: []contact.Point{{Address: d.address(n)}}})
	}
	return cs
}

// refuse imports a file of the digests of ns.
func (d *desk) refuse(ns ...int) suppression.DigestReport {
	var file strings.Builder
	for _, n := range ns {
		sum, ok := d.format.Digest(d.address(n))
		require.True(d.t, ok)
		fmt.Fprintf(&file, "%s\n", fmt.Sprintf("%X", sum[:20]))
	}
	report, err := suppression.ImportDigests(d.t.Context(), d.Pending, strings.NewReader(file.String()), d.format, suppression.ImportOptions{
		File: "refusals.txt", At: day(2024, 6, 1), Recorded: day(2024, 6, 3), Scope: contact.Scope{Controller: "martin"},
		Unreadable: func(_ int, _ string, err error) error { return err },
	})
	require.NoError(d.t, err)
	return report
}

// entries returns those that stand for n.
func (d *desk) entries(n int) []suppression.Hit {
	hits, err := d.List.Match(d.t.Context(), d.keyring.ID(), []contact.Fingerprint{d.keyring.Fingerprint(d.address(n))})
	require.NoError(d.t, err)
	return hits
}

func (d *desk) changes() int {
	changes, err := d.List.Changes(d.t.Context(), 0, 1000)
	require.NoError(d.t, err)
	return len(changes)
}

// A hooked store calls before each Put.
type hooked struct {
	contact.Store
	before func()
}

func (h hooked) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	h.before()
	return h.Store.Put(ctx, key, contacts)
}

var resolveCases = []testCase{
	{
		name:   "OnPut",
		clause: "OnPut returns store with a Put that resolves the digests which are pending for the contacts being put, before they are put",
		run: func(t *testing.T, s Stores) {
			d := newDesk(t, s)
			d.refuse(1, 2)
			called := 0
			store := d.resolver(s).OnPut(hooked{s.Contacts, func() {
				called++
				require.Len(t, d.entries(1), 1)
				require.Empty(t, d.entries(2))
			}})
			_, err := store.Put(t.Context(), contact.KeyID{}, d.contacts(1, 3))
			require.NoError(t, err)
			require.Equal(t, 1, called)
			require.Equal(t, 1, d.changes())
			require.Equal(t, 1, digestFiles(t, s.Pending)[0].Resolved)
		},
	}, {
		name:   "OnPutFails",
		clause: "Where that fails nothing is put, and Put returns the error.",
		run: func(t *testing.T, s Stores) {
			d := newDesk(t, s)
			d.refuse(1, 2, 3, 4, 5, 6, 7, 8, 9)
			broken := errors.New("no disk")
			// Each call in turn fails, before it takes effect and after.
			for n, whole := 1, false; !whole; n++ {
				for _, after := range []bool{false, true} {
					calls := 0
					faulty := Faulty(s, func(_ string, done bool) error {
						if done == after {
							calls++
						}
						if done == after && calls == n {
							return broken
						}
						return nil
					})
					_, err := d.resolver(faulty).OnPut(faulty.Contacts).Put(t.Context(), contact.KeyID{}, d.contacts(n))
					if whole = calls < n; !whole {
						require.ErrorIsf(t, err, broken, "call %d, after: %t", n, after)
					}
					there, err := s.Contacts.ByAddress(t.Context(), "base", d.address(n))
					require.NoError(t, err)
					if len(there) > 0 {
						require.Lenf(t, d.entries(n), 1, "call %d, after: %t: a contact before its refusal", n, after)
					}
				}
				_, err := d.resolver(s).OnPut(s.Contacts).Put(t.Context(), contact.KeyID{}, d.contacts(n))
				require.NoError(t, err)
				require.Len(t, d.entries(n), 1)
				require.Equal(t, n, d.changes())
			}
		},
	}, {
		name:   "OnPutTwice",
		clause: "Put therefore looks once more when they are there.",
		run: func(t *testing.T, s Stores) {
			d := newDesk(t, s)
			store := d.resolver(s).OnPut(hooked{s.Contacts, func() {
				d.refuse(1)
				report, err := d.resolver(s).Bases(t.Context(), s.Contacts, "base")
				require.NoError(t, err)
				require.Zero(t, report.Resolved, "too early")
			}})
			_, err := store.Put(t.Context(), contact.KeyID{}, d.contacts(1))
			require.NoError(t, err)
			require.Len(t, d.entries(1), 1)
		},
	}, {
		name:   "ResolveTwice",
		clause: "to resolve twice changes nothing, also after the entry was lifted.",
		run: func(t *testing.T, s Stores) {
			d := newDesk(t, s)
			d.refuse(1, 2)
			_, err := s.Contacts.Put(t.Context(), contact.KeyID{}, d.contacts(1, 2))
			require.NoError(t, err)
			report, err := d.resolver(s).Bases(t.Context(), s.Contacts, "base")
			require.NoError(t, err)
			require.Equal(t, []int{2, 2, 2, 2}, []int{report.Contacts, report.Addresses, report.Resolved, report.Added})
			lifted := d.entries(1)[0].Entry
			require.NoError(t, s.List.Lift(t.Context(), suppression.Lifting{Entry: lifted.ID, Act: uuid.New(), Recorded: day(2024, 6, 4)}))
			again := d.refuse(1, 2)
			require.Equal(t, 2, again.Already)
			// Nor is it revived when nothing is known of the first time.
			for range 2 {
				report, err = d.resolver(s).Bases(t.Context(), s.Contacts, "base")
				require.NoError(t, err)
				require.Zero(t, report.Added)
				_, err = s.Pending.Forget(t.Context(), again.File)
				require.NoError(t, err)
				d.refuse(1, 2)
			}
			require.Empty(t, d.entries(1))
			require.Len(t, d.entries(2), 1)
			require.Equal(t, 3, d.changes(), "two entries and a lifting")
		},
	},
}
