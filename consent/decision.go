package consent

import (
	"strings"
	"time"
)

// A Reason is what one rule has to say about one message. It holds no personal
// data.
type Reason struct {
	Rule      string    `json:"rule"`
	Code      Code      `json:"code"`
	Outcome   Outcome   `json:"outcome"`
	Level     Level     `json:"level"`
	Certainty Certainty `json:"certainty,omitempty"`
	Source    Source    `json:"source,omitzero"`
	Says      Words     `json:"says"`
	Remedy    Words     `json:"remedy,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	// Override is what the host made of it, by whom and why; nil where it is as
	// the rule says.
	Override *Override `json:"override,omitempty"`
}

// A Decision is the answer for one message to one person. The zero Decision
// denies.
type Decision struct {
	Outcome Outcome `json:"outcome"`
	// Code is that of the reason that decided.
	Code Code `json:"code,omitempty"`
	// Reasons are those of every rule that had something to say, the one that
	// decided first.
	Reasons []Reason  `json:"reasons,omitempty"`
	At      time.Time `json:"at"`
	// Until is when to decide afresh, for Defer.
	Until time.Time `json:"until,omitzero"`
	// Deadline is when an Allow ends, zero when nothing ends it.
	Deadline time.Time `json:"deadline,omitzero"`
	// AssumedPlace says that the recipient's clock was read off the number.
	AssumedPlace bool `json:"assumed_place,omitempty"`
}

// Allowed reports whether the message may go now.
func (d *Decision) Allowed() bool { return d.Outcome == Allow }

// String returns d in a line, such as "deny: purpose.no-rules".
func (d *Decision) String() string {
	var b strings.Builder
	b.WriteString(d.Outcome.String())
	sep := ": "
	for _, r := range d.Reasons {
		b.WriteString(sep + string(r.Code))
		sep = ", "
	}
	if d.Outcome == Defer && !d.Until.IsZero() {
		b.WriteString(" until " + d.Until.UTC().Format(time.RFC3339))
	}
	return b.String()
}
