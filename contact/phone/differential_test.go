package phone_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/nyaruka/phonenumbers/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// theirs is what phonenumbers says: the number in E.164, or "" where it says
// that nobody can have it.
func theirs(raw string, region contact.Territory) string {
	n, err := phonenumbers.Parse(raw, string(region))
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

func ours(raw string, region contact.Territory) string {
	a, err := phone.Parse(raw, region)
	if err != nil {
		return ""
	}
	return a.Reveal()
}

// The differences from phonenumbers that are meant. Each says why.
const (
	sameAnswer = ""
	// Nobody has these numbers, so that phonenumbers refuses some; examples and
	// tests need them.
	fiction = "reserved for fiction"
	// A file of the metropolis holds numbers of overseas territories in national
	// form; phonenumbers knows one territory at a time.
	overseasNumber = "overseas, in national form or with +33"
	// phonenumbers takes the number out of a text, turns letters into digits,
	// and drops extensions. What is no number is not for us to interpret.
	wordsAndSigns = "a text that is more than a number"
	// Tabs, marks of direction and the like: phonenumbers refuses or stops.
	signs = "signs between the digits"
	// A spreadsheet made a number of it.
	madeANumber = "calculated with"
	// phonenumbers reads texts of up to 250 characters, and has German numbers of
	// more than the fifteen digits that E.164 allows, and of less than seven.
	tooLong = "longer or shorter than any number"
)

// difference returns why the two answers differ, and false where nobody knows.
func difference(raw string, region contact.Territory, our, their string) (string, bool) {
	if our == their {
		return sameAnswer, true
	}
	a, err := contact.ParseE164(our)
	digits := onlyDigits(raw)
	plan := slices.Contains([]contact.Territory{"FR", "RE", "YT", "GP", "MF", "BL", "GF", "MQ"}, region)
	code := func(number string, codes ...string) bool {
		return slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(number, "+"+c) })
	}
	bare := skeleton(raw)
	switch {
	case err == nil && a.Fictional():
		return fiction, true
	case our == "" && (len(their) > len("+123456789012345") || len(their) < len("+1234567")):
		return tooLong, true
	case len(raw) > 100 || len(digits) > 20:
		return tooLong, our == ""
	case calculated.MatchString(raw) && our == "":
		return madeANumber, true
	case calculated.MatchString(raw) && raw != bare[:len(bare)-1]:
		_, known := difference(bare[:len(bare)-1], region, our, theirs(bare[:len(bare)-1], region))
		return madeANumber, known
	case our == "" && their != "" && !plainNumber(raw):
		return wordsAndSigns, true
	case our != "" && raw != bare:
		reason, known := difference(bare, region, our, theirs(bare, region))
		return cmp.Or(reason, signs), known
	case (plan || strings.HasPrefix(bare, "+33")) && code(our, "262", "590", "594", "596") && len(our) == 13 && strings.HasSuffix(digits, our[4:]):
		return overseasNumber, true
	case (plan || code(our, "33")) && code(our, "33") && len(our) == 12 && strings.HasSuffix(digits, our[3:]) && (their == "" || code(their, "262", "590", "594", "596")):
		return overseasNumber, true
	}
	return "", false
}

// plainNumber reports whether raw has nothing in it but what people write
// between digits, in places where they do.
func plainNumber(raw string) bool {
	raw = strings.TrimPrefix(strings.TrimSpace(raw), "'")
	return strings.Trim(raw, "+0123456789 .-()/") == "" && strings.Count(raw, "+") <= 1 && strings.IndexByte(raw, '+') <= strings.IndexAny(raw, "0123456789")
}

// calculated is what becomes of a number that a program calculated with.
var calculated = regexp.MustCompile(`[eE]|^[\s']*\+?\d{8,15}[.,]0\s*$`)

// skeleton returns the digits of raw, with the plus sign where it starts with
// one.
func skeleton(raw string) string {
	if before, _, ok := strings.Cut(raw, "+"); ok && onlyDigits(before) == "" {
		return "+" + onlyDigits(raw)
	}
	return onlyDigits(raw)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// Every French beginning of four digits, with every length, in every way to
// write it: the answer is that of phonenumbers, or one of the differences above.
// One of 89, unless ACCORD_PHONES is set.
func TestFrenchBeginnings(t *testing.T) {
	t.Parallel()

	step := 89
	if os.Getenv("ACCORD_PHONES") != "" {
		step = 1
	}
	why := map[string]int{}
	for start := 0; start < 10_000; start += step {
		for length := 1; length <= 12; length++ {
			digits := (fmt.Sprintf("%04d", start) + "98765432")[:max(length, 1)]
			for _, before := range []string{"0", "+33", "0033", "33", "+330", ""} {
				raw := before + digits
				our, their := ours(raw, "FR"), theirs(raw, "FR")
				reason, known := difference(raw, "FR", our, their)
				require.Truef(t, known, "%s: %q, not %q", raw, our, their)
				why[reason]++
			}
		}
	}
	t.Log(why)
	require.NotZero(t, why[sameAnswer])
	require.NotZero(t, why[overseasNumber])
}

// Millions of numbers of many countries, as people write them and mistype them,
// get the answer of phonenumbers, or one of the differences above. ACCORD_PHONES
// says how many.
func TestAnswersOfPhonenumbers(t *testing.T) {
	t.Parallel()

	n := 5_000
	if asked, err := strconv.Atoi(os.Getenv("ACCORD_PHONES")); err == nil {
		n = asked
	}
	seed := uint64(20_261_123)
	if asked, err := strconv.ParseUint(os.Getenv("ACCORD_SEED"), 10, 64); err == nil {
		seed = asked
	}
	r := rand.New(rand.NewPCG(seed, 1))
	why := map[string]int{}
	for range n {
		raw, region := scribbled(r)
		our, their := ours(raw, region), theirs(raw, region)
		reason, known := difference(raw, region, our, their)
		require.Truef(t, known, "seed %d: %q in %q: %q, not %q", seed, raw, region, our, their)
		why[reason]++
	}
	t.Logf("seed %d: %d inputs: %v", seed, n, why)
	require.Greater(t, why[sameAnswer], n/2)
}

// scribbled makes a number up, valid or nearly so, and writes it as somebody
// would. The numbers of real people are among them; nothing prints those that
// are read alike.
func scribbled(r *rand.Rand) (raw string, region contact.Territory) {
	regions := []contact.Territory{"FR", "FR", "FR", "FR", "RE", "YT", "GP", "MF", "GF", "MQ", "PM", "NC", "PF", "BE", "CH", "LU", "DE", "IT", "ES", "PT", "NL", "GB", "US", "CA", ""}
	region = regions[r.IntN(len(regions))]
	codes := []string{"33", "33", "33", "262", "590", "594", "596", "508", "687", "689", "32", "41", "352", "49", "39", "34", "351", "31", "44", "1", "7", "999", "800"}
	digits := make([]byte, 4+r.IntN(9))
	if r.IntN(3) > 0 {
		digits = make([]byte, 9)
	}
	for i := range digits {
		digits[i] = byte('0' + r.IntN(10))
	}
	if r.IntN(2) == 0 {
		digits[0] = "67"[r.IntN(2)]
	}
	switch r.IntN(8) {
	case 0, 1, 2:
		raw = "0"
	case 3, 4:
		raw = "+" + codes[r.IntN(len(codes))]
	case 5:
		raw = "00" + codes[r.IntN(len(codes))]
	case 6:
		raw = codes[r.IntN(len(codes))]
	}
	raw += string(digits)
	switch r.IntN(6) {
	case 0: // as it is
	case 1:
		raw = spaced(raw, []string{" ", ".", "-", "\u00a0", "/"}[r.IntN(5)])
	case 2:
		at := r.IntN(len(raw) + 1)
		raw = raw[:at] + []string{"(0)", " ", "(", ")", "--", ". ", "\t", "\u200e", "x", "e", "+", "00", "#", ",", ";", "*", "０", "''"}[r.IntN(18)] + raw[at:]
	case 3:
		raw = []string{" ", "'", "tel:", "Tél ", "+", "00", "(0)", "\ufeff"}[r.IntN(8)] + raw
	case 4:
		raw += []string{" ", ".0", ",0", "E+08", ";ext=2", " x12", "/2", " (bureau)", "."}[r.IntN(9)]
	}
	return raw, region
}

// spaced puts sep between pairs of digits.
func spaced(raw, sep string) string {
	var b strings.Builder
	for i, c := range raw {
		if i > 1 && i%2 == len(raw)%2 {
			b.WriteString(sep)
		}
		b.WriteRune(c)
	}
	return b.String()
}

func FuzzAnswersOfPhonenumbers(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		raw, region := scribbled(r)
		f.Add(raw, string(region))
	}
	f.Fuzz(func(t *testing.T, raw, in string) {
		region := contact.Territory(in)
		our, their := ours(raw, region), theirs(raw, region)
		_, known := difference(raw, region, our, their)
		require.Truef(t, known, "%q in %q: %q, not %q", raw, in, our, their)
	})
}
