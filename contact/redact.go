package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// minRedact is the shortest run of an address's digits that is removed from a
// carrier's words: the national number without its first digits.
const minRedact = 6

const mask = "…"

// Redact returns s without a. For a phone number it takes out every run of
// digits, with the signs people put between them, that holds its last six; for
// an e-mail address the address in any letter case, and what stands before its
// @ sign where that has three letters or more. It is for the words of carriers,
// which quote recipients.
func (a Address) Redact(s string) string {
	if s == "" || a.IsZero() {
		return s
	}
	text := a.Reveal()
	if a.Kind() == Phone {
		return redactDigits(s, text[1:])
	}
	s = redactText(s, text)
	if local, _, _ := strings.Cut(text, "@"); len(local) >= 3 {
		s = redactText(s, local)
	}
	return s
}

// redactText takes text out of s, whatever the letter case. Lower-casing s as a
// whole would not do, since some letters change their length.
func redactText(s, text string) string {
	want := utf8.RuneCountInString(text)
	var out strings.Builder
	for s != "" {
		end := 0
		for range want {
			if end == len(s) {
				break
			}
			_, size := utf8.DecodeRuneInString(s[end:])
			end += size
		}
		if strings.EqualFold(s[:end], text) {
			out.WriteString(mask)
			s = s[end:]
			continue
		}
		_, size := utf8.DecodeRuneInString(s)
		out.WriteString(s[:size])
		s = s[size:]
	}
	return out.String()
}

func redactDigits(s, number string) string {
	tail := number[max(0, len(number)-minRedact):]
	var out strings.Builder
	var digits []byte
	for s != "" {
		if !digit(rune(s[0])) {
			_, size := utf8.DecodeRuneInString(s)
			out.WriteString(s[:size])
			s = s[size:]
			continue
		}
		end := 0
		digits = digits[:0]
		for i, r := range s {
			if digit(r) {
				digits = append(digits, byte(r))
				end = i + 1
			} else if !between(r) {
				break
			}
		}
		if strings.Contains(string(digits), tail) {
			out.WriteString(mask)
		} else {
			out.WriteString(s[:end])
		}
		s = s[end:]
	}
	return out.String()
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// between reports whether people write r between the digits of one number.
func between(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune(".·()/_", r)
}
