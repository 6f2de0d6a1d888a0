package regime

import (
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// An agreement is what a rule asks of consent, and how sure that is.
type agreement struct {
	level     consent.Level
	certainty consent.Certainty
	source    consent.Source // that there must be a yes
	no        consent.Source // that a no counts
	noIs      consent.Certainty
	// proof is what says that the yes must be shown. Where it is empty nothing
	// in the reference does, and it is the library that asks.
	proof consent.Source
}

// cases returns what the agreement can say, in the order of neverAsked to given.
// A category of senders is never enough: the sources say nothing of any.
func (a agreement) cases() []consent.Case {
	cases := basisCases(a.level, a.source)[:given+1]
	for i := range cases {
		c := &cases[i]
		c.Certainty = a.certainty
		switch i {
		case refused, withdrawn, objected:
			c.Source, c.Certainty = a.no, a.noIs
		case unproved, erased:
			if a.proof.Text == "" {
				c.Level, c.Certainty, c.Source = consent.Invariant, consent.Settled, consent.Source{Text: "design §2"}
				continue
			}
			c.Source = a.proof
		}
	}
	return cases
}

// terms are what a rule takes for a yes, besides the person's own words.
type terms struct {
	category bool // one given to a category of senders
	claimed  bool // one that somebody claims, with the form or the notice that was shown
}

// judgeYes returns the case of the agreement that f has, and allows where that is
// a yes by terms, for as long as it lasts.
func judgeYes(p *consent.Plan, f *consent.Facts, t terms) consent.Finding {
	s := f.Standing()
	c := standingCase(s)
	switch {
	case c == givenByCategory && !t.category:
		return deny(otherParty)
	case c == expired && overWithElection(p, &f.Acts[s.Act]):
		return deny(electionOver)
	case c != given && c != givenByCategory:
		return deny(c)
	}
	grant := &f.Acts[s.Act]
	if grant.Grade == consent.Asserted && !(t.claimed && documented(grant)) {
		return deny(unproved)
	}
	if evidenceErased(grant) {
		return deny(erased)
	}
	found := note(c)
	found.Deadline = grant.Expires
	if e := p.Election(); e != nil && grant.Election != "" {
		found.Deadline = earlier(found.Deadline, e.Ends)
	}
	return found
}

// judgeAgreement is judgeYes by the terms of an [agreement].
func judgeAgreement(p *consent.Plan, f *consent.Facts) consent.Finding {
	return judgeYes(p, f, terms{claimed: true})
}

// documented reports whether a says what the person was shown.
func documented(a *consent.Act) bool { return a.Form != "" || !a.Notice.IsZero() }

// consentRule lets messages go to those who agreed.
func consentRule(name string, a agreement, concerns func(*consent.Request) bool) consent.Rule {
	return rule{
		info:     consent.RuleInfo{Name: name, Basis: true, Params: "consent required", Cases: a.cases()},
		concerns: concerns,
		check:    judgeAgreement,
	}
}

// dealing reports whether a is a [consent.Related] act about purpose: a sale, or
// what the host records with the purpose that the dealing was about. It names
// every advertiser, lasts, and came after whoever had the number before. In a
// base that others collected nobody dealt with the advertiser.
func dealing(p *consent.Plan, f *consent.Facts, a *consent.Act) bool {
	r := p.Request()
	if r.Base.Mode != contact.Own || !relates(p, f, a) || !slices.Contains(a.Purposes, r.Purpose) {
		return false
	}
	for i := range p.Target().Controllers {
		if !a.Grantees.Names(&p.Target().Controllers[i]) {
			return false
		}
	}
	return true
}

// about returns what concerns content messages of a purpose on some channels.
func about(purpose contact.Purpose, channels ...contact.Channel) func(*consent.Request) bool {
	return func(r *consent.Request) bool {
		return content(r) && r.Purpose == purpose && slices.Contains(channels, r.Channel)
	}
}
