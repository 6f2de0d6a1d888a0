package campaign

import (
	"maps"
	"slices"

	"github.com/accordsdk/accord/consent"
)

// CodeWithheld stands for every reason that is not a client's to know: that a
// person refused, whom they never agreed with, that another message is on its
// way, that a cap over several clients is reached.
const CodeWithheld consent.Code = "client.withheld"

// ownText reports whether code is about the client's own text.
func ownText(code consent.Code) bool {
	switch code {
	case CodeValue, CodeValueWrong, CodeValueLong, CodeTextLong, consent.CodeEmpty:
		return true
	default:
		return false
	}
}

// ownReason reports whether code is about what the client did itself: its text,
// its exclusions, its file, the end of its campaign.
func ownReason(code consent.Code) bool {
	switch code {
	case consent.CodeExcluded, consent.CodeNoAddress, consent.CodeEnded, CodeDuplicate:
		return true
	default:
		return ownText(code)
	}
}

// shownToClients are the classes that [Counter.Tally] shows the client of a base
// that is not its own.
var shownToClients = []Class{
	{Ready, ""}, {Unknown, ""}, {HandedOver, ""}, {Delivered, ""}, {Undelivered, ""}, {Failed, ""}, {Cancelled, ""},
	{Excluded, consent.CodeExcluded}, {Excluded, CodeWithheld},
	{Excluded, CodeValue}, {Excluded, CodeValueWrong}, {Excluded, CodeValueLong}, {Excluded, CodeTextLong},
}

// ForClient returns c as a client may see it. What waits is Ready, since what it
// waits for may be a message of somebody else; a reason that is not the client's
// own is [CodeWithheld].
func (c Class) ForClient() Class {
	switch c.State {
	case Excluded:
		if ownReason(c.Code) {
			return c
		}
		return Class{Excluded, CodeWithheld}
	case Deferred, InFlight:
		return Class{Ready, ""}
	default:
		return Class{State: c.State}
	}
}

// ForClient returns t by the classes of [Class.ForClient], with the same total.
func (t Tally) ForClient() Tally {
	out := Tally{}
	for class, n := range t {
		out[class.ForClient()] += n
	}
	return out
}

// ForClient returns p as the client of a base of its own may see it: every
// contact is in it, and no reason that tells of others. To a client of somebody
// else's base no part of it may go; that is what a [Counter] is for.
func (p *Preview) ForClient() Preview {
	out := *p
	out.Tally = p.Tally.ForClient()
	out.BySegments = maps.Clone(p.BySegments)
	out.Reasons = maps.Clone(p.Reasons)
	maps.DeleteFunc(out.Reasons, func(code consent.Code, _ consent.Reason) bool {
		return !slices.ContainsFunc(out.Tally.Classes(), func(c Class) bool { return c.Code == code })
	})
	return out
}
