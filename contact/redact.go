package contact

import "strings"

// minRedact is the shortest run of an address's digits that is removed from a
// carrier's words: the national number without its first digits.
const minRedact = 6

const mask = "…"

// Redact returns text without a: the address as it is, and for a phone number
// every run of digits, with the signs people put between them, that holds its
// last six. It is for the words of carriers, which quote recipients.
func (a Address) Redact(s string) string {
	if s == "" || a.IsZero() {
		return s
	}
	text := a.Reveal()
	if a.Kind() == Email {
		lower := strings.ToLower(s)
		for {
			i := strings.Index(lower, text)
			if i < 0 || len(lower) != len(s) {
				break
			}
			s = s[:i] + mask + s[i+len(text):]
			lower = strings.ToLower(s)
		}
		if local, _, _ := strings.Cut(text, "@"); len(local) >= 3 {
			s = strings.ReplaceAll(s, local, mask)
		}
		return s
	}
	return redactDigits(s, text[1:])
}

func redactDigits(s, number string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			out.WriteByte(s[i])
			i++
			continue
		}
		end, digits := i, []byte{}
		for j := i; j < len(s) && (s[j] >= '0' && s[j] <= '9' || strings.IndexByte(" .-()", s[j]) >= 0); j++ {
			if s[j] >= '0' && s[j] <= '9' {
				digits = append(digits, s[j])
				end = j + 1
			}
		}
		if overlaps(string(digits), number) {
			out.WriteString(mask)
		} else {
			out.WriteString(s[i:end])
		}
		i = end
	}
	return out.String()
}

// overlaps reports whether a run of digits shares the last digits of number.
func overlaps(run, number string) bool {
	tail := number[max(0, len(number)-minRedact):]
	return strings.Contains(run, tail)
}
