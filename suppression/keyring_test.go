package suppression_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

const secret = "sixteen bytes or more, at random"

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

func TestKeyring(t *testing.T) {
	t.Parallel()

	k, a := ring(t, secret), number(t, 12)
	f := k.Fingerprint(a)
	// Kept lists depend on these bytes: they may never change.
	require.Equal(t, "79993e10c7447e6f", hex.EncodeToString(f[:8]))
	require.Equal(t, f, k.Hasher().Fingerprint(a))
	require.NotEqual(t, f, k.Fingerprint(number(t, 13)))
	require.NotEqual(t, f, ring(t, secret+"!").Fingerprint(a))
	require.NotEqual(t, k.ID(), ring(t, secret+"!").ID())
	require.True(t, k.Fingerprint(contact.Address{}).IsZero())

	next, err := k.Rotated([]byte("another secret, as long as that"))
	require.NoError(t, err)
	require.NotEqual(t, k.ID(), next.ID())
	require.NotEqual(t, f, next.Fingerprint(a))

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		require.NotContains(t, fmt.Sprintf(verb, k), "sixteen")
		require.NotContains(t, fmt.Sprintf(verb, struct{ K *suppression.Keyring }{k}), hex.EncodeToString([]byte("sixteen")))
	}
	_, err = suppression.NewKeyring()
	require.EqualError(t, err, "suppression: keyring: no secret")
	_, err = suppression.NewKeyring([]byte(secret), []byte("short"))
	require.EqualError(t, err, "suppression: keyring: secret 2 has 5 bytes, want 16 or more")
}

// It counts the allocations of the whole process, and so runs alone.
func TestHasherAllocatesNothing(t *testing.T) {
	h, a := ring(t, secret).Hasher(), number(t, 12)
	require.Zero(t, testing.AllocsPerRun(100, func() { h.Fingerprint(a) }))
}

// A rotation can be taken up again where a store failed, and moves entries
// whose addresses nobody knows.
func TestRotate(t *testing.T) {
	t.Parallel()

	k := ring(t, secret)
	next, err := k.Rotated([]byte("another secret, as long as that"))
	require.NoError(t, err)
	first, second := new(memory.Suppressions), new(memory.Suppressions)
	for _, l := range []*memory.Suppressions{first, second} {
		e := refusal(k.Fingerprint(number(t, 1)))
		_, err := l.Add(t.Context(), k.ID(), []suppression.Entry{e})
		require.NoError(t, err)
	}
	broken := errors.New("the disk is full")
	require.ErrorIs(t, suppression.Rotate(t.Context(), k, next, first, failing{broken}, second), broken)
	_, err = first.Match(t.Context(), k.ID(), nil)
	require.ErrorIs(t, err, suppression.ErrKey, "who holds the old keyring is told so")
	require.NoError(t, suppression.Rotate(t.Context(), k, next, first, second))
	for _, l := range []*memory.Suppressions{first, second} {
		hits, err := l.Match(t.Context(), next.ID(), []contact.Fingerprint{next.Fingerprint(number(t, 1))})
		require.NoError(t, err)
		require.Len(t, hits, 1)
	}
	require.ErrorContains(t, suppression.Rotate(t.Context(), k, ring(t, "quite another secret", "and one more on top"), first), "not the old one with one more secret")
	require.ErrorContains(t, suppression.Rotate(t.Context(), k, k, first), "not the old one with one more secret")
}

func BenchmarkFingerprint(b *testing.B) {
	h, a := ring(b, secret).Hasher(), number(b, 7)
	b.ReportAllocs()
	for b.Loop() {
		h.Fingerprint(a)
	}
}

// A match of a thousand, with the keyed hash, against a list of a million.
func BenchmarkMatch(b *testing.B) {
	k, l := ring(b, secret), new(memory.Suppressions)
	h := k.Hasher()
	for at := 0; at < 1_000_000; at += 1000 {
		es := make([]suppression.Entry, 1000)
		for i := range es {
			a, err := contact.PhoneFromDigits(999_000_000_000 + uint64(at+i))
			require.NoError(b, err)
			es[i] = refusal(h.Fingerprint(a))
		}
		_, err := l.Add(b.Context(), k.ID(), es)
		require.NoError(b, err)
	}
	as := make([]contact.Address, 1000)
	for i := range as {
		n := 2_000_000 + i*997
		if i%50 == 0 {
			n = i * 997 // one in fifty is listed
		}
		as[i], _ = contact.PhoneFromDigits(999_000_000_000 + uint64(n))
	}
	fs := make([]contact.Fingerprint, len(as))
	b.ReportAllocs()
	for b.Loop() {
		for i, a := range as {
			fs[i] = h.Fingerprint(a)
		}
		if _, err := l.Match(b.Context(), k.ID(), fs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/address")
}

func lines(s ...string) *strings.Reader { return strings.NewReader(strings.Join(s, "\n") + "\n") }

// failing is a store that cannot be moved.
type failing struct{ err error }

func (f failing) Rotate(context.Context, contact.KeyID, contact.KeyID, func(contact.Fingerprint) contact.Fingerprint) error {
	return f.err
}
