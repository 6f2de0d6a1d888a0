// A type that embeds a message, and opens to what it likes, is handed over.
package main

import (
	"context"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

type forged struct{ provider.Message }

func (*forged) Open() (consent.Cleared, error) { return consent.Cleared{}, nil }

func send(p provider.Provider) {
	p.Send(context.Background(), []*provider.Message{new(forged)}) // ERROR cannot use
}

func main() { send(nil) }
