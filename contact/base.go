package contact

import "fmt"

// A BaseID identifies a [Base].
type BaseID string

// A BaseMode is how a campaign comes to use a base. The zero BaseMode is none,
// and no campaign can run on it.
type BaseMode uint8

// The modes.
const (
	NoMode BaseMode = iota
	// Own: the file is the client's; the host is its processor.
	Own
	// Rented: the owner keeps the numbers and sends for clients, who never see
	// them. The owner is a controller beside the client.
	Rented
	// Sold: the client bought the file and holds it now; its origin stays.
	Sold
)

// String returns "own", "rented", "sold" or "none".
func (m BaseMode) String() string {
	switch m {
	case Own:
		return "own"
	case Rented:
		return "rented"
	case Sold:
		return "sold"
	default:
		return "none"
	}
}

// MarshalText returns what [BaseMode.String] does.
func (m BaseMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what [BaseMode.MarshalText] writes.
func (m *BaseMode) UnmarshalText(text []byte) error {
	for _, known := range []BaseMode{NoMode, Own, Rented, Sold} {
		if known.String() == string(text) {
			*m = known
			return nil
		}
	}
	return fmt.Errorf("contact: unknown base mode %q", text)
}

// A Base is a set of contacts (in French, un fichier) with an owner and a mode.
// Every campaign names its base.
type Base struct {
	ID    BaseID   `json:"id"`
	Name  string   `json:"name"`
	Owner Party    `json:"owner"`
	Mode  BaseMode `json:"mode"`
}

// Validate returns an error that names the first field that is missing.
func (b Base) Validate() error {
	switch {
	case b.ID == "":
		return fmt.Errorf("contact: base: ID is empty")
	case b.Mode < Own || b.Mode > Sold:
		return fmt.Errorf("contact: base %q: Mode is not own, rented or sold", b.ID)
	case b.Owner.ID == "":
		return fmt.Errorf("contact: base %q: Owner has no ID", b.ID)
	}
	return nil
}
