package smstext_test

import (
	"fmt"

	"github.com/accordsdk/accord/provider/smstext"
)

// What makes a text cost twice, and what it would cost otherwise.
func ExampleInspect() {
	text := "Réunion publique jeudi à 19 h 30 à l’Hôtel de ville, entrée libre. Alex Martin"
	report := smstext.Inspect(text, " STOP au 36180")
	fmt.Println(report.Encoding, report.Segments)
	for _, c := range report.Costly {
		fmt.Printf("character %d: %s, or %s\n", c.First, c.Text, c.Replacement)
	}
	fmt.Println(report.Replaced.Encoding, report.Replaced.Segments)
	// Output:
	// UCS-2 2
	// character 37: ’, or '
	// character 39: ô, or o
	// GSM-7 1
}

// Transliteration is for a human to agree to: it says what it changed.
func ExampleTransliterate() {
	text, changes := smstext.Transliterate("Être là, c’est déjà gagner")
	fmt.Println(text)
	for _, c := range changes {
		fmt.Printf("%d: %s becomes %s\n", c.Position, c.From, c.To)
	}
	// Output:
	// Etre là, c'est déjà gagner
	// 1: Ê becomes E
	// 11: ’ becomes '
}

// An adapter for SMPP sends each segment as one submit_sm.
func ExampleSplit() {
	segments, err := smstext.Split("Un texte court, et 5€.", smstext.Reference{Number: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	octets, err := segments[0].Octets()
	fmt.Println(len(segments), segments[0].Encoding, segments[0].Units, len(octets), err)
	// Output: 1 GSM-7 23 23 <nil>
}
