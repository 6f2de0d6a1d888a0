package memory_test

import (
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// Room that was made is nothing that is kept, and is made for what is new alone.
func TestReserve(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	s.Reserve("b", -1)
	s.Reserve("b", 1000)
	page, err := s.Page(t.Context(), "b", "", 10)
	require.NoError(t, err)
	require.Empty(t, page.Contacts)
	_, err = s.Put(t.Context(), contact.KeyID{}, []contact.Contact{{ID: "a", Base: "b"}})
	require.NoError(t, err)
	s.Reserve("b", 1000)
	page, err = s.Page(t.Context(), "b", "", 10)
	require.NoError(t, err)
	require.Len(t, page.Contacts, 1)

	var l memory.Ledger
	l.Reserve(-1)
	l.Reserve(10)
	chains, err := l.Walk(t.Context(), [16]byte{}, 10)
	require.NoError(t, err)
	require.Empty(t, chains)
}
