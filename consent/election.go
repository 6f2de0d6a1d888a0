package consent

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// An ElectionID identifies an [Election].
type ElectionID string

// An Election is a poll, with the silence that surrounds it in each territory.
type Election struct {
	ID   ElectionID `json:"id"`
	Name string     `json:"name"` // as a recipient should read it
	// Decreed is false while the dates are only probable.
	Decreed bool `json:"decreed"`
	// Territories are those that vote. Its silences are about nobody elsewhere;
	// empty means everybody.
	Territories []contact.Territory `json:"territories,omitempty"`
	// Silences are the times in which propaganda is forbidden.
	Silences []Silence `json:"silences"`
	// Ends is when the result stands: grants for this election end then.
	Ends time.Time `json:"ends"`
	// Source says where the dates come from, and Known since when they are.
	Source string    `json:"source"`
	Known  time.Time `json:"known,omitzero"`
}

// A Silence is a time in which no propaganda may go to a territory.
type Silence struct {
	// Territory is empty for a silence that holds wherever no other line of
	// the election names the territory, and where it is unknown.
	Territory contact.Territory `json:"territory,omitempty"`
	From      time.Time         `json:"from"`
	Until     time.Time         `json:"until"` // not included
}

// SilencesIn returns the silences for territory t: its own, or those of the lines
// without a territory. Where t does not vote there is none.
func (e *Election) SilencesIn(t contact.Territory) []Silence {
	if t != "" && !names(e.Territories, t) {
		return nil
	}
	var own, rest []Silence
	for _, s := range e.Silences {
		switch s.Territory {
		case "":
			rest = append(rest, s)
		case t:
			own = append(own, s)
		}
	}
	if len(own) > 0 {
		return own
	}
	return rest
}

// Validate returns an error that names the first field that is wrong.
func (e *Election) Validate() error {
	switch {
	case e.ID == "":
		return fmt.Errorf("consent: election: ID is empty")
	case e.Name == "":
		return fmt.Errorf("consent: election %q: Name is empty", e.ID)
	case e.Ends.IsZero():
		return fmt.Errorf("consent: election %q: Ends is the zero time", e.ID)
	}
	general := len(e.Silences) == 0
	for i, s := range e.Silences {
		if !s.Until.After(s.From) {
			return fmt.Errorf("consent: election %q: Silences[%d]: Until is not after From", e.ID, i)
		}
		general = general || s.Territory == ""
	}
	if !general {
		return fmt.Errorf("consent: election %q: Silences: none without a territory, for those not listed", e.ID)
	}
	return nil
}
