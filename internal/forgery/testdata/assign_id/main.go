// A message that was sent gets a new dispatch, to be sent again.
package main

import (
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

func main() {
	var m provider.Message
	m.id = uuid.New() // ERROR no field or method id
}
