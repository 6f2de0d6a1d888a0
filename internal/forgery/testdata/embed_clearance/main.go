// A type that embeds a clearance, and says that it lives, is composed.
package main

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

type forged struct{ consent.Clearance }

func (forged) Live() error { return nil }

func main() {
	_, _ = provider.Compose(forged{}, uuid.New()) // ERROR cannot use
}
