package memory_test

import (
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func printOf(n int) contact.Fingerprint {
	sum := sha256.Sum256([]byte{byte(n), byte(n >> 8), byte(n >> 16)})
	return contact.Fingerprint(sum[:16])
}

func offer(n int) consent.Entry {
	return consent.Entry{Fingerprint: printOf(n), Act: consent.Act{
		ID: uuid.New(), Kind: consent.Given, By: consent.ByFile, Source: "Fichiers SARL", Form: "v3",
		Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS),
		Grantees: consent.Grantees{Category: "partners"}, Base: "base",
		Happened: time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC), Recorded: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
	}}
}

// Who reads with the old key while the key changes is told so, or is answered:
// nobody is answered that there is nothing, since that would miss a refusal.
func TestReadDuringRotation(t *testing.T) {
	t.Parallel()

	var from, to contact.KeyID
	from[0], to[0] = 1, 2
	wrap := func(f contact.Fingerprint) contact.Fingerprint { f[0] ^= 0xff; return f }
	for range 200 {
		ledger, list := new(memory.Ledger), new(memory.Suppressions)
		_, err := ledger.Append(t.Context(), from, []consent.Entry{offer(1)})
		require.NoError(t, err)
		_, err = list.Add(t.Context(), from, []suppression.Entry{{
			ID: uuid.New(), Class: suppression.Refusal, Fingerprint: printOf(1), Reason: suppression.Replied, Happened: time.Unix(1, 0), Recorded: time.Unix(1, 0),
		}})
		require.NoError(t, err)
		var wg sync.WaitGroup
		missed := make(chan string, 100)
		for range 2 {
			wg.Go(func() {
				for range 20 {
					if h, err := ledger.Read(t.Context(), from, []contact.Fingerprint{printOf(1)}); err == nil && len(h[0].Acts) == 0 {
						missed <- "an act"
					}
					if hits, err := list.Match(t.Context(), from, []contact.Fingerprint{printOf(1)}); err == nil && len(hits) == 0 {
						missed <- "a refusal"
					}
				}
			})
		}
		require.NoError(t, ledger.Rotate(t.Context(), from, to, wrap))
		require.NoError(t, list.Rotate(t.Context(), from, to, wrap))
		wg.Wait()
		require.Empty(t, missed)
		_, err = ledger.Read(t.Context(), from, nil)
		require.ErrorIs(t, err, suppression.ErrKey)
	}
}

// The budget is 80 ns for a fingerprint with one act, in batches of 1,000.
func BenchmarkLedgerRead(b *testing.B) {
	const people, batch = 100_000, 1000
	ledger, key := new(memory.Ledger), contact.KeyID{1}
	var prints []contact.Fingerprint
	for n := range people {
		_, err := ledger.Append(b.Context(), key, []consent.Entry{offer(n)})
		require.NoError(b, err)
		prints = append(prints, printOf(n))
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		_, err := ledger.Read(b.Context(), key, prints[n:n+batch])
		require.NoError(b, err)
		n = (n + batch) % people
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/fingerprint")
}
