// A gate is written as a literal, with rules and stores of the program's own.
package main

import "github.com/accordsdk/accord/consent"

func main() {
	_ = consent.Gate{ledger: nil, list: nil} // ERROR unexported field ledger
}
