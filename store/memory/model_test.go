package memory_test

import (
	"testing"

	"github.com/accordsdk/accord/store/storetest"
)

// More than five thousand histories, in pieces that run beside each other. The race
// detector and -short get fewer.
func TestModel(t *testing.T) {
	t.Parallel()
	const pieces = 4
	each := 1350
	if testing.Short() || raceDetector {
		each = 150
	}
	for p := range pieces {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			storetest.Model(t, open, uint64(1+p*1_000_000), each)
		})
	}
}
