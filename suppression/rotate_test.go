package suppression_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

type rotator func(from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error

func (r rotator) Rotate(_ context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
	return r(from, to, wrap)
}

// The fingerprint by the new keyring is what the wrap makes of the old one, and
// so entries move whose addresses nobody knows.
func TestRotateWraps(t *testing.T) {
	t.Parallel()

	k := ring(t, secret)
	for range 3 { // secrets add up
		next, err := k.Rotated([]byte(another))
		require.NoError(t, err)
		asked := 0
		require.NoError(t, suppression.Rotate(t.Context(), k, next, rotator(func(from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error {
			asked++
			require.Equal(t, k.ID(), from)
			require.Equal(t, next.ID(), to)
			require.True(t, wrap(contact.Fingerprint{}).IsZero(), "what is missing stays missing")
			var wg sync.WaitGroup
			for n := range 8 {
				wg.Go(func() {
					for range 100 {
						if wrap(k.Fingerprint(number(t, n))) != next.Fingerprint(number(t, n)) {
							t.Error("wrap and keyring differ")
						}
					}
				})
			}
			wg.Wait()
			return nil
		})))
		require.Equal(t, 1, asked)
		k = next
	}
}

// A rotation can be taken up again where a store failed.
func TestRotateResumes(t *testing.T) {
	t.Parallel()

	k := ring(t, secret)
	next, err := k.Rotated([]byte(another))
	require.NoError(t, err)
	first, second, unused := new(memory.Suppressions), new(memory.Suppressions), new(memory.Suppressions)
	lifted := refusal(k.Fingerprint(number(t, 1)))
	for _, l := range []*memory.Suppressions{first, second} {
		_, err := l.Add(t.Context(), k.ID(), []suppression.Entry{refusal(k.Fingerprint(number(t, 1))), lifted})
		require.NoError(t, err)
		require.NoError(t, l.Lift(t.Context(), suppression.Lifting{Entry: lifted.ID, Act: uuid.New(), Recorded: noon}))
	}
	broken := errors.New("the disk is full")
	failing := rotator(func(contact.KeyID, contact.KeyID, func(contact.Fingerprint) contact.Fingerprint) error { return broken })
	err = suppression.Rotate(t.Context(), k, next, first, failing, second)
	require.ErrorIs(t, err, broken)
	require.EqualError(t, err, "suppression: rotate: store 2 of 3: the disk is full")
	_, err = first.Match(t.Context(), k.ID(), nil)
	require.ErrorIs(t, err, suppression.ErrKey, "who holds the old keyring is told so")
	_, err = second.Match(t.Context(), k.ID(), nil)
	require.NoError(t, err, "and is not, where it still holds")

	for range 2 {
		require.NoError(t, suppression.Rotate(t.Context(), k, next, first, second, unused))
		for _, l := range []*memory.Suppressions{first, second} {
			hits, err := l.Match(t.Context(), next.ID(), []contact.Fingerprint{next.Fingerprint(number(t, 1))})
			require.NoError(t, err)
			require.Len(t, hits, 1, "one stands, and one is lifted as before")
		}
	}
	_, err = unused.Match(t.Context(), k.ID(), nil)
	require.ErrorIs(t, err, suppression.ErrKey, "a list that nobody used must not be filled by who has the old keyring")
}

func TestRotateRefuses(t *testing.T) {
	t.Parallel()

	k := ring(t, secret)
	l := new(memory.Suppressions)
	_, err := l.Match(t.Context(), k.ID(), nil)
	require.NoError(t, err)
	for name, to := range map[string]*suppression.Keyring{
		"the same":                      k,
		"one secret instead of another": ring(t, another),
		"of another chain":              ring(t, "quite another secret", another),
		"in another order":              ring(t, another, secret),
		"two secrets more":              ring(t, secret, another, another),
	} {
		err := suppression.Rotate(t.Context(), k, to, l)
		require.EqualErrorf(t, err, "suppression: rotate: the new keyring is not the old one with one more secret", name)
	}
	require.Error(t, suppression.Rotate(t.Context(), ring(t, secret, another), k, l), "backwards")
	_, err = l.Match(t.Context(), k.ID(), nil)
	require.NoError(t, err, "nothing was moved")

	// A store of quite another key is not moved along.
	other := ring(t, "quite another secret")
	next, err := other.Rotated([]byte(another))
	require.NoError(t, err)
	require.ErrorIs(t, suppression.Rotate(t.Context(), other, next, l), suppression.ErrKey)
}
