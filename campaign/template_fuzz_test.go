package campaign_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

var placeOf = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// Whatever the words and the value are: compiling and filling in never panics;
// what stands outside of places survives, and no place does; the text is as long
// as its bounds said; and a value in HTML adds nothing that HTML is made of.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{
		"Votez.", "{{f}}", "Bonjour {{f}}, {{origin}} {{notice}}", "{{", "}}", "{{f}}}", "{{{f}}}", "{}{{f}}{}", "{{f}}{{f}}", "é{{f", "a\xff",
		"{{}}", "{{ f }}", "<{{f}}>", "{{f}}\u0301", "STOP{{f}}", "a\r\n{{f}}",
		`<a href="{{f}}">{{f}}</a>`, `<a href='https://x.example/?a={{f}}' title="{{f}}">`, "<script>'{{f}}'</script>", "<style>{{f}}</style>", "<!--{{f}}-->", "<title>{{f}}</title>",
	} {
		f.Add(text, "Ada", int64(41), uint8(0), uint8(0))
		f.Add(text, "<{{origin}}>&\"'", int64(-12345), uint8(1), uint8(5))
		f.Add(text, "https://x.example/?a=1&b=2", int64(1), uint8(3), uint8(0))
	}
	f.Add("{{f}} b", strings.Repeat("€", 41), int64(0), uint8(0), uint8(0))
	f.Add("{{f}}", "e\u0301\u202e", int64(0), uint8(4), uint8(3))
	types := []campaign.FieldType{"", campaign.NumberField, campaign.DateField, campaign.LinkField}
	f.Fuzz(func(t *testing.T, text, value string, number int64, kind, most uint8) {
		html := kind&4 != 0
		field := campaign.Field{Name: "f", Type: types[kind&3], MaxLength: int(most)}
		v := contact.Text(value)
		if kind&8 != 0 {
			v = contact.Number(number)
		}
		c := content("c", martin)
		if html {
			c.Request.Channel = contact.EmailChannel
		}
		c.Templates = []campaign.Template{{Language: "fr", Text: text, HTML: html, Fields: []campaign.Field{field}}}
		person := contact.Contact{Attributes: []contact.Attribute{{Name: "f", Value: v}}}
		got, err := c.Templates[0].Fill(c.Request.Channel, noticeURL, origin, person)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), `campaign: template "fr": `), err)
			require.True(t, utf8.ValidString(err.Error()), "an error is text: %q", err)
			return
		}
		require.Contains(t, text, "{{f}}", "a field that is not used")
		if got[0].Code != "" {
			require.Zero(t, got[0].Content)
			require.Equal(t, "f", got[0].Place)
			return
		}
		bounds, err := c.Bounds(0, origin)
		require.NoError(t, err)
		within(t, bounds[0], got[0].Content, c.Request.Channel, 0)
		loose, err := c.Bounds(0)
		require.NoError(t, err)
		within(t, loose[0], got[0].Content, c.Request.Channel, 0)
		words := placeOf.ReplaceAllString(text, "")
		if html {
			for _, mark := range []string{"<", ">", `"`, "'"} {
				require.Equal(t, strings.Count(words, mark), strings.Count(got[0].Content.Text, mark), "a value brought %s", mark)
			}
			return
		}
		// The same by another way: a pattern for the places, looked at once.
		filled := norm.NFC.String(value)
		if kind&8 != 0 {
			filled = grouped(number)
		}
		known := map[string]string{"{{f}}": filled, "{{origin}}": "Concours SARL", "{{notice}}": noticeURL}
		want := placeOf.ReplaceAllStringFunc(text, func(at string) string {
			v, ok := known[at]
			require.Truef(t, ok, "%q was taken for a place", at)
			return v
		})
		require.Equal(t, want, got[0].Content.Text)
	})
}

var beforeThree = regexp.MustCompile(`([0-9])([0-9]{3})( |$)`)

// grouped writes n as French does, from the right and by a pattern.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	if n > -10_000 && n < 10_000 {
		return digits
	}
	for beforeThree.MatchString(digits) {
		digits = beforeThree.ReplaceAllString(digits, "$1 $2$3")
	}
	return digits
}
