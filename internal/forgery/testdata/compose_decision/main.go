// A decision stands in for a clearance.
package main

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

func main() {
	_, _ = provider.Compose(consent.Decision{Outcome: consent.Allow}, uuid.New()) // ERROR cannot use
}
