package loopback

import (
	"time"

	"github.com/accordsdk/accord/provider"
)

// Restore tells a new carrier what one in an earlier process took, oldest first,
// as Inbox returned it or Options.Script was shown it: for hosts and tests that
// end in the middle, and go on. The messages are in the inbox again, and a
// look-up finds them accepted. Of what follows from them, replies and receipts
// that are due after heard are still to come, those before it were delivered
// then; each under the ID that it had, as long as Person and Receipt say what
// they said. Script is not asked. Call it before anything is sent.
func (c *Carrier) Restore(heard time.Time, taken ...Handed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = heard
	for _, h := range taken {
		o := c.outcome(c.n, &h, provider.Outcome{})
		c.n++
		c.answers[h.Dispatch] = answered{o, h.At}
		c.arrive(h, o)
	}
	// What is said from now on is new, whatever the clock says.
	c.heard = time.Time{}
}
