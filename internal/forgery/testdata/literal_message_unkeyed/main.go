// A message is written as a literal without the names of its fields.
package main

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

func main() {
	_ = provider.Message{uuid.New(), consent.Clearance{}} // ERROR implicit assignment to unexported field
}
