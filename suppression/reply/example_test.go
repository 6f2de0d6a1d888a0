package reply_test

import (
	"fmt"

	"github.com/accordsdk/accord/suppression/reply"
)

func Example() {
	reader := reply.NewReader(reply.Default())
	for _, text := range []string{"« Arrêt » svp", "Oui merci", "Non.", "Foutez-moi la paix !", "I will quit the party"} {
		fmt.Println(reader.Read(text))
	}

	// Output:
	// stop
	// yes
	// no
	// likely-refusal
	// unclear
}

// A host adds words of its own to those that come with the library.
func ExampleNewReader() {
	lexicon := reply.Default()
	lexicon.Phrases = append(lexicon.Phrases, reply.Phrase{
		Text: "paouez", Meaning: reply.Stop, Language: "br", Source: "our users in Brittany, 2026",
	})
	fmt.Println(reply.NewReader(lexicon).Read("PAOUEZ, merci"))

	// Output:
	// stop
}
