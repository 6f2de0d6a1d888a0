// A clearance is written as a literal.
package main

import "github.com/accordsdk/accord/consent"

func main() {
	_ = consent.Clearance{c: nil} // ERROR cannot refer to unexported field c
}
