package phone_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		raw    string
		region contact.Territory
		want   string
	}{
		"pairs":                               {"06 39 98 00 12", "FR", "+33639980012"},
		"one run":                             {"0639980012", "FR", "+33639980012"},
		"dots":                                {"06.39.98.00.12", "FR", "+33639980012"},
		"dashes":                              {"06-39-98-00-12", "FR", "+33639980012"},
		"typographic dashes":                  {"06–39‑98—00−12", "FR", "+33639980012"},
		"slashes":                             {"06/39/98/00/12", "FR", "+33639980012"},
		"no-break spaces":                     {"06\u00a039\u00a098\u00a000\u00a012", "FR", "+33639980012"},
		"narrow no-break spaces":              {"06\u202f39\u202f98\u202f00\u202f12", "FR", "+33639980012"},
		"tabs and ends of lines":              {"\t06 39\t98 00 12\r\n", "FR", "+33639980012"},
		"zero-width spaces and marks":         {"\u200e\u202a06\u200b39 98 00 12\u202c\ufeff", "FR", "+33639980012"},
		"full-width digits":                   {"０６　３９　９８　００　１２", "FR", "+33639980012"},
		"a full-width plus":                   {"＋33 6 39 98 00 12", "", "+33639980012"},
		"a spreadsheet's apostrophe":          {"'0639980012", "FR", "+33639980012"},
		"no zero, as spreadsheets leave it":   {"639980012", "FR", "+33639980012"},
		"no plus, as spreadsheets leave it":   {"33639980012", "FR", "+33639980012"},
		"all digits and an exponent":          {"6,39980012E+08", "FR", "+33639980012"},
		"the same in English":                 {"3.3639980012e10", "FR", "+33639980012"},
		"a fraction, as data programs add it": {"639980012.0", "FR", "+33639980012"},
		"a fraction behind a code":            {"+33639980012.0", "FR", "+33639980012"},
		"a zero behind the last point":        {"06.39.98.00.1.0", "FR", "+33639980010"},
		"a plus":                              {"+33 6 39 98 00 12", "FR", "+33639980012"},
		"a plus in another region":            {"+33639980012", "DE", "+33639980012"},
		"a plus and no region":                {"+33639980012", "", "+33639980012"},
		"a zero in brackets":                  {"+33 (0)6 39 98 00 12", "FR", "+33639980012"},
		"a zero without":                      {"+33 06 39 98 00 12", "FR", "+33639980012"},
		"brackets around the code":            {"(+33) 6 39 98 00 12", "FR", "+33639980012"},
		"two zeros":                           {"0033639980012", "FR", "+33639980012"},
		"two zeros and one in brackets":       {"00 33 (0)6 39 98 00 12", "FR", "+33639980012"},
		"two zeros in another region":         {"0033 6 39 98 00 12", "DE", "+33639980012"},
		"calls abroad from the United States": {"011 33 6 39 98 00 12", "US", "+33639980012"},
		"metropolitan in Réunion":             {"06 39 98 00 12", "RE", "+33639980012"},

		"Réunion, national":                 {"0692 12 34 56", "FR", "+262692123456"},
		"Réunion, national, newer":          {"0693 01 23 45", "FR", "+262693012345"},
		"Réunion, at home":                  {"0692123456", "RE", "+262692123456"},
		"Réunion, from Martinique":          {"0692123456", "MQ", "+262692123456"},
		"Réunion, no zero":                  {"692123456", "FR", "+262692123456"},
		"Réunion, its own code":             {"+262 692 12 34 56", "FR", "+262692123456"},
		"Réunion, its own code and a zero":  {"+262 (0)692 12 34 56", "FR", "+262692123456"},
		"Réunion, its code without plus":    {"262692123456", "FR", "+262692123456"},
		"Réunion, two zeros":                {"00262692123456", "FR", "+262692123456"},
		"Réunion, with the wrong code":      {"+33 692 12 34 56", "FR", "+262692123456"},
		"Réunion, wrong code and no region": {"+33692123456", "", "+262692123456"},
		"Réunion, a landline":               {"0262 12 34 56", "FR", "+262262123456"},
		"Mayotte":                           {"0639 01 23 45", "FR", "+262639012345"},
		"Mayotte, at home":                  {"0639 69 12 34", "YT", "+262639691234"},
		"Mayotte, a landline":               {"0269 61 12 34", "FR", "+262269611234"},
		"Guadeloupe":                        {"0690 12 34 56", "FR", "+590690123456"},
		"Guadeloupe, newer":                 {"0691 28 12 34", "FR", "+590691281234"},
		"Saint-Martin, at home":             {"0690 12 34 56", "MF", "+590690123456"},
		"Guyane":                            {"0694 20 12 34", "FR", "+594694201234"},
		"Martinique":                        {"0696 20 12 34", "FR", "+596696201234"},
		"Martinique, newer":                 {"0697 12 34 56", "FR", "+596697123456"},
		"Martinique, a landline":            {"0596 30 12 34", "FR", "+596596301234"},
		"a landline that metropolitan tables have too, with +33": {"+33596301234", "FR", "+33596301234"},
		"fiction beside Mayotte, abroad":                         {"+33 6 39 98 99 99", "YT", "+33639989999"},
		"fiction beside Mayotte, at home":                        {"06 39 98 99 99", "YT", "+33639989999"},
		"fiction among landlines":                                {"02 61 91 12 34", "RE", "+33261911234"},

		"a metropolitan landline":         {"01 99 00 12 34", "FR", "+33199001234"},
		"a platform number":               {"09 48 12 34 56", "FR", "+33948123456"},
		"a free number":                   {"0 800 12 34 56", "FR", "+33800123456"},
		"Belgium":                         {"0470 12 34 56", "BE", "+32470123456"},
		"Italy keeps its zero":            {"06 1234 5678", "IT", "+390612345678"},
		"Italy keeps its zero, abroad":    {"+39 06 1234 5678", "FR", "+390612345678"},
		"the United Kingdom, in brackets": {"+44 (0)20 7946 0958", "", "+442079460958"},
		"British fiction":                 {"07700 900 123", "GB", "+447700900123"},
		"American fiction":                {"(212) 555-0123", "US", "+12125550123"},
		"Saint-Pierre, which has six":     {"41 12 34", "PM", "+508411234"},
		"New Caledonia":                   {"75 12 34", "NC", "+687751234"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := phone.Parse(tt.raw, tt.region)
			require.NoError(t, err)
			require.Equal(t, tt.want, got.Reveal())
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		raw    string
		region contact.Territory
		want   string
	}{
		"nothing":                    {"", "FR", "phone: no digits: not an address"},
		"only signs":                 {" +(-) ", "FR", "phone: no digits: not an address"},
		"words":                      {"appeler le soir", "FR", "phone: character 1 is a letter: not an address"},
		"a word behind":              {"06 39 98 00 12 Ada", "FR", "phone: character 16 is a letter: not an address"},
		"a sign":                     {"06*39980012", "FR", "phone: character 3 is not one of a telephone number: not an address"},
		"a plus inside":              {"06+39980012", "FR", "phone: character 3 is not one of a telephone number: not an address"},
		"two pluses":                 {"++33639980012", "FR", "phone: character 2 is not one of a telephone number: not an address"},
		"not UTF-8":                  {"06 39 98\xa000 12", "FR", "phone: not valid UTF-8: not an address"},
		"a page":                     {strings.Repeat(" ", 101), "FR", "phone: more than 100 bytes: not an address"},
		"two numbers":                {"06 39 98 00 12 / 06 39 98 00 13 / 06", "FR", "phone: more than 20 digits: not an address"},
		"two numbers, shorter":       {"0639980012 / 0639980013", "FR", "phone: too many digits: not an address"},
		"too short":                  {"06 39 98 12", "FR", "phone: too few digits for country code 33: not an address"},
		"too long":                   {"06 39 98 00 12 3", "FR", "phone: too many digits for country code 33: not an address"},
		"too long, with the code":    {"+33 6 39 98 00 12 3", "", "phone: too many digits for country code 33: not an address"},
		"a short code":               {"36180", "FR", "phone: too few digits for country code 33: not an address"},
		"a digit":                    {"1", "FR", "phone: too few digits, or a code for calls abroad that no country has: not an address"},
		"zeros":                      {"00 00 00 00 00", "FR", "phone: nobody has numbers of country code 33 that start like this: not an address"},
		"nobody's, French":           {"07 00 12 34 56", "FR", "phone: nobody has French numbers that start like this: not an address"},
		"nobody's, with the code":    {"+33700123456", "", "phone: nobody has French numbers that start like this: not an address"},
		"nobody's, British":          {"+44 7000", "", "phone: too few digits for country code 44: not an address"},
		"nobody's, American":         {"+1 012 345 6789", "", "phone: nobody has numbers of country code 1 that start like this: not an address"},
		"no such country":            {"+999 123 456 789", "FR", "phone: no country has the code that it starts with, or the rest is too short: not an address"},
		"an exponent":                {"6,12E+08", "FR", "phone: a spreadsheet has left out digits, and written an exponent in their place: not an address"},
		"an exponent for zeros":      {"6.3998e8", "FR", "phone: a spreadsheet has left out digits, and written an exponent in their place: not an address"},
		"an exponent that is short":  {"6.39980012E+07", "FR", "phone: a spreadsheet has left out digits, and written an exponent in their place: not an address"},
		"an exponent, whole":         {"6E+08", "FR", "phone: a spreadsheet has left out digits, and written an exponent in their place: not an address"},
		"a code alone":               {"+33", "FR", "phone: no country has the code that it starts with, or the rest is too short: not an address"},
		"national, without a region": {"06 39 98 00 12", "", "phone: no plus sign, and no region that would say what it means: not an address"},
		"national, strange region":   {"06 39 98 00 12", "XX", `phone: no plus sign, and "XX" is not a region with telephone numbers: not an address`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := phone.Parse(tt.raw, tt.region)
			require.EqualError(t, err, tt.want)
			require.ErrorIs(t, err, contact.ErrAddress)
			require.True(t, got.IsZero())
		})
	}
}

// The short way answers like the long one for every beginning of five digits
// that it claims, in national form and with +33, and phonenumbers alone agrees
// that they are numbers of metropolitan France, or that nobody has them.
func TestShortWay(t *testing.T) {
	t.Parallel()

	step := uint32(1)
	if testing.Short() {
		step = 17
	}
	claimed := 0
	for beginning := uint32(10_000); beginning < 100_000; beginning += step {
		nine := fmt.Sprintf("%d%04d", beginning, rand.N(10_000))
		if !phone.CommonFrench(nine) {
			continue
		}
		claimed++
		for _, abroad := range []bool{false, true} {
			long, err := phone.FrenchByPlan(nine, 33, abroad)
			require.NoError(t, err, nine)
			require.Equal(t, "+33"+nine, long.Reveal())
		}
		if long, _ := contact.ParseE164("+33" + nine); !long.Fictional() {
			n, err := phonenumbers.Parse("0"+nine, "FR")
			require.NoError(t, err)
			require.True(t, phonenumbers.IsValidNumberForRegion(n, "FR"), nine)
			require.Equal(t, "+33"+nine, phonenumbers.Format(n, phonenumbers.E164))
		}
	}
	// Out of 90,000 beginnings, a third are of no use to anybody.
	require.Greater(t, claimed*int(step), 60_000)
}

// What overseas territories have as mobile numbers, nobody in the metropolis
// has, so that national form is never ambiguous for them.
func TestOverseasMobilesAreApart(t *testing.T) {
	t.Parallel()

	found := map[string]int{}
	for beginning := 60_000; beginning < 80_000; beginning += 7 {
		raw := fmt.Sprintf("0%d1234", beginning)
		want := ""
		for _, region := range []string{"FR", "RE", "YT", "GP", "GF", "MQ"} {
			n, err := phonenumbers.Parse(raw, region)
			if err != nil || !phonenumbers.IsValidNumber(n) {
				continue
			}
			text := phonenumbers.Format(n, phonenumbers.E164)
			require.True(t, want == "" || want == text, "%s is of two places", raw)
			want = text
		}
		if strings.HasPrefix(raw, "063998") {
			want = "+33" + raw[1:]
		}
		for _, region := range []contact.Territory{"FR", "RE", "YT", "GP", "BL", "MF", "GF", "MQ"} {
			got, err := phone.Parse(raw, region)
			if want == "" {
				require.ErrorIs(t, err, contact.ErrAddress)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, want, got.Reveal())
			found[want[:4]]++
		}
	}
	for _, code := range []string{"+336", "+337", "+262", "+590", "+594", "+596"} {
		require.Positive(t, found[code], code)
	}
}

func TestMobile(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]bool{
		"+33639980012":     true,
		"+33199001234":     false,
		"+262692123456":    true,
		"+262262123456":    false,
		"+447700900123":    true,
		"+442079460958":    false,
		"+12125550123":     true, // nobody can tell
		"+999999999":       false,
		"name@example.org": false,
	} {
		a, err := contact.ParseAddress(text)
		require.NoError(t, err)
		require.Equal(t, want, phone.Mobile(a), text)
	}
	require.False(t, phone.Mobile(contact.Address{}))
}

// digitRun is what must not be in an error: a piece of a number long enough to
// narrow down whose it is. Country codes and lengths are shorter.
var digitRun = regexp.MustCompile(`\d{4}`)

func FuzzParse(f *testing.F) {
	for _, raw := range []string{
		"06 39 98 00 12", "+33 (0)6.39.98.00.12", "0033639980012", "0692123456", "０６３９９８００１２", "(+262) 0692-12-34-56",
		"+1 212 555 0123", "06\u202f39", "'06", "+", "", "0596301234", "\xff", "262692123456", "00590690123456", "+390612345678",
	} {
		f.Add(raw, uint8(0))
		f.Add(raw, uint8(1))
	}
	regions := []contact.Territory{"FR", "RE", "MQ", "GB", "US", "IT", "", "XX"}
	f.Fuzz(func(t *testing.T, raw string, region uint8) {
		in := regions[int(region)%len(regions)]
		a, err := phone.Parse(raw, in)
		if err != nil {
			require.ErrorIs(t, err, contact.ErrAddress)
			require.False(t, digitRun.MatchString(err.Error()), err)
			require.True(t, a.IsZero())
			return
		}
		require.Equal(t, contact.Phone, a.Kind())
		for _, elsewhere := range regions {
			again, err := phone.Parse(a.Reveal(), elsewhere)
			require.NoError(t, err)
			require.Equal(t, a.Reveal(), again.Reveal())
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, raw := range map[string]string{
		"pairs":    "06 39 98 00 12",
		"run":      "0639980012",
		"e164":     "+33639980012",
		"landline": "01 99 00 12 34",
		"overseas": "0692 12 34 56",
		"belgium":  "+32 470 12 34 56",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := phone.Parse(raw, "FR"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("phonenumbers", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n, err := phonenumbers.Parse("01 99 00 12 34", "FR")
			if err != nil || !phonenumbers.IsValidNumber(n) {
				b.Fatal(err)
			}
			_, _ = contact.ParseE164(phonenumbers.Format(n, phonenumbers.E164))
		}
	})
}
