package campaign

import (
	"github.com/accordsdk/accord/consent"
	"github.com/google/uuid"
)

// OpenRequests returns those of sent, the messages to one address, that asked
// for consent and were not answered with a yes, in their order. Acts are those
// of the address. Proof copies ask nobody.
//
// A no does not close a question: people change their minds, and whether a later
// yes lifts the no is for consent.Register to decide.
//
// It is a fold and not an index that a store keeps: messages to one address are
// few, and an index could disagree with the ledger.
func OpenRequests(sent []consent.Sent, acts []consent.Act) []consent.Sent {
	var open []consent.Sent
	var answered map[uuid.UUID]bool
	for i := range sent {
		s := &sent[i]
		if s.Kind != consent.ConsentRequest || s.Proof {
			continue
		}
		if answered == nil {
			answered = map[uuid.UUID]bool{}
			for j := range acts {
				if acts[j].Kind == consent.Given {
					answered[acts[j].Dispatch] = true
				}
			}
		}
		if !answered[s.Dispatch] {
			open = append(open, *s)
		}
	}
	return open
}
