package suppression_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func sha(spelling suppression.Spelling) suppression.DigestFormat {
	return suppression.DigestFormat{Hash: suppression.SHA256, Spellings: []suppression.Spelling{spelling}}
}

func hexOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestDigestSpellings(t *testing.T) {
	t.Parallel()

	ada, err := contact.ParseEmail("Ada.L@EXAMPLE.org")
	require.NoError(t, err)
	reunion, err := contact.ParseE164("+262692000012")
	require.NoError(t, err)
	belgian, err := contact.ParseE164("+32455000012")
	require.NoError(t, err)
	tests := []struct {
		spelling suppression.Spelling
		address  contact.Address
		want     string // "" for none
	}{
		{suppression.PlusDigits, number(t, 12), "+33639980012"},
		{suppression.Digits, number(t, 12), "33639980012"},
		{suppression.DoubleZero, number(t, 12), "0033639980012"},
		{suppression.FrenchNational, number(t, 12), "0639980012"},
		{suppression.FrenchNational, reunion, "0692000012"},
		{suppression.DoubleZero, reunion, "00262692000012"},
		{suppression.FrenchNational, belgian, ""},
		{suppression.LowerEmail, number(t, 12), ""},
		{suppression.LowerEmail, ada, "ada.l@example.org"},
		{suppression.PlusDigits, ada, ""},
		{suppression.FrenchNational, ada, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.spelling, " ", tt.address), func(t *testing.T) {
			t.Parallel()

			for _, salt := range []string{"", "pepper"} {
				for _, behind := range []bool{false, salt != ""} {
					f := sha(tt.spelling)
					f.Salt, f.SaltBehind = []byte(salt), behind
					text := salt + tt.want
					if behind {
						text = tt.want + salt
					}
					d, ok := f.Digest(tt.address)
					require.Equal(t, tt.want != "", ok)
					if ok {
						require.True(t, d == suppression.Digest(sha256.Sum256([]byte(text))))
					}
				}
			}
		})
	}
}

func TestDigestParse(t *testing.T) {
	t.Parallel()

	text := []byte("+33639980012")
	five, one, two := md5.Sum(text), sha1.Sum(text), sha256.Sum256(text)
	for h, sum := range map[suppression.DigestHash][]byte{suppression.MD5: five[:], suppression.SHA1: one[:], suppression.SHA256: two[:]} {
		f := sha(suppression.PlusDigits)
		f.Hash = h
		want, ok := f.Digest(number(t, 12))
		require.True(t, ok)
		lower := hex.EncodeToString(sum)
		for _, form := range []string{
			lower, strings.ToUpper(lower), lower[:9] + strings.ToUpper(lower[9:]),
			base64.StdEncoding.EncodeToString(sum), base64.RawStdEncoding.EncodeToString(sum),
			base64.URLEncoding.EncodeToString(sum), base64.RawURLEncoding.EncodeToString(sum),
		} {
			got, err := f.Parse(form)
			require.NoErrorf(t, err, "%v in %d characters", h, len(form))
			require.True(t, want == got)
		}
	}
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":        {"", "0 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has"},
		"a number":       {"+33639980012", "12 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has"},
		"of MD5":         {hex.EncodeToString(five[:]), "32 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has; MD5 has so many"},
		"of SHA-1":       {base64.StdEncoding.EncodeToString(one[:]), "28 characters, want the 64 hexadecimal digits or 44 of base64 that SHA-256 has; SHA-1 has so many"},
		"not hex":        {strings.Repeat("x", 64), "64 characters that are not all hexadecimal digits, as those of SHA-256 are"},
		"not base64":     {strings.Repeat("!", 43), "43 characters that are not all base64, as those of SHA-256 are"},
		"one too many":   {strings.Repeat("A", 44), "44 characters that are not all base64, as those of SHA-256 are"},
		"with line ends": {strings.Repeat("A", 40) + "\r\n\r\n", "44 characters that are not all base64, as those of SHA-256 are"},
	} {
		_, err := sha(suppression.PlusDigits).Parse(tt.text)
		require.EqualErrorf(t, err, "suppression: "+tt.want, name)
	}
}

func TestDigestFormatValidate(t *testing.T) {
	t.Parallel()

	for want, change := range map[string]func(*suppression.DigestFormat){
		"Hash is none of the known ones":         func(f *suppression.DigestFormat) { f.Hash = 9 },
		"Spellings is empty":                     func(f *suppression.DigestFormat) { f.Spellings = nil },
		"Spellings[1] is none of the known ones": func(f *suppression.DigestFormat) { f.Spellings = append(f.Spellings, 0) },
		"SaltBehind is set, and Salt is empty":   func(f *suppression.DigestFormat) { f.SaltBehind = true },
	} {
		f := sha(suppression.Digits)
		require.NoError(t, f.Validate())
		change(&f)
		require.EqualError(t, f.Validate(), "suppression: digest format: "+want)
	}
}

func TestDigestsAreMasked(t *testing.T) {
	t.Parallel()

	f := sha(suppression.Digits)
	f.Salt = []byte("pepper")
	d, _ := f.Digest(number(t, 12))
	raw := string(d[:])
	pending := suppression.PendingDigest{Digest: d, Line: 1, Happened: noon}
	hit := suppression.DigestHit{Pending: pending}
	file := suppression.DigestCount{DigestFile: suppression.DigestFile{Name: "x", Format: f}}
	var out bytes.Buffer
	for _, v := range []any{d, &d, pending, hit, suppression.Resolution{Digest: d}, f, &f, file, file.DigestFile, []suppression.DigestFormat{f}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			fmt.Fprintf(&out, verb, v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
	}
	for _, v := range []any{d, pending, hit} {
		require.NoError(t, json.NewEncoder(&out).Encode(v))
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", f)
	for _, bare := range []string{raw, fmt.Sprintf("%x", raw), strings.Trim(fmt.Sprint([]byte(raw[:4])), "[]"), "pepper", "706570706572", "112 101 112", base64.StdEncoding.EncodeToString([]byte("pepper"))} {
		require.NotContains(t, out.String(), bare)
	}
	require.Contains(t, out.String(), "SHA-256 of [33…], salt before")
}
