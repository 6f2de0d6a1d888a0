// The field of an embedded clearance is reached through the type around it.
package main

import "github.com/accordsdk/accord/consent"

type forged struct{ consent.Clearance }

func main() {
	var f forged
	f.c = nil // ERROR cannot refer to unexported field c
}
