package contact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
	"unique"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// ParseEmail reads an e-mail address: one mailbox, without a display name,
// comment or quoted local part. It lower-cases the whole address, since no
// provider of note tells letter case apart in the local part and a refusal
// must match however it was typed; it turns a domain in other scripts into its
// ASCII form (RFC 3492 after NFKC and case folding), so that both spellings of
// a domain are one address. It keeps dots and plus tags: whether those matter
// is the provider's affair.
func ParseEmail(s string) (Address, error) {
	fail := func(what string) (Address, error) {
		return Address{}, fmt.Errorf("contact: e-mail address: %s: %w", what, ErrAddress)
	}
	if !utf8.ValidString(s) {
		return fail("not valid UTF-8")
	}
	s = norm.NFKC.String(strings.TrimFunc(s, invisible))
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return fail("no @ sign")
	}
	// RFC 3490 section 3.1 has the ideographic full stop part labels too.
	local, domain := fold(s[:at]), strings.TrimSuffix(strings.ReplaceAll(s[at+1:], "。", "."), ".")
	if local == "" {
		return fail("nothing before the @ sign")
	}
	if len(local) > 64 {
		return fail("more than 64 octets before the @ sign")
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return fail("a dot at the start, at the end or doubled before the @ sign")
	}
	for _, r := range local {
		if r <= ' ' || invisible(r) || strings.ContainsRune(`"(),:;<>@[\]`, r) {
			return fail("a character before the @ sign that is not allowed unquoted")
		}
	}
	ascii, err := asciiDomain(domain)
	if err != nil {
		return fail(err.Error())
	}
	text := local + "@" + ascii
	if len(text) > 254 {
		return fail("more than 254 octets")
	}
	return Address{kind: Email, mailbox: unique.Make(mix(text))}, nil
}

// invisible reports whether r takes no ink: spaces, controls, and the marks of
// width and direction that programs leave around what they copy. Inside an
// address they would make two of one.
func invisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }

// fold lower-cases what NFKC made, and leaves it in the form that NFKC leaves
// alone.
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return norm.NFKC.String(cases.Lower(language.Und).String(s))
		}
	}
	return strings.ToLower(s)
}

type domainError string

func (e domainError) Error() string { return string(e) }

func asciiDomain(domain string) (string, error) {
	labels := strings.Split(fold(domain), ".")
	if len(labels) < 2 {
		return "", domainError("the domain has no dot")
	}
	for i, label := range labels {
		ascii, err := asciiLabel(label)
		if err != nil {
			return "", err
		}
		labels[i] = ascii
	}
	joined := strings.Join(labels, ".")
	if len(joined) > 253 {
		return "", domainError("the domain is longer than 253 octets")
	}
	return joined, nil
}

func asciiLabel(label string) (string, error) {
	if label == "" {
		return "", domainError("an empty label in the domain")
	}
	if label[0] == '-' || label[len(label)-1] == '-' {
		return "", domainError("a label of the domain starts or ends with a hyphen")
	}
	plain := true
	for _, r := range label {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)):
			plain = false
		default:
			return "", domainError("a character in the domain that is not a letter, digit or hyphen")
		}
	}
	if !plain {
		label = "xn--" + punycode(label)
	}
	if len(label) > 63 {
		return "", domainError("a label of the domain is longer than 63 octets")
	}
	return label, nil
}

// punycode encodes a label by RFC 3492 section 6.3. The libraries that do so
// are not among the requirements of this module, and it is thirty lines.
func punycode(label string) string {
	const base, tMin, tMax, skew, damp, initialBias, initialN = 36, 1, 26, 38, 700, 72, 128
	runes := []rune(label)
	var out []byte
	for _, r := range runes {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	done := basic
	if basic > 0 {
		out = append(out, '-')
	}
	digit := func(d int) byte {
		if d < 26 {
			return byte('a' + d)
		}
		return byte('0' + d - 26)
	}
	n, delta, bias := rune(initialN), 0, initialBias
	for done < len(runes) {
		next := rune(unicode.MaxRune)
		for _, r := range runes {
			if r >= n && r < next {
				next = r
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := min(max(k-bias, tMin), tMax)
				if q < t {
					break
				}
				out = append(out, digit(t+(q-t)%(base-t)))
				q = (q - t) / (base - t)
			}
			out = append(out, digit(q))
			// Adapt the bias, section 6.1.
			if done == basic {
				delta /= damp
			} else {
				delta /= 2
			}
			delta += delta / (done + 1)
			k := 0
			for ; delta > ((base-tMin)*tMax)/2; k += base {
				delta /= base - tMin
			}
			bias = k + (base-tMin+1)*delta/(delta+skew)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return string(out)
}
