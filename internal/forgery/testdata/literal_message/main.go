// A message is written as a literal.
package main

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

func main() {
	_ = provider.Message{clearance: consent.Clearance{}} // ERROR cannot refer to unexported field clearance
}
