// A struct that looks like a clearance is converted to one.
package main

import "github.com/accordsdk/accord/consent"

type inner struct{}

type forged struct{ c *inner }

func main() {
	_ = consent.Clearance(forged{}) // ERROR cannot convert
}
