package campaign

import (
	"slices"
	"strings"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// Reach returns the scopes of a refusal that answers messages like req.
//
// It refuses (a) each advertiser and its group, all prospecting, on every base,
// on that channel and its siblings; and (b) the rented base that was used, for
// every client of it. It does not touch another client's own base, nor service
// messages unless it answered one (design §2). A host may widen or narrow that,
// never below one controller on one channel.
func Reach(req *consent.Request) []contact.Scope {
	purpose := contact.Prospecting
	if req.Purpose == contact.Service {
		purpose = "" // a STOP to a service message means every purpose
	}
	channels := req.Channel.Siblings()
	var out []contact.Scope
	for _, p := range req.Advertisers() {
		s := contact.Scope{Controller: p.ID, Purpose: purpose, Channels: channels}
		if p.Group != "" {
			s.Controller, s.Group = "", p.Group
		}
		out = append(out, s)
	}
	if req.Base.Mode == contact.Rented {
		out = append(out, contact.Scope{Base: req.Base.ID, Purpose: purpose, Channels: channels})
	}
	return out
}

// reachAll returns the scopes of a refusal that may answer any of several
// campaigns, sorted and without repetition. Without any, nobody knows whom it
// answers, and it refuses all prospecting on the channel.
func reachAll(campaigns []*Campaign, channel contact.Channel) []contact.Scope {
	if len(campaigns) == 0 {
		return []contact.Scope{{Purpose: contact.Prospecting, Channels: channel.Siblings()}}
	}
	var out []contact.Scope
	for _, c := range campaigns {
		out = append(out, Reach(&c.Request)...)
	}
	slices.SortFunc(out, func(a, b contact.Scope) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(out)
}

// granteesOf returns everybody that a refusal with these campaigns speaks of.
func granteesOf(campaigns []*Campaign) consent.Grantees {
	var g consent.Grantees
	for _, c := range campaigns {
		for _, p := range c.Request.Advertisers() {
			if !slices.Contains(g.Parties, p.ID) {
				g.Parties = append(g.Parties, p.ID)
			}
			if p.Group != "" && !slices.Contains(g.Groups, p.Group) {
				g.Groups = append(g.Groups, p.Group)
			}
		}
	}
	slices.Sort(g.Parties)
	slices.Sort(g.Groups)
	return g
}

// oneBase returns the base of the campaigns when they share one.
func oneBase(campaigns []*Campaign) contact.BaseID {
	if len(campaigns) == 0 {
		return ""
	}
	base := campaigns[0].Request.Base.ID
	for _, c := range campaigns {
		if c.Request.Base.ID != base {
			return ""
		}
	}
	return base
}
