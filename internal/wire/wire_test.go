package wire_test

import (
	"math"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

type inner struct {
	Text  string
	Deep  *inner
	Small int8
}

type whole struct {
	Text    string
	Bytes   []byte
	Array   [4]byte
	Number  int64
	Big     uint64
	Share   float64
	Yes     bool
	At      time.Time
	Address contact.Address
	Values  []contact.Value
	Inner   *inner
	Map     map[string]inner
	List    []inner
	ID      uuid.UUID
}

func phone(t *testing.T) contact.Address {
	t.Helper()
	a, err := contact.ParseE164("+33639980012")
	require.NoError(t, err)
	return a
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()

	mail, err := contact.ParseEmail("ada@example.org")
	require.NoError(t, err)
	for name, want := range map[string]whole{
		"zero": {},
		"all of it": {
			Text: "a\x00b\xff é", Bytes: []byte{0, 255}, Array: [4]byte{1, 2}, Number: math.MinInt64, Big: math.MaxUint64, Share: 0.001,
			Yes: true, At: time.Date(2024, 6, 3, 8, 0, 0, 1000, time.UTC), Address: phone(t), ID: uuid.MustParse("6d0c7d1e-2a5b-5c0a-9a83-6f3b0a0f4c11"),
			Values: []contact.Value{contact.Text("\xfe"), contact.Number(-3), contact.Bool(true), contact.Date(1815, 12, 10), {}},
			Inner:  &inner{Text: "x", Deep: &inner{Small: -128}}, Map: map[string]inner{"": {}, "b": {Text: "c"}}, List: []inner{{}, {Text: "d"}},
		},
		"empty and not nil": {Bytes: []byte{}, Map: map[string]inner{}, List: []inner{}},
		"an e-mail address": {Address: mail, At: time.Unix(0, 0).UTC()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			b := wire.Append(nil, want)
			require.Equal(t, b, wire.Append(nil, want), "the same bytes each time")
			var got whole
			require.NoError(t, wire.Read(b, &got))
			require.Equal(t, want, got)
			for n := range b {
				require.Error(t, wire.Read(b[:n], new(whole)), "cut after %d bytes", n)
			}
			require.Error(t, wire.Read(append(b, 0), new(whole)))
		})
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()

	type newer struct{ Text, Added string }
	type older struct{ Text string }
	require.ErrorContains(t, wire.Read(wire.Append(nil, newer{"a", "b"}), new(older)), `field "Added" of wire_test.older, written by a newer version`)
	var got newer
	require.NoError(t, wire.Read(wire.Append(nil, older{"a"}), &got))
	require.Equal(t, newer{Text: "a"}, got)

	type wide struct{ N int64 }
	type narrow struct{ N int8 }
	require.ErrorContains(t, wire.Read(wire.Append(nil, wide{300}), new(narrow)), "300 is no int8")
	require.Panics(t, func() { wire.Append(nil, struct{ c chan int }{}) }, "what is not exported has no form")
	require.Panics(t, func() { wire.Append(nil, make(chan int)) })

	masked := wire.Append(nil, struct{ A string }{"phone:+33…12"})
	err := wire.Read(masked, new(struct{ A contact.Address }))
	require.ErrorContains(t, err, "an address that is none")
	require.NotContains(t, err.Error(), "33")
}

// The types that stores keep have a form.
func TestTypesOfTheModule(t *testing.T) {
	t.Parallel()

	for _, v := range []any{
		contact.Contact{Points: []contact.Point{{Address: phone(t)}}, Origins: []contact.Provenance{{Origin: &contact.Origin{Kind: contact.OwnForm}}}},
		contact.Notice{Partners: []string{"a"}}, consent.Assessment{}, consent.Act{Evidence: &consent.Evidence{Text: "OUI"}},
		campaign.Campaign{Ask: &consent.Ask{}, Templates: []campaign.Template{{Fields: []campaign.Field{{}}}}},
		campaign.Settlement{Trace: &consent.Trace{}}, campaign.EventRecord{}, campaign.Tally{campaign.Class{State: campaign.Ready}: 3},
	} {
		require.NotPanics(t, func() { wire.Append(nil, v) }, "%T", v)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(wire.Append(nil, whole{Text: "a", Map: map[string]inner{"b": {}}, List: []inner{{Deep: &inner{}}}}))
	f.Add([]byte{1, 4, 'L', 'i', 's', 't', 255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, again whole
		if wire.Read(b, &v) != nil {
			return
		}
		if err := wire.Read(wire.Append(nil, v), &again); err != nil {
			t.Fatal(err)
		}
	})
}
