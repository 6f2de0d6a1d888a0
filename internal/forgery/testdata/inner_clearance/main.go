// What a clearance holds is made outside its package.
package main

import "github.com/accordsdk/accord/consent"

func main() {
	_ = consent.clearance{} // ERROR not exported by package consent
}
