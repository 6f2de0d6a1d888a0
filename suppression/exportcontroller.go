package suppression

import "github.com/accordsdk/accord/contact"

// OfController returns the Keep of an [ExportOptions] that writes what one
// controller may have: what was refused to it by name, and nothing that was
// refused to anybody else, to a group, to a base or to everybody, which would
// tell of messages that were not its own.
func OfController(id contact.PartyID) func(*Entry) bool {
	return func(e *Entry) bool {
		return id != "" && e.Class == Refusal && e.Scope.Controller == id && e.Scope.Group == ""
	}
}
