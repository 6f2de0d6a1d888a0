package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

func TestCountSMS(t *testing.T) {
	t.Parallel()

	x := strings.Repeat
	for name, test := range map[string]struct {
		text     string
		encoding provider.Encoding
		units    int
		segments int
	}{
		"nothing":                        {"", provider.GSM7, 0, 1},
		"one letter":                     {"a", provider.GSM7, 1, 1},
		"a whole segment":                {x("a", 160), provider.GSM7, 160, 1},
		"one more":                       {x("a", 161), provider.GSM7, 161, 2},
		"two whole":                      {x("a", 306), provider.GSM7, 306, 2},
		"one more than two":              {x("a", 307), provider.GSM7, 307, 3},
		"the extension counts twice":     {x("€", 80), provider.GSM7, 160, 1},
		"a euro that fits":               {x("a", 158) + "€", provider.GSM7, 160, 1},
		"a euro that does not":           {x("a", 159) + "€", provider.GSM7, 161, 2},
		"a euro that is not cut":         {x("a", 152) + "€" + x("a", 152), provider.GSM7, 306, 3},
		"a euro at the end of a segment": {x("a", 151) + "€" + x("a", 153), provider.GSM7, 306, 2},
		"152 and a euro, alone":          {x("a", 152) + "€", provider.GSM7, 154, 1},
		"the whole extension":            {"^{}\\[~]|€\f", provider.GSM7, 20, 1},
		"lines":                          {"a\r\nb", provider.GSM7, 4, 1},
		"a tab":                          {"a\tb", provider.UCS2, 3, 1},
		"a grave accent alone":           {"`", provider.UCS2, 1, 1},

		"a whole segment of UCS-2":         {x("ç", 70), provider.UCS2, 70, 1},
		"one more of UCS-2":                {x("ç", 71), provider.UCS2, 71, 2},
		"two whole of UCS-2":               {x("ç", 134), provider.UCS2, 134, 2},
		"one more than two of UCS-2":       {x("ç", 135), provider.UCS2, 135, 3},
		"one letter makes it all UCS-2":    {x("a", 70) + "ç", provider.UCS2, 71, 2},
		"an emoji":                         {"🗳", provider.UCS2, 2, 1},
		"emoji that fit":                   {x("🗳", 35), provider.UCS2, 70, 1},
		"an emoji that is not cut":         {x("a", 66) + "🗳" + x("a", 66), provider.UCS2, 134, 3},
		"an emoji at the end of a segment": {x("a", 65) + "🗳" + x("a", 67), provider.UCS2, 134, 2},
		"a flag of four units":             {"🇫🇷", provider.UCS2, 4, 1},
		"bytes that are no text":           {"\xff", provider.UCS2, 1, 1},

		"an accent written apart":                     {x("e\u0301", 160), provider.GSM7, 160, 1},
		"a cedilla written apart":                     {"c\u0327a", provider.UCS2, 2, 1},
		"an accent apart that has no letter":          {"q\u0301", provider.UCS2, 2, 1},
		"the sign of ohm, which is a letter composed": {"\u2126", provider.GSM7, 1, 1},
		"French with one circumflex":                  {"Là où l'été sème à Orly, Éric dîne", provider.UCS2, 34, 1},
		"French without a circumflex":                 {"Là où l'été va à Orly, Éric paie 5€", provider.GSM7, 36, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			require.Equal(t, provider.SMSCount{Encoding: test.encoding, Units: test.units, Segments: test.segments}, provider.CountSMS(test.text))
		})
	}
}

// The letters of French that are not in the alphabet, each of which more than
// halves what fits into a segment (TECH-4), and those that are.
func TestFrenchTraps(t *testing.T) {
	t.Parallel()

	for _, r := range "çâêîôûëïœÀÈÊÔŒ«»’…–\u00a0ÂÎÛËÏÙŸÿæ\u202f‘“”—•" {
		want := provider.UCS2
		if r == 'æ' {
			want = provider.GSM7
		}
		require.Equalf(t, want, provider.CountSMS("Fran"+string(r)+"ois").Encoding, "%q", r)
	}
	for _, r := range "àéèùÉÇ€ÆñÑ§'\"-" {
		require.Equalf(t, provider.GSM7, provider.CountSMS("Fran"+string(r)+"ois").Encoding, "%q", r)
	}
}

func TestCountSMSWithAClause(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		text   string
		clause int
		want   provider.SMSCount
	}{
		"it fits":                  {strings.Repeat("a", 146), 14, provider.SMSCount{Encoding: provider.GSM7, Units: 160, Segments: 1}},
		"it does not":              {strings.Repeat("a", 147), 14, provider.SMSCount{Encoding: provider.GSM7, Units: 161, Segments: 2}},
		"it is in UCS-2 like all":  {strings.Repeat("ç", 56), 14, provider.SMSCount{Encoding: provider.UCS2, Units: 70, Segments: 1}},
		"and does not fit":         {strings.Repeat("ç", 57), 14, provider.SMSCount{Encoding: provider.UCS2, Units: 71, Segments: 2}},
		"none":                     {"a", 0, provider.SMSCount{Encoding: provider.GSM7, Units: 1, Segments: 1}},
		"nothing but the clause":   {"", 14, provider.SMSCount{Encoding: provider.GSM7, Units: 14, Segments: 1}},
		"it goes over two of them": {strings.Repeat("a", 300), 14, provider.SMSCount{Encoding: provider.GSM7, Units: 314, Segments: 3}},
	} {
		require.Equal(t, test.want, provider.CountSMSWith(test.text, test.clause), name)
	}
}

func ExampleCountSMS() {
	for _, text := range []string{"Réunion jeudi à 19 h, entrée libre.", "Réunion jeudi, « entrée libre »."} {
		n := provider.CountSMS(text)
		fmt.Println(n.Encoding, n.Units, n.Segments)
	}
	// Output:
	// GSM-7 35 1
	// UCS-2 32 1
}
