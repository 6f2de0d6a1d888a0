// The gate of the test kit, in which everybody agreed, is used by a program.
package main

import "github.com/accordsdk/accord/provider/providertest"

func main() {
	providertest.NewHost(nil, nil) // PANIC providertest: used outside a test
}
