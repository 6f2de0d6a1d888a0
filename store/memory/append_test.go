package memory_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// A batch of many pieces has addresses that are known, new and twice in it, and
// acts that come again. Its chains are whole, and no salt or ID is another's.
func TestAppendOfManyPieces(t *testing.T) {
	t.Parallel()

	var l memory.Ledger
	key := contact.KeyID{1}
	var known []consent.Entry
	for n := range 100 {
		known = append(known, offer(n))
	}
	_, err := l.Append(t.Context(), key, known)
	require.NoError(t, err)
	var entries []consent.Entry
	for n := range 1000 {
		entries = append(entries, offer(n/2))
	}
	entries = append(entries, known[7], entries[300])
	receipts, err := l.Append(t.Context(), key, entries)
	require.NoError(t, err)
	for i, r := range receipts[:1000] {
		want := uint64(1 + i%2)
		if i/2 < 100 {
			want++
		}
		require.True(t, r.New)
		require.Equal(t, want, r.Seq, "entry %d", i)
		require.Equal(t, receipts[i/2*2].Chain, r.Chain)
	}
	again := receipts[300]
	again.New = false
	require.Equal(t, again, receipts[1001])
	require.Equal(t, []any{uint64(1), false}, []any{receipts[1000].Seq, receipts[1000].New})

	chains, err := l.Walk(t.Context(), consent.ChainID{}, 1000)
	require.NoError(t, err)
	require.Len(t, chains, 500)
	salts, records := map[consent.Salt]bool{{}: true}, 0
	for i := range chains {
		c := &chains[i]
		require.Empty(t, c.Check())
		require.Equal(t, []any{4, 2}, []any{int(c.ID.Version()), int(c.ID.Variant()) + 1})
		one, err := l.Chain(t.Context(), c.ID)
		require.NoError(t, err)
		require.Equal(t, *c, one)
		require.False(t, salts[c.GenesisSalt])
		salts[c.GenesisSalt] = true
		for _, r := range c.Records {
			require.False(t, salts[r.Salt])
			salts[r.Salt] = true
			records++
		}
	}
	require.Equal(t, 1100, records)

	// Of two entries that are wrong, the first one is named, wherever it stands.
	bad := []consent.Entry{}
	for n := range 600 {
		bad = append(bad, offer(n))
	}
	bad[400].Act.Purposes, bad[550].Act.Purposes = nil, nil
	_, err = l.Append(t.Context(), key, bad)
	require.ErrorContains(t, err, "entry 400: ")
	after, err := l.Walk(t.Context(), consent.ChainID{}, 1000)
	require.NoError(t, err)
	require.Equal(t, chains, after, "all or none")
}
