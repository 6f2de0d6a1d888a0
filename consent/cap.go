package consent

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// capRule keeps the caps of a request, counting the messages of every campaign
// that shares an advertiser, and those of its base, counting the messages of
// every campaign on it, whoever the client is.
type capRule struct{}

func (capRule) Info() RuleInfo {
	return RuleInfo{Name: "accord.cap", Does: Words{
		"Keeps the number of messages that one address may get within a time, by the campaign's caps and those of the base's owner.",
		"Limite le nombre de messages qu'une adresse peut recevoir sur une période, selon les plafonds de la campagne et du propriétaire de la base."},
		DefersOnFacts: true, Cases: []Case{
			{
				Code: CodeCapUnknown, Level: Invariant, Certainty: Settled,
				Says:   Words{"Nobody looked how many messages the address got.", "Personne n'a compté les messages déjà reçus par l'adresse."},
				Remedy: Words{"Give the gate a fact reader, such as the outbox.", "Donner à la barrière un lecteur de faits, comme la boîte d'envoi."},
			}, {
				Code: CodeCap, Level: Advice, Certainty: Settled,
				Source: Source{Text: "the campaign's own caps", Ref: "design §4"},
				Says:   Words{"The address got as many messages as the cap allows.", "L'adresse a reçu autant de messages que le plafond le permet."},
				Remedy: Words{"It may be written to again when the oldest is out of the window.", "Un nouveau message est possible quand le plus ancien sort de la période."},
			}, {
				Code: CodeInFlight, Level: Invariant, Certainty: Settled,
				Says:   Words{"Another message to the address is on its way, and may count.", "Un autre message vers cette adresse est en cours d'envoi et peut compter."},
				Remedy: Words{"Decide again in a minute or two.", "Décider à nouveau dans une minute ou deux."},
			}, {
				Code: CodeBaseCap, Level: Contract, Certainty: Settled,
				Source: Source{Text: "the caps of the base's owner", Ref: "design §4"},
				Says:   Words{"The address got as many messages as the owner of the base allows.", "L'adresse a reçu autant de messages que le propriétaire de la base le permet."},
				Remedy: Words{"It may be written to again when the oldest is out of the window.", "Un nouveau message est possible quand le plus ancien sort de la période."},
			},
		}}
}

// A boundCap is a cap of the request, or of the base.
type boundCap struct {
	Cap
	base bool
}

func (capRule) Bind(p *Plan) (Check, error) {
	if len(p.caps) == 0 || p.req.Kind == KeywordReply || p.req.Proof {
		return nil, nil
	}
	return planCheck{p, checkCaps}, nil
}

// CapsWithin returns the longest time that a cap of p looks back, 0 without any:
// how far a fact reader reads.
func (p *Plan) CapsWithin() time.Duration {
	longest := time.Duration(0)
	for _, c := range p.caps {
		longest = max(longest, c.Within)
	}
	return longest
}

func checkCaps(p *Plan, f *Facts) Finding {
	if !f.SentKnown {
		return Finding{}
	}
	if len(f.Sent) == 0 {
		return Pass()
	}
	worst := Pass()
	for i := range p.caps {
		c := &p.caps[i]
		settled, flying := 0, 0
		var oldest time.Time
		for i := range f.Sent {
			s := &f.Sent[i]
			if !p.counts(c, s, f) || p.at.Sub(s.At) >= c.Within {
				continue
			}
			if s.InFlight {
				flying++
				continue
			}
			settled++
			if oldest.IsZero() || s.At.Before(oldest) {
				oldest = s.At
			}
		}
		switch {
		case settled >= c.Count:
			if until := oldest.Add(c.Within); worst.Outcome == Allow || until.After(worst.Until) {
				worst = Finding{Outcome: Defer, Case: 1, Until: until}
				if c.base {
					worst.Case = 3
				}
			}
		case settled+flying >= c.Count && worst.Outcome == Allow:
			worst = Finding{Outcome: Defer, Case: 2, Until: InFlightUntil(p.at, f.Dispatch)}
		}
	}
	return worst
}

// counts reports whether s counts against a cap of p for the recipient f.
func (p *Plan) counts(c *boundCap, s *Sent, f *Facts) bool {
	if s.Kind == KeywordReply || s.Proof || s.Dispatch == f.Dispatch && f.Dispatch != uuid.Nil {
		return false
	}
	if c.base {
		return s.Base == p.req.Base.ID
	}
	for i := range p.senders {
		for _, id := range s.Controllers {
			if id == p.senders[i].ID {
				return true
			}
		}
	}
	return false
}

// InFlightUntil returns when to decide again where another message to the same
// address is on its way: between one and two minutes, different for two
// dispatches that wait for each other, so that they do not wait for ever.
func InFlightUntil(at time.Time, dispatch uuid.UUID) time.Time {
	// The last bytes differ in every version of UUID; the first may be a clock.
	share := time.Duration(binary.BigEndian.Uint16(dispatch[14:]))
	return at.Add(time.Minute + share*time.Minute/(1<<16))
}
