package memory_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// crowd puts n people with what a person of a rented base usually has.
func crowd(tb testing.TB, n int) *memory.Contacts {
	tb.Helper()
	var s memory.Contacts
	origin := &contact.Origin{Kind: contact.RentedFile, Collector: "competition.example", Supplier: "Fichiers SARL"}
	batch := make([]contact.Contact, 0, 1000)
	for i := range n {
		a, err := contact.PhoneFromDigits(33_600_000_000 + uint64(i)) // too many for the fictional range
		require.NoError(tb, err)
		batch = append(batch, contact.Contact{
			ID: contact.ID(fmt.Sprintf("P%07d", i)), Base: "base", Language: "fr", Territory: "FR",
			Points: []contact.Point{{Address: a, Fingerprint: contact.Fingerprint{1, byte(i), byte(i >> 8), byte(i >> 16)}}},
			Attributes: []contact.Attribute{
				{Name: "commune", Value: contact.Text("Saint-Brieuc")},
				{Name: "postcode", Value: contact.Text("22000")},
			},
			Origins: []contact.Provenance{{Origin: origin, Collected: time.Date(2023, 4, 3, 0, 0, 0, 0, time.UTC)}},
		})
		if len(batch) == cap(batch) || i == n-1 {
			_, err := s.Put(tb.Context(), contact.KeyID{1}, batch)
			require.NoError(tb, err)
			batch = batch[:0]
		}
	}
	return &s
}

// A preview reads a whole base in pages, so a page may not cost allocations for
// each contact.
// It counts the allocations of the whole process, and so runs alone.
func TestPageAllocates(t *testing.T) { //nolint:paralleltest
	s := crowd(t, 3000)
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = s.Page(b.Context(), "base", "1000", 1000)
		}
	})
	require.LessOrEqual(t, result.AllocsPerOp(), int64(8))
}

// A position stays right when everybody before it and behind it is gone.
func TestPositionOutlivesItsContacts(t *testing.T) {
	t.Parallel()

	s := crowd(t, 1000)
	var ids []contact.ID
	page, err := s.Page(t.Context(), "base", "", 1000)
	require.NoError(t, err)
	for _, c := range page.Contacts[:999] {
		ids = append(ids, c.ID)
	}
	n, err := s.Erase(t.Context(), "base", ids)
	require.NoError(t, err)
	require.Equal(t, 999, n)
	page, err = s.Page(t.Context(), "base", "5", 10)
	require.NoError(t, err)
	require.Len(t, page.Contacts, 1)
	require.Equal(t, contact.ID("P0000999"), page.Contacts[0].ID)
}

// BenchmarkPage reads a million people in pages of a thousand, as a preview
// does.
func BenchmarkPage(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("base=%d", n), func(b *testing.B) {
			s := crowd(b, n)
			runtime.GC()
			b.ReportAllocs()
			b.ResetTimer()
			read := 0
			after := contact.Position("")
			for b.Loop() {
				page, err := s.Page(b.Context(), "base", after, 1000)
				if err != nil {
					b.Fatal(err)
				}
				read += len(page.Contacts)
				after = page.Next
			}
			b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "contacts/s")
		})
	}
}

func BenchmarkPut(b *testing.B) {
	source := crowd(b, 1000)
	page, err := source.Page(b.Context(), "base", "", 1000)
	require.NoError(b, err)
	for name, fresh := range map[string]bool{"new": true, "again": false} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			s := new(memory.Contacts)
			done := 0
			for b.Loop() {
				if fresh {
					s = new(memory.Contacts)
				}
				if _, err := s.Put(b.Context(), page.Key, page.Contacts); err != nil {
					b.Fatal(err)
				}
				done += len(page.Contacts)
			}
			b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "contacts/s")
		})
	}
}
