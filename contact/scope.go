package contact

import "fmt"

// A Scope says which messages something reaches: a refusal, a lifting. A
// dimension that is empty means any, so the zero Scope reaches every message.
// Scopes compare with ==.
type Scope struct {
	Controller PartyID    `json:"controller,omitempty"`
	Group      GroupID    `json:"group,omitempty"` // every party of the group
	Base       BaseID     `json:"base,omitempty"`
	Purpose    Purpose    `json:"purpose,omitempty"` // may be Prospecting
	Channels   ChannelSet `json:"channels,omitzero"`
}

// A Target is what a message is, in the dimensions of a [Scope].
type Target struct {
	Controllers []Party
	Base        BaseID
	Purpose     Purpose
	Channel     Channel
}

// Covers reports whether s reaches messages like t. A scope that names a
// controller or a group reaches a message when one of its controllers matches,
// since a message of two controllers is a message of each.
func (s Scope) Covers(t *Target) bool {
	if s.Base != "" && s.Base != t.Base {
		return false
	}
	if s.Channels != 0 && !s.Channels.Has(t.Channel) {
		return false
	}
	if !s.Purpose.Covers(t.Purpose) {
		return false
	}
	if s.Controller == "" && s.Group == "" {
		return true
	}
	for i := range t.Controllers {
		p := &t.Controllers[i]
		if s.Controller != "" && s.Controller == p.ID || s.Group != "" && s.Group == p.Group {
			return true
		}
	}
	return false
}

// Validate returns an error that names the first dimension that is not one.
func (s Scope) Validate() error {
	if !s.Channels.Valid() {
		return fmt.Errorf("contact: scope: Channels has unknown bits %#x", uint8(s.Channels))
	}
	return nil
}

// String lists the dimensions of s that are not empty, or "everything".
func (s Scope) String() string {
	var out string
	add := func(name, value string) {
		if value == "" {
			return
		}
		if out != "" {
			out += " "
		}
		out += name + "=" + value
	}
	add("controller", string(s.Controller))
	add("group", string(s.Group))
	add("base", string(s.Base))
	add("purpose", string(s.Purpose))
	if s.Channels != 0 {
		add("channels", s.Channels.String())
	}
	if out == "" {
		return "everything"
	}
	return out
}
