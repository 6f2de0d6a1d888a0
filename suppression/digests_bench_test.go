package suppression_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// BenchmarkResolve imports so many lines of SHA-256 as ACCORD_DIGESTS says
// (100,000), and resolves them against as many contacts, half of whom they are.
// The numbers are of +999, which nobody has.
func BenchmarkResolve(b *testing.B) {
	size := 100_000
	if s := os.Getenv("ACCORD_DIGESTS"); s != "" {
		var err error
		size, err = strconv.Atoi(s)
		require.NoError(b, err)
	}
	address := func(n int) contact.Address {
		a, err := contact.PhoneFromDigits(999_000_000_000 + uint64(n))
		require.NoError(b, err)
		return a
	}
	people := new(memory.Contacts)
	page := make([]contact.Contact, 0, 1000)
	for n := range size {
		page = append(page, contact.Contact{ID: contact.ID(strconv.Itoa(n)), Base: "base", Points: []contact.Point{{Address: address(n)}}})
		if len(page) == cap(page) || n == size-1 {
			_, err := people.Put(b.Context(), contact.KeyID{}, page)
			require.NoError(b, err)
			page = page[:0]
		}
	}
	format := sha(suppression.Digits)
	for b.Loop() {
		o := newOffice(b, secret)
		r, w := io.Pipe()
		go func() {
			out := bufio.NewWriter(w)
			for n := range size {
				d, _ := format.Digest(address(n + size/2))
				fmt.Fprintf(out, "%x\n", [32]byte(d))
			}
			out.Flush()
			w.Close()
		}()
		var kept unread
		report, err := suppression.ImportDigests(b.Context(), o.pending, r, format, plainFile(&kept))
		require.NoError(b, err)
		require.Equal(b, size, report.Pending)
		resolved, err := o.Bases(b.Context(), people, "base")
		require.NoError(b, err)
		require.Equal(b, size-size/2, resolved.Added)
	}
}
