// The clearance of one message is put into another.
package main

import "github.com/accordsdk/accord/provider"

func main() {
	var a, b provider.Message
	a.clearance = b.clearance // ERROR cannot refer to unexported field clearance
}
