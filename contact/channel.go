package contact

import (
	"fmt"
	"strings"
)

// A Channel is a way to reach an address. The zero Channel is none.
type Channel uint8

// The channels. Voicemail drop is apart from automated voice because French law
// counts a message left in a voice mailbox as electronic mail (loi 2004-575
// art. 1 IV), not as a call.
const (
	NoChannel Channel = iota
	SMS
	RCS
	EmailChannel
	AutomatedVoice
	VoicemailDrop
	LiveVoice
	channels // one more than the last
)

var channelNames = [channels]string{"none", "sms", "rcs", "email", "automated-voice", "voicemail-drop", "live-voice"}

// String returns the name of c, such as "sms".
func (c Channel) String() string {
	if c < channels {
		return channelNames[c]
	}
	return fmt.Sprintf("channel-%d", uint8(c))
}

// Valid reports whether c is one of the constants and not [NoChannel].
func (c Channel) Valid() bool { return c > NoChannel && c < channels }

// ParseChannel reads what [Channel.String] writes.
func ParseChannel(s string) (Channel, error) {
	for c := SMS; c < channels; c++ {
		if channelNames[c] == s {
			return c, nil
		}
	}
	return NoChannel, fmt.Errorf("contact: unknown channel %q", s)
}

// MarshalText returns the name of c.
func (c Channel) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [Channel.MarshalText] writes.
func (c *Channel) UnmarshalText(text []byte) (err error) {
	*c, err = ParseChannel(string(text))
	return err
}

// Siblings returns c and the channels that a person who refuses one also means:
// SMS and RCS share one inbox and, by the operators' charter of 2026, one
// consent; an automated call and a message dropped in the voice mailbox are the
// same recording.
func (c Channel) Siblings() ChannelSet {
	switch c {
	case SMS, RCS:
		return Channels(SMS, RCS)
	case AutomatedVoice, VoicemailDrop:
		return Channels(AutomatedVoice, VoicemailDrop)
	default:
		return Channels(c)
	}
}

// A ChannelSet is a set of channels. The zero ChannelSet is empty.
type ChannelSet uint8

// Channels returns the set of the channels given, leaving out [NoChannel].
func Channels(cs ...Channel) ChannelSet {
	var s ChannelSet
	for _, c := range cs {
		if c.Valid() {
			s |= 1 << c
		}
	}
	return s
}

// Has reports whether c is in s.
func (s ChannelSet) Has(c Channel) bool { return c.Valid() && s&(1<<c) != 0 }

// Valid reports whether s has no bit outside the channels there are.
func (s ChannelSet) Valid() bool { return s&^(1<<channels-2) == 0 }

// String returns the names in s joined by "+", or "any" for the empty set.
func (s ChannelSet) String() string {
	if s == 0 {
		return "any"
	}
	var names []string
	for c := SMS; c < channels; c++ {
		if s.Has(c) {
			names = append(names, c.String())
		}
	}
	return strings.Join(names, "+")
}

// MarshalText returns what [ChannelSet.String] does.
func (s ChannelSet) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ChannelSet.MarshalText] writes.
func (s *ChannelSet) UnmarshalText(text []byte) error {
	*s = 0
	if len(text) == 0 || string(text) == "any" {
		return nil
	}
	for name := range strings.SplitSeq(string(text), "+") {
		c, err := ParseChannel(name)
		if err != nil {
			return err
		}
		*s |= Channels(c)
	}
	return nil
}
