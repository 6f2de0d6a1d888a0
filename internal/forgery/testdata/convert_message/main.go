// A struct that looks like a message is converted to one.
package main

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

type forged struct {
	id        uuid.UUID
	clearance consent.Clearance
}

func main() {
	_ = provider.Message(forged{}) // ERROR cannot convert
}
