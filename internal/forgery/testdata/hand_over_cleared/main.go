// What a message opens to is handed over by itself.
package main

import (
	"context"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
)

func main() {
	provider.HandOver(context.Background(), nil, []*consent.Cleared{{}}) // ERROR cannot use
}
