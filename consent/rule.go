package consent

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// An Outcome is an answer. Of two outcomes the lesser is the stricter, and the
// zero Outcome is the strictest: forgetting refuses.
type Outcome uint8

// The outcomes, strictest first.
const (
	Deny  Outcome = iota // do not send
	Defer                // do not send yet
	Allow                // send
	outcomes
)

var outcomeNames = [outcomes]string{"deny", "defer", "allow"}

// String returns "deny", "defer" or "allow".
func (o Outcome) String() string {
	if o < outcomes {
		return outcomeNames[o]
	}
	return fmt.Sprintf("outcome-%d", uint8(o))
}

// MarshalText returns what [Outcome.String] does.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what [Outcome.MarshalText] writes.
func (o *Outcome) UnmarshalText(text []byte) error {
	return unmarshalName(text, outcomeNames[:], o, "outcome")
}

// A Level says what a rule rests on.
type Level string

// The levels, strongest first. A breach of law is an offence or an
// administrative fault; a regulator's recommendation is its measure of
// compliance; a contract binds whoever signed with a carrier; advice binds
// nobody. Invariant marks what the library itself needs in order to be safe.
const (
	Invariant Level = "invariant"
	Law       Level = "law"
	Regulator Level = "regulator"
	Contract  Level = "contract"
	Advice    Level = "advice"
)

// allows reports whether a host may make o of what a rule at this level says.
func (l Level) allows(o Outcome) bool { return o == Deny || l != Law && l != Invariant }

// A Certainty says how sure the reading of a rule is.
type Certainty string

// The certainties.
const (
	Settled    Certainty = "settled"
	Argued     Certainty = "argued"     // informed people disagree
	Unverified Certainty = "unverified" // not checked against the primary text
)

// A Code names a reason. Codes are for programs and never change.
type Code string

// A Source is what a rule rests on.
type Source struct {
	Text string `json:"text"`           // "CPCE art. L34-5 al. 1"
	Date string `json:"date,omitempty"` // of the version read, 2006-01-02
	Ref  string `json:"ref,omitempty"`  // the fact in the reference, "FR-L34-1"
	URL  string `json:"url,omitempty"`  // where it was read, or the first of several
}

// Words are a sentence in the languages that Accord speaks.
type Words struct {
	En string `json:"en"`
	Fr string `json:"fr"`
}

// In returns w in French for "fr" and tags below it, and in English otherwise.
func (w Words) In(language string) string {
	if language == "fr" || len(language) > 3 && language[:3] == "fr-" {
		return w.Fr
	}
	return w.En
}

// A Case is one thing that a rule can say.
type Case struct {
	Code      Code
	Level     Level
	Certainty Certainty
	Source    Source
	Says      Words // what is the matter
	Remedy    Words // what to do about it; may be empty
}

// A RuleInfo describes a rule.
type RuleInfo struct {
	// Name is unique within a pack.
	Name string
	// Does is what the rule does, in a sentence for those who answer for it. A
	// host's own rule may leave it empty.
	Does Words
	// InForce and Until bound the instants that the rule is about; zero means
	// no bound. Known is when its text could be known: a replay of an older
	// decision as it was decided then leaves out what came to be known later.
	InForce, Until, Known time.Time
	// Purposes, Kinds and Channels are those of the requests that it is about,
	// and Territories are where its recipients are; empty means all of them. It
	// is not bound to other requests, nor asked of recipients elsewhere. Where a
	// recipient is unknown, every rule is asked.
	Purposes    []contact.Purpose
	Kinds       []Kind
	Channels    []contact.Channel
	Territories []contact.Territory
	// Cases are what it can say. A Finding names one by its index.
	Cases []Case
	// Params are its parameters in words, so that two packs that differ only
	// there have different digests.
	Params string
	// Basis says that the rule decides on which basis a message may go. A
	// request that no bound Basis rule concerns is denied: a purpose without
	// rules denies.
	Basis bool
	// NotOfProofs says that the rule is about consent, or about where data came
	// from: it is not asked of proof copies, whose testers are of no base and
	// asked to get them. Nor are the rules that are a Basis.
	NotOfProofs bool
	// DefersOnFacts says that the rule may put a message off for what it knows of
	// the person, and not by the clock alone. A campaign then reads the facts
	// before it marks an attempt, too, so that waiting costs none.
	DefersOnFacts bool
}

// A Rule is one rule of a pack or of a host. Rules are pure: Bind and the
// checks that it returns give the same answer to the same input, do no I/O, and
// tell no time. What a rule needs to look up, a [FactReader] reads before.
type Rule interface {
	// Info describes the rule. It always returns the same.
	Info() RuleInfo

	// Bind settles what depends on the plan alone, and returns the check to ask
	// for each recipient, or nil when the rule does not concern the request. An
	// error means that the plan cannot be made, and nothing is sent.
	Bind(p *Plan) (Check, error)
}

// A Check answers for one recipient. It allocates nothing, changes nothing, and
// is safe for concurrent use.
type Check interface {
	Check(f *Facts) Finding
}

// A QuickCheck is a [Check] that most recipients pass. It is asked first, and
// Check only where Passes is false: a bool is had for a tenth of the price of a
// Finding, and a preview asks millions.
type QuickCheck interface {
	Check
	// Passes returns true only where Check would return [Pass]. It may return
	// false where Check would, too.
	Passes(f *Facts) bool
}

// A PlaceCheck is a [Check] whose answer depends only on where the recipient
// is. It is asked once for each place of a plan.
type PlaceCheck interface {
	Check
	CheckPlace(p *Place) Finding
}

// A Finding is the answer of one check. The zero Finding denies, with the first
// case of the rule.
type Finding struct {
	Outcome Outcome
	// Case is the index of what is said, in RuleInfo.Cases.
	Case uint8
	// Noted says that an allowing answer has something to say, such as the
	// basis it rests on or a piece of advice. Answers that do not allow are
	// always noted.
	Noted bool
	// Until is when to ask again, for Defer. A Defer that names no later time
	// than that of the plan denies.
	Until time.Time
	// Deadline is when an Allow ends; zero means that it does not.
	Deadline time.Time
}

// Pass is the answer of a check that has nothing to say.
func Pass() Finding { return Finding{Outcome: Allow} }

// An Override changes what follows from one code, with a reason that is kept.
// Neither law nor the library's own invariants can be lowered: where several
// rules share a code, those at such a level stay as they are.
type Override struct {
	Code    Code    `json:"code"`
	Outcome Outcome `json:"outcome"` // Deny or Allow
	Reason  string  `json:"reason"`
	By      string  `json:"by"`
}
