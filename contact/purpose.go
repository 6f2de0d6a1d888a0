package contact

// A Purpose is what a message is for. Purposes never imply one another: consent
// to commercial offers says nothing about political messages. A host may use
// names of its own; a purpose for which a gate has no rule is denied.
type Purpose string

// The purposes that rule packs know.
const (
	Commercial Purpose = "commercial"
	Political  Purpose = "political"
	Service    Purpose = "service" // about a contract or a relation that is declared
	Membership Purpose = "membership"
	Charity    Purpose = "charity"
	Survey     Purpose = "survey"
)

// Prospecting stands, in a [Scope] only, for every purpose except [Service]:
// what a person who answers STOP to a message refuses.
const Prospecting Purpose = "prospecting"

// Covers reports whether a scope that names p reaches messages for q. An empty
// p reaches every purpose.
func (p Purpose) Covers(q Purpose) bool {
	return p == "" || p == q || p == Prospecting && q != Service
}

// ValidForMessage reports whether p can be the purpose of a message: it is
// neither empty nor [Prospecting].
func (p Purpose) ValidForMessage() bool { return p != "" && p != Prospecting }
