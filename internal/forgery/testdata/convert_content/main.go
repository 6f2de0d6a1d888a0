// A text of the host's own is passed off as a consent request.
package main

import "github.com/accordsdk/accord/consent"

func main() {
	_ = consent.Content{Text: "Votez!", form: consent.ConsentRequest} // ERROR unexported field form
}
