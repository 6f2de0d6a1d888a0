package memory_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// listOf returns a list of n refusals, and a thousand fingerprints of which
// twenty are on it.
func listOf(t testing.TB, key contact.KeyID, n int) (*memory.Suppressions, []contact.Fingerprint) {
	t.Helper()
	at := time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)
	numbered := func(n int) contact.Fingerprint {
		x := uint64(n) * 0x9e3779b97f4a7c15 // spread, as those of a keyring are
		return contact.Fingerprint{1, byte(x), byte(x >> 8), byte(x >> 16), byte(x >> 24), byte(x >> 32), byte(x >> 40), byte(x >> 48), byte(n), byte(n >> 8), byte(n >> 16)}
	}
	list := new(memory.Suppressions)
	es := make([]suppression.Entry, n)
	for i := range es {
		es[i] = suppression.Entry{
			ID: uuid.New(), Class: suppression.Refusal, Fingerprint: numbered(i), Reason: suppression.FromFile, Happened: at, Recorded: at,
		}
	}
	_, err := list.Add(t.Context(), key, es)
	require.NoError(t, err)
	fs := make([]contact.Fingerprint, 1000)
	for i := range fs {
		fs[i] = numbered(n + i)
		if i%50 == 0 {
			fs[i] = numbered(i * (n / 1000))
		}
	}
	return list, fs
}

// It counts the allocations of the whole process, and so runs alone.
func TestMatchAllocatesForHitsOnly(t *testing.T) {
	key := contact.KeyID{1}
	list, fs := listOf(t, key, 2000)
	ctx := t.Context()
	match := func(fs []contact.Fingerprint, want int) float64 {
		return testing.AllocsPerRun(50, func() {
			if hits, err := list.Match(ctx, key, fs); err != nil || len(hits) != want {
				t.Errorf("%d hits, and %v", len(hits), err)
			}
		})
	}
	require.LessOrEqual(t, match(fs[1:50], 0), 1.0)
	require.LessOrEqual(t, match(fs, 20), 8.0, "the slice of the hits, which grows")
}

func BenchmarkSuppressionsMatch(b *testing.B) {
	key := contact.KeyID{1}
	for name, n := range map[string]int{"100k": 100_000, "1M": 1_000_000} {
		b.Run(name, func(b *testing.B) {
			list, fs := listOf(b, key, n)
			b.ReportAllocs()
			for b.Loop() {
				hits, err := list.Match(b.Context(), key, fs)
				if err != nil || len(hits) != 20 {
					b.Fatal(len(hits), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(fs)), "ns/fingerprint")
		})
	}
}
