package contact

// A PartyID identifies a [Party] in the host's own terms. It is not shown to
// recipients.
type PartyID string

// A GroupID identifies a group of parties, such as a political party with its
// candidates, or a company with its brands.
type GroupID string

// A Party is a legal or natural person that acts on people's data: a candidate,
// a political party, a brand, the owner of a base, a supplier, a prestataire.
type Party struct {
	ID    PartyID `json:"id"`
	Name  string  `json:"name"`            // as a recipient should read it
	Group GroupID `json:"group,omitempty"` // empty when alone
	// Aliases are other spellings by which a message may name the party.
	Aliases []string `json:"aliases,omitempty"`
	// PostalAddress is where letters reach it, as a message may give it. Rules of
	// some territories ask for it in e-mail.
	PostalAddress string `json:"postal_address,omitempty"`
}

// A Role is what a party is to one use of one base, in the words of the GDPR
// (art. 4(7) and (8), art. 26).
type Role string

// The roles.
const (
	Controller      Role = "controller"
	JointController Role = "joint-controller"
	Processor       Role = "processor"
	DataSource      Role = "source"
	Sponsor         Role = "sponsor" // who pays, in Regulation (EU) 2024/900
)

// An Arrangement records who holds which role for one campaign on one base, and
// the document that says so. The owner of a rented base is a controller of it,
// as is the advertiser (CNIL, SAN-2025-001, read in excerpts: V2).
type Arrangement struct {
	Party    PartyID `json:"party"`
	Role     Role    `json:"role"`
	Document string  `json:"document,omitempty"` // contract reference
}
