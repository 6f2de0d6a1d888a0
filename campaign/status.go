package campaign

import (
	"fmt"
	"time"
)

// A Status says what may be done with a campaign. The zero Status is none.
type Status uint8

// The statuses.
const (
	NoStatus Status = iota
	// Launching: the audience is being frozen. Nothing is sent.
	Launching
	Running
	Paused
	// Stopped: nothing more is sent, ever.
	Stopped
	statusCount
)

var statusNames = [statusCount]string{"none", "launching", "running", "paused", "stopped"}

// String returns the name of s, such as "running".
func (s Status) String() string {
	if s < statusCount {
		return statusNames[s]
	}
	return fmt.Sprintf("status-%d", uint8(s))
}

// MarshalText returns the name of s.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [Status.MarshalText] writes.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("campaign: unknown status %q", text)
}

// ByAccord is who changes a status that the library changes by itself.
const ByAccord = "accord"

// A Why is a reason for a change of status: one of those below, or a host's own
// words.
type Why string

// The reasons that the library gives.
const (
	PilotDone      Why = "pilot"
	OverRefusals   Why = "limit.refusals"
	OverComplaints Why = "limit.complaints"
	OverFailures   Why = "limit.failures"
	OverUnknowns   Why = "limit.unknowns"
)

// A StatusChange says who changed the status of a campaign, when and why.
type StatusChange struct {
	To  Status    `json:"to"`
	By  string    `json:"by"` // a user of the host, or [ByAccord]
	Why Why       `json:"why"`
	At  time.Time `json:"at"`
	// Counts is what was counted when a pause ended: [Limits] look at what came
	// since.
	Counts Counts `json:"counts,omitzero"`
}

// Counts are what [Limits] are about, of one campaign.
type Counts struct {
	// Sent is how many messages the carrier took, refused for good, or may have.
	Sent       int `json:"sent"`
	Refusals   int `json:"refusals"`   // STOP and the like, and likely refusals; not a no to a question
	Complaints int `json:"complaints"` // to a carrier or mailbox provider
	Failures   int `json:"failures"`   // refused by the carrier, or not delivered
	Unknowns   int `json:"unknowns"`
}

// minus returns what was counted since.
func (c Counts) minus(before Counts) Counts {
	return Counts{
		Sent: c.Sent - before.Sent, Refusals: c.Refusals - before.Refusals, Complaints: c.Complaints - before.Complaints,
		Failures: c.Failures - before.Failures, Unknowns: c.Unknowns - before.Unknowns,
	}
}

// countsOf returns the counts of a tally and a pulse.
func countsOf(t Tally, p *Pulse) Counts {
	failures := t.In(Failed, Undelivered)
	return Counts{
		Sent:     t.In(InFlight, Unknown, HandedOver, Delivered) + failures,
		Refusals: p.Refusals, Complaints: p.Complaints, Failures: failures, Unknowns: t.In(Unknown),
	}
}

// A Sign says what an event means for the campaign that it is about. The zero
// Sign is nothing in particular.
type Sign uint8

// The signs.
const (
	NoSign Sign = iota
	RefusalSign
	ComplaintSign
)

// A Pulse says how the sending of a campaign goes.
type Pulse struct {
	Now time.Time // the store's clock
	// Started and Latest are when its first and latest attempt were marked; zero
	// where none was.
	Started, Latest time.Time
	// Tried are the dispatches with an attempt, Recent the attempts since the
	// instant asked for.
	Tried, Recent int
	// Refusals and Complaints are the events about it with that sign.
	Refusals, Complaints int
}

// Changed returns the latest change of s, the zero StatusChange when there was
// none since its launch.
func (s Saved) Changed() StatusChange {
	if n := len(s.Changes); n > 0 {
		return s.Changes[n-1]
	}
	return StatusChange{}
}

// resumed returns the latest end of a pause.
func (s Saved) resumed() StatusChange {
	for i := len(s.Changes) - 1; i >= 0; i-- {
		if s.Changes[i].To == Running {
			return s.Changes[i]
		}
	}
	return StatusChange{}
}
