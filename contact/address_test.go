package contact_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func phoneOf(t testing.TB, s string) contact.Address {
	t.Helper()
	a, err := contact.ParseE164(s)
	require.NoError(t, err)
	return a
}

func emailOf(t testing.TB, s string) contact.Address {
	t.Helper()
	a, err := contact.ParseEmail(s)
	require.NoError(t, err)
	return a
}

// holder hides addresses where packages reflect instead of calling methods.
type holder struct {
	Open   contact.Address
	hidden contact.Address
	deep   struct{ point *contact.Point }
	many   []contact.Address
	keyed  map[contact.Address]contact.Address
}

// recorder is a testing.TB that keeps what a failing assertion says.
type recorder struct{ out strings.Builder }

func (r *recorder) Errorf(format string, args ...any) { fmt.Fprintf(&r.out, format, args...) }

func TestNothingPrintsAnAddress(t *testing.T) {
	t.Parallel()

	for _, a := range []contact.Address{phoneOf(t, "+33639981234"), emailOf(t, "ada.lovelace@example.org")} {
		h := holder{Open: a, hidden: a, many: []contact.Address{a}, keyed: map[contact.Address]contact.Address{a: a}}
		h.deep.point = &contact.Point{Address: a}
		var out bytes.Buffer
		for _, v := range []any{a, &a, h, &h, []any{a}, contact.Contact{Points: []contact.Point{{Address: a}}}, fmt.Errorf("about %v", a)} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%e", "%c", "%U", "%08b"} {
				fmt.Fprintf(&out, verb+"\n", v)
			}
			b, err := json.Marshal(v)
			if err == nil {
				out.Write(b)
			}
			slog.New(slog.NewTextHandler(&out, nil)).Info("seen", "value", v)
			slog.New(slog.NewJSONHandler(&out, nil)).Info("seen", "value", v)
			var r recorder
			assert.Equal(&r, v, "something else")
			out.WriteString(r.out.String())
		}
		b, err := json.Marshal(map[contact.Address]int{a: 1})
		require.NoError(t, err)
		out.Write(b)
		func() {
			defer func() { fmt.Fprint(&out, recover()) }()
			panic(h)
		}()
		for _, secret := range []string{"39981234", "33639981234", "lovelace", "ada.", fmt.Sprintf("%x", "lovelace"), fmt.Sprintf("%X", "lovelace"), "852d8a5d2"} {
			require.NotContainsf(t, out.String(), secret, "%s", a.Kind())
		}
	}
	require.Equal(t, "phone:+33…34", phoneOf(t, "+33639981234").String())
	require.Equal(t, "email:…", emailOf(t, "ada@example.org").String())
}

func TestMasksAreNotRead(t *testing.T) {
	t.Parallel()

	a := phoneOf(t, "+33639981234")
	b, err := json.Marshal(struct{ A contact.Address }{a})
	require.NoError(t, err)
	var back struct{ A contact.Address }
	require.ErrorContains(t, json.Unmarshal(b, &back), "the text is a mask")
	require.NoError(t, json.Unmarshal([]byte(`{"A":"+33639981234"}`), &back))
	require.Equal(t, a, back.A)
	require.NoError(t, json.Unmarshal([]byte(`{"A":"Ada@Example.ORG"}`), &back))
	require.Equal(t, "ada@example.org", back.A.Reveal())
}

func TestBadAddresses(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{
		"":                  "e-mail address: no @ sign",
		"+":                 "phone number: 0 digits, want 7 to 15",
		"+0639981234":       "phone number: country code starts with 0",
		"+3363998123a":      "phone number: byte 11 is not a digit",
		"+1234567890123456": "phone number: 16 digits, want 7 to 15",
		"@example.org":      "e-mail address: nothing before the @ sign",
		"a..b@example.org":  "e-mail address: a dot at the start, at the end or doubled before the @ sign",
		"a b@example.org":   "e-mail address: a character before the @ sign that is not allowed unquoted",
		"ada@localhost":     "e-mail address: the domain has no dot",
		"ada@-x.org":        "e-mail address: a label of the domain starts or ends with a hyphen",
		"ada@exa_mple.org":  "e-mail address: a character in the domain that is not a letter, digit or hyphen",
	} {
		_, err := contact.ParseAddress(in)
		require.EqualErrorf(t, err, "contact: "+want+": not an address", "%q", in)
		require.ErrorIs(t, err, contact.ErrAddress)
	}
}

// One domain is one address, in whichever script it is written.
func TestDomains(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{
		"a@bücher.example": "a@xn--bcher-kva.example",
		"a@BÜCHER.example": "a@xn--bcher-kva.example",
		"a@例え.example":     "a@xn--r8jz45g.example",
		"a@example.org.":   "a@example.org",
	} {
		require.Equal(t, want, emailOf(t, in).Reveal())
		require.Equal(t, emailOf(t, want), emailOf(t, in))
	}
}

func TestTerritories(t *testing.T) {
	t.Parallel()

	for number, want := range map[string]contact.Territory{
		"+33639980000": "FR", "+262692123456": "RE", "+262639123456": "YT", "+590690123456": "GP", "+596696123456": "MQ", "+594694123456": "GF",
		"+689871234567": "PF", "+32470123456": "BE", "+12125550123": "", "+79161234567": "",
	} {
		require.Equalf(t, want, phoneOf(t, number).Territory(), "%s", number)
	}
	require.Empty(t, emailOf(t, "a@example.org").Territory())
	require.Len(t, contact.Territory("PF").Zones(), 3)
	require.Empty(t, contact.Territory("BR").Zones())
}

func TestFictional(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]bool{
		"+33639980000": true, "+33639989999": true, "+33639990000": false, "+33639979999": false, "+12125550199": true, "+12125550200": false,
		"+447700900123": true, "a@example.org": true, "a@shop.example": true, "a@example.fr": false, "a@notexample.org": false,
	} {
		a, err := contact.ParseAddress(in)
		require.NoError(t, err)
		require.Equalf(t, want, a.Fictional(), "%s", in)
	}
}

func TestScopeCovers(t *testing.T) {
	t.Parallel()

	target := &contact.Target{
		Controllers: []contact.Party{{ID: "martin", Group: "party"}, {ID: "owner"}}, Base: "b", Purpose: contact.Political, Channel: contact.SMS,
	}
	for want, scopes := range map[bool][]contact.Scope{
		true: {
			{}, {Controller: "martin"}, {Controller: "owner"}, {Group: "party"}, {Base: "b"}, {Purpose: contact.Political}, {Purpose: contact.Prospecting},
			{Channels: contact.RCS.Siblings()}, {Controller: "martin", Base: "b", Purpose: contact.Prospecting, Channels: contact.Channels(contact.SMS)},
		},
		false: {
			{Controller: "dupont"}, {Group: "other"}, {Base: "c"}, {Purpose: contact.Service}, {Purpose: contact.Commercial}, {Channels: contact.Channels(contact.EmailChannel)},
			{Controller: "martin", Base: "c"},
		},
	} {
		for _, s := range scopes {
			require.Equalf(t, want, s.Covers(target), "%v", s)
		}
	}
	service := *target
	service.Purpose = contact.Service
	require.False(t, contact.Scope{Purpose: contact.Prospecting}.Covers(&service))
	require.EqualError(t, contact.Scope{Channels: 1}.Validate(), "contact: scope: Channels has unknown bits 0x1")
}

func TestValues(t *testing.T) {
	t.Parallel()

	for _, v := range []contact.Value{contact.Text("12"), contact.Number(12), contact.Date(2024, 6, 9), contact.Bool(true), contact.Bool(false), {}} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		var back contact.Value
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, v, back)
	}
	require.Equal(t, "2024-06-09", contact.Date(2024, 6, 9).String())
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"+33639980000", "ada@example.org", "a@bücher.example", "\xff@x.y", "+1", "é@例え.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := contact.ParseAddress(s)
		if err != nil {
			return
		}
		again, err := contact.ParseAddress(a.Reveal())
		if err != nil || again != a {
			t.Fatalf("what Reveal writes is not read back: %v", err)
		}
	})
}
