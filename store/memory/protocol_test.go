package memory_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/store/storetest"
)

// TestProtocol walks some orders at random, and with ACCORD_WALK=all in the
// environment every one: two hundred thousand, in a few minutes.
func TestProtocol(t *testing.T) {
	limit := 4000
	if os.Getenv("ACCORD_WALK") == "all" {
		limit = 0
	}
	t.Logf("%d orders", storetest.Protocol(t, open, limit))
}

// Cancelling is for the counts: what holds is that the refusal is stored before
// the in-flight list is read, and the mark before the refusals are.
func TestProtocolWithoutCancelling(t *testing.T) {
	storetest.Protocol(t, func(t *testing.T) storetest.Stores {
		s := open(t)
		s.Outbox = noCancel{s.Outbox.(*memory.Outbox)}
		return s
	}, 4000)
}

type noCancel struct{ *memory.Outbox }

func (noCancel) Cancel(context.Context, contact.KeyID, contact.Fingerprint, []contact.Scope, time.Time) (int, error) {
	return 0, nil
}
