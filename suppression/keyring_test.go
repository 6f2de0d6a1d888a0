package suppression_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	secret  = "sixteen bytes or more, at random"
	another = "another secret, as long as that"
)

func ring(t testing.TB, secrets ...string) *suppression.Keyring {
	t.Helper()
	var bs [][]byte
	for _, s := range secrets {
		bs = append(bs, []byte(s))
	}
	k, err := suppression.NewKeyring(bs...)
	require.NoError(t, err)
	return k
}

func number(t testing.TB, n int) contact.Address {
	t.Helper()
	a, err := contact.PhoneFromDigits(33639980000 + uint64(n))
	require.NoError(t, err)
	return a
}

// mac is what the documentation of Keyring says of one secret.
func mac(secret, text string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(text))
	return string(m.Sum(nil)[:16])
}

// Lists that are kept depend on these bytes: they may never change.
func TestFingerprintGolden(t *testing.T) {
	t.Parallel()

	ada, err := contact.ParseEmail("ada@example.org")
	require.NoError(t, err)
	tests := map[string]struct {
		secrets    []string
		a          contact.Address
		want, said string
	}{
		"one secret":     {[]string{secret}, number(t, 12), "79993e10c7447e6f", mac(secret, "+33639980012")},
		"after rotation": {[]string{secret, another}, number(t, 12), "", mac(another, mac(secret, "+33639980012"))},
		"and another":    {[]string{secret, another, secret}, number(t, 12), "", mac(secret, mac(another, mac(secret, "+33639980012")))},
		"e-mail":         {[]string{secret}, ada, "", mac(secret, "ada@example.org")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := ring(t, tt.secrets...)
			f := k.Fingerprint(tt.a)
			require.Equal(t, hex.EncodeToString([]byte(tt.said)), hex.EncodeToString(f[:]))
			require.True(t, strings.HasPrefix(hex.EncodeToString(f[:]), tt.want))
			require.Equal(t, f, k.Hasher().Fingerprint(tt.a))
			id := k.ID()
			check := "accord key check 1"
			for _, s := range tt.secrets {
				check = mac(s, check)
			}
			require.Equal(t, hex.EncodeToString([]byte(check[:8])), hex.EncodeToString(id[:]))
		})
	}
}

func TestKeyring(t *testing.T) {
	t.Parallel()

	k, a := ring(t, secret), number(t, 12)
	require.NotEqual(t, k.Fingerprint(a), k.Fingerprint(number(t, 13)))
	require.NotEqual(t, k.Fingerprint(a), ring(t, secret+"!").Fingerprint(a))
	require.NotEqual(t, k.ID(), ring(t, secret+"!").ID())
	require.NotEqual(t, ring(t, secret, another).ID(), ring(t, another, secret).ID())
	require.Equal(t, k.ID(), ring(t, secret).ID())
	require.True(t, k.Fingerprint(contact.Address{}).IsZero())
	require.True(t, k.Hasher().Fingerprint(contact.Address{}).IsZero())

	next, err := k.Rotated([]byte(another))
	require.NoError(t, err)
	require.Equal(t, ring(t, secret, another).ID(), next.ID())
	require.Equal(t, ring(t, secret, another).Fingerprint(a), next.Fingerprint(a))
	require.NotEqual(t, k.ID(), next.ID())

	// The caller's bytes are the caller's.
	own := []byte(secret)
	k, err = suppression.NewKeyring(own)
	require.NoError(t, err)
	clear(own)
	require.Equal(t, ring(t, secret).Fingerprint(a), k.Fingerprint(a))
	next, err = k.Rotated([]byte(another))
	require.NoError(t, err)
	require.Equal(t, ring(t, secret, another).ID(), next.ID())

	_, err = suppression.NewKeyring()
	require.EqualError(t, err, "suppression: keyring: no secret")
	_, err = suppression.NewKeyring([]byte(secret), []byte("short"))
	require.EqualError(t, err, "suppression: keyring: secret 2 has 5 bytes, want 16 or more")
	_, err = k.Rotated([]byte("short"))
	require.EqualError(t, err, "suppression: keyring: secret 2 has 5 bytes, want 16 or more")
}

// With the wrong secret nobody would seem to have refused, so it must not come
// to a question.
func TestWrongSecret(t *testing.T) {
	t.Parallel()

	right, wrong, l := ring(t, secret), ring(t, "quite another secret"), new(memory.Suppressions)
	_, err := l.Add(t.Context(), right.ID(), []suppression.Entry{refusal(right.Fingerprint(number(t, 1)))})
	require.NoError(t, err)
	_, err = l.Match(t.Context(), wrong.ID(), []contact.Fingerprint{wrong.Fingerprint(number(t, 1))})
	require.ErrorIs(t, err, suppression.ErrKey)
	_, err = l.Add(t.Context(), wrong.ID(), nil)
	require.ErrorIs(t, err, suppression.ErrKey)
}

// reports is a testing.T whose failures can be read.
type reports struct{ strings.Builder }

func (r *reports) Errorf(format string, args ...any) { fmt.Fprintf(r, format, args...) }

// Neither secrets nor the last address can be printed, whether a printer calls
// methods or reflects on fields.
func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()

	k := ring(t, secret, another)
	h := k.Hasher()
	h.Fingerprint(number(t, 12))
	type open struct {
		K *suppression.Keyring
		H *suppression.Hasher
	}
	type closed struct {
		k *suppression.Keyring
		h *suppression.Hasher
	}
	values := []any{k, h, open{k, h}, &open{k, h}, closed{k, h}, &closed{k, h}, []any{k, h}, map[string]any{"k": k, "h": h}}
	var out strings.Builder
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%t", "%08b"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		j, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(j)
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "v", v)
		var failed reports
		assert.Equal(&failed, v, "something else") // as a test that fails prints it
		require.Contains(t, failed.String(), "Not equal")
		out.WriteString(failed.String())
	}
	printed := strings.ToLower(out.String())
	for _, hidden := range []string{secret, another, "+33639980012"} {
		decimal, octets := strings.Trim(fmt.Sprint([]byte(hidden)[:8]), "[]"), hex.EncodeToString([]byte(hidden)[:8])
		spaced := strings.Trim(fmt.Sprintf("% x", hidden[:8]), " ")
		hexes := strings.ReplaceAll(fmt.Sprintf("0x%s", strings.ReplaceAll(spaced, " ", ", 0x")), "0x0", "0x")
		for _, form := range []string{hidden, decimal, octets, spaced, hexes} {
			require.NotContains(t, printed, form)
		}
	}
	id := k.ID()
	require.Equal(t, "keyring:"+hex.EncodeToString(id[:]), fmt.Sprintf("%d", k))
	require.Equal(t, k.String(), k.GoString())
	require.Equal(t, "hasher", fmt.Sprintf("%x", h))
}

// It counts the allocations of the whole process, and so runs alone.
func TestHasherAllocatesNothing(t *testing.T) {
	a := number(t, 12)
	for _, k := range []*suppression.Keyring{ring(t, secret), ring(t, secret, another, secret)} {
		h := k.Hasher()
		require.Zero(t, testing.AllocsPerRun(100, func() { h.Fingerprint(a) }))
	}
}

func TestKeyringConcurrently(t *testing.T) {
	t.Parallel()

	k := ring(t, secret, another)
	h := k.Hasher()
	want := make([]contact.Fingerprint, 100)
	for n := range want {
		want[n] = h.Fingerprint(number(t, n))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := range want {
				if k.Fingerprint(number(t, n)) != want[n] {
					t.Errorf("number %d has another fingerprint", n)
				}
			}
		})
	}
	wg.Wait()
}

func TestStamp(t *testing.T) {
	t.Parallel()

	k := ring(t, secret)
	contacts := []contact.Contact{
		{Points: []contact.Point{{Address: number(t, 1)}, {Address: number(t, 2), Fingerprint: contact.Fingerprint{1}}}},
		{},
		{Points: []contact.Point{{Fingerprint: contact.Fingerprint{1}}}},
	}
	k.Hasher().Stamp(contacts)
	require.Equal(t, k.Fingerprint(number(t, 1)), contacts[0].Points[0].Fingerprint)
	require.Equal(t, k.Fingerprint(number(t, 2)), contacts[0].Points[1].Fingerprint)
	require.True(t, contacts[2].Points[0].Fingerprint.IsZero(), "no address, no fingerprint")
}
