package suppression_test

import (
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func BenchmarkFingerprint(b *testing.B) {
	k, a := ring(b, secret), number(b, 7)
	b.Run("Hasher", func(b *testing.B) {
		h := k.Hasher()
		b.ReportAllocs()
		for b.Loop() {
			h.Fingerprint(a)
		}
	})
	b.Run("Keyring", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			k.Fingerprint(a)
		}
	})
	b.Run("Rotated", func(b *testing.B) {
		h := ring(b, secret, another).Hasher()
		b.ReportAllocs()
		for b.Loop() {
			h.Fingerprint(a)
		}
	})
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
