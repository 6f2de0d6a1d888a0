// A message is composed of an address and a text.
package main

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

func main() {
	var to contact.Address
	_, _ = provider.Compose(to, consent.Content{Text: "Votez!"}) // ERROR cannot use
}
