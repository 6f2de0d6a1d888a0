package contact_test

import (
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestRedact(t *testing.T) {
	t.Parallel()

	const number, mailbox, short = "+33639980012", "ada.martin@example.org", "al@example.org"
	for name, test := range map[string]struct{ address, said, want string }{
		"E.164":                            {number, "to +33639980012: busy", "to +…: busy"},
		"no plus":                          {number, "33639980012", "…"},
		"two zeros":                        {number, "0033639980012", "…"},
		"national":                         {number, "0639980012", "…"},
		"without its zero":                 {number, "639980012", "…"},
		"the last six":                     {number, "subscriber 980012 absent", "subscriber … absent"},
		"the last five are not it":         {number, "subscriber 80012 absent", "subscriber 80012 absent"},
		"spaces":                           {number, "06 39 98 00 12.", "…."},
		"no-break spaces":                  {number, "06\u00a039\u00a098\u00a000\u00a012", "…"},
		"dots":                             {number, "06.39.98.00.12", "…"},
		"dashes":                           {number, "06-39-98-00-12", "…"},
		"typographic dashes":               {number, "06–39‑98–00‑12", "…"},
		"a zero in brackets":               {number, "+33(0)6 39 98 00 12", "+…"},
		"slashes and underscores":          {number, "sms/33639980012_1", "sms/…"},
		"twice":                            {number, "33639980012 and 0639980012", "… and …"},
		"in JSON":                          {number, `{"msisdn":"33639980012","code":11}`, `{"msisdn":"…","code":11}`},
		"in an address of the web":         {number, "https://c.example/m/33639980012?n=2", "https://c.example/m/…?n=2"},
		"percent-encoded":                  {number, "to=%2B33639980012", "to=%2B…"},
		"another number":                   {number, "+33639980013", "+33639980013"},
		"a short code":                     {number, "36180", "36180"},
		"words":                            {number, "throttled, retry later", "throttled, retry later"},
		"letters around it":                {number, "été 0639980012 à midi", "été … à midi"},
		"bytes that are no text":           {number, "\xff0639980012\xfe", "\xff…\xfe"},
		"nothing":                          {number, "", ""},
		"a mailbox":                        {mailbox, "550 <ada.martin@example.org>: unknown", "550 <…>: unknown"},
		"capitals":                         {mailbox, "Ada.Martin@EXAMPLE.ORG", "…"},
		"what stands before the sign":      {mailbox, "no mailbox ada.martin here", "no mailbox … here"},
		"in capitals too":                  {mailbox, "ADA.MARTIN?", "…?"},
		"the domain stays":                 {mailbox, "example.org does not answer", "example.org does not answer"},
		"inside of a longer one":           {mailbox, "x-ada.martin@example.org", "x-…"},
		"two letters are too many words":   {short, "al dente, al@example.org", "al dente, …"},
		"letters that change their length": {mailbox, "İİ ada.martin@example.org ẞ", "İİ … ẞ"},
		"no mailbox":                       {mailbox, "552 full", "552 full"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a, err := contact.ParseAddress(test.address)
			require.NoError(t, err)
			require.Equal(t, test.want, a.Redact(test.said))
			require.Equal(t, test.want, a.Redact(test.want), "what is redacted stays as it is")
		})
	}
	require.Equal(t, "33639980012", contact.Address{}.Redact("33639980012"), "no address, nothing to take out")
}

// However a carrier writes a number, with whatever around it, its digits are
// not there afterwards.
func FuzzRedact(f *testing.F) {
	for _, around := range []string{"", " ", "x", "9", "+", "-", "é", "\xff", "00 ", "…"} {
		f.Add(around, around, uint8(0))
		f.Add("to ", around, uint8(3))
	}
	separators := []string{"", " ", ".", "-", "\u00a0", "–", "_", "/", "·"}
	f.Fuzz(func(t *testing.T, before, after string, separator uint8) {
		a, err := contact.ParseE164("+33639980012")
		require.NoError(t, err)
		written := strings.Join([]string{"06", "39", "98", "00", "12"}, separators[int(separator)%len(separators)])
		said := a.Redact(before + written + after)
		require.NotContains(t, said, written)
		require.NotContains(t, said, "980012")
		mail, err := contact.ParseEmail("ada.martin@example.org")
		require.NoError(t, err)
		said = mail.Redact(before + "Ada.Martin@Example.org" + after)
		require.NotContains(t, strings.ToLower(said), "ada.martin@example.org")
	})
}
