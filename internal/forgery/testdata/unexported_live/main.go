// The test of a clearance's life is called, or replaced, from outside.
package main

import "github.com/accordsdk/accord/consent"

func main() {
	var c consent.Clearance
	_ = c.c.live() // ERROR cannot refer to unexported field c
}
