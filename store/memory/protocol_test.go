package memory_test

import (
	"testing"

	"github.com/accordsdk/accord/store/storetest"
)

func TestProtocol(t *testing.T) {
	t.Parallel()
	limit := 0
	if testing.Short() {
		limit = 2000
	}
	t.Logf("%d orders", storetest.Protocol(t, open, limit))
}
