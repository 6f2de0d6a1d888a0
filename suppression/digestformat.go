package suppression

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/accordsdk/accord/contact"
)

// A DigestHash is the function that a file of digests was made with. The zero
// DigestHash is none. The numbers of the constants do not change: stores keep
// them, as they do those of [Spelling].
type DigestHash uint8

// The hash functions that refusal files are exchanged in.
const (
	NoHash DigestHash = iota
	MD5
	SHA1
	SHA256
)

var hashNames = [...]string{"none", "MD5", "SHA-1", "SHA-256"}

// String returns "MD5", "SHA-1", "SHA-256" or "none".
func (h DigestHash) String() string { return named(hashNames[:], "hash", uint8(h)) }

// Size returns how many bytes a digest has, and 0 for what is no hash.
func (h DigestHash) Size() int {
	switch h {
	case MD5:
		return md5.Size
	case SHA1:
		return sha1.Size
	case SHA256:
		return sha256.Size
	default:
		return 0
	}
}

func (h DigestHash) sum(text []byte) (d Digest) {
	switch h {
	case MD5:
		sum := md5.Sum(text)
		copy(d[:], sum[:])
	case SHA1:
		sum := sha1.Sum(text)
		copy(d[:], sum[:])
	default:
		d = sha256.Sum256(text)
	}
	return d
}

// A Spelling is how an address was written before it was hashed. The zero
// Spelling is none.
type Spelling uint8

// The spellings.
const (
	NoSpelling     Spelling = iota
	PlusDigits              // +33639980012
	Digits                  // 33639980012
	DoubleZero              // 0033639980012
	FrenchNational          // 0639980012; of +33, +262, +590, +594 and +596 alone
	LowerEmail              // name@example.org, as contact.Address.Reveal has it
)

var spellingNames = [...]string{"none", "+33…", "33…", "0033…", "06…", "e-mail"}

// String returns an example of s, such as "0033…".
func (s Spelling) String() string { return named(spellingNames[:], "spelling", uint8(s)) }

func named(names []string, what string, n uint8) string {
	if int(n) < len(names) {
		return names[n]
	}
	return fmt.Sprintf("%s-%d", what, n)
}

// overseas are the calling codes that share the national numbers of +33 (Arcep,
// plan national de numérotation, décision 2018-0881), as in contact/phone.
var overseas = []string{"262", "590", "594", "596"}

// append appends a in spelling s to b, and reports whether a has one.
func (s Spelling) append(b []byte, a contact.Address) ([]byte, bool) {
	if s == LowerEmail || a.Kind() != contact.Phone {
		if s != LowerEmail || a.Kind() != contact.Email {
			return b, false
		}
		return a.AppendReveal(b), true
	}
	at := len(b)
	switch s {
	case PlusDigits:
		return a.AppendReveal(b), true
	case Digits:
		b = a.AppendReveal(b)
		return slices.Delete(b, at, at+1), true
	case DoubleZero:
		b = a.AppendReveal(append(b, '0'))
		b[at+1] = '0' // in place of the plus sign
		return b, true
	case FrenchNational:
		b = a.AppendReveal(b)
		switch n := b[at:]; {
		case len(n) == len("+33639980012") && string(n[:3]) == "+33":
			return slices.Replace(b, at, at+3, '0'), true
		case len(n) == len("+262692000000") && slices.Contains(overseas, string(n[1:4])):
			return slices.Replace(b, at, at+4, '0'), true
		}
	}
	return b[:at], false
}

// A Digest is the hash of an address that somebody else made, of up to 32 bytes;
// those behind a shorter one are zero. Unlike a contact.Fingerprint it is no
// secret: there are so few telephone numbers that one machine hashes them all in
// minutes, whatever the function, and a salt that travels with a contract does
// not change that. It prints as a mask.
type Digest [32]byte

// Format writes a mask, whatever the verb.
func (d Digest) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("digest:…")) }

// LogValue returns a mask.
func (d Digest) LogValue() slog.Value { return slog.StringValue("digest:…") }

// MarshalText returns a mask. A store keeps the bytes.
func (d Digest) MarshalText() ([]byte, error) { return []byte("digest:…"), nil }

// A DigestFormat is what a contract says of the digests in a file.
type DigestFormat struct {
	Hash DigestHash `json:"hash"`
	// Spellings are those that the addresses may have been in: every one of them
	// is tried.
	Spellings []Spelling `json:"spellings"`
	// Salt was put before each address, or behind it if SaltBehind is set. A
	// store has to keep it, as numbers that come later are hashed with it.
	Salt       []byte `json:"salt,omitempty"`
	SaltBehind bool   `json:"salt_behind,omitempty"`
}

// Validate returns an error that names the first field that is wrong.
func (f DigestFormat) Validate() error {
	if f.Hash.Size() == 0 {
		return errors.New("suppression: digest format: Hash is none of the known ones")
	}
	if len(f.Spellings) == 0 {
		return errors.New("suppression: digest format: Spellings is empty")
	}
	for i, s := range f.Spellings {
		if s < PlusDigits || s > LowerEmail {
			return fmt.Errorf("suppression: digest format: Spellings[%d] is none of the known ones", i)
		}
	}
	if f.SaltBehind && len(f.Salt) == 0 {
		return errors.New("suppression: digest format: SaltBehind is set, and Salt is empty")
	}
	return nil
}

// String describes f and does not show the salt.
func (f DigestFormat) String() string {
	salted := ""
	switch {
	case f.SaltBehind:
		salted = ", salt behind"
	case len(f.Salt) > 0:
		salted = ", salt before"
	}
	return fmt.Sprintf("%v of %v%s", f.Hash, f.Spellings, salted)
}

// Format writes what [DigestFormat.String] returns, whatever the verb.
func (f DigestFormat) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(f.String())) }

// LogValue returns what [DigestFormat.String] does.
func (f DigestFormat) LogValue() slog.Value { return slog.StringValue(f.String()) }

// Digest returns the digest of a in the first of the spellings that a has, and
// whether it has one.
func (f DigestFormat) Digest(a contact.Address) (Digest, bool) {
	for _, r := range f.recipes() {
		if d, _, ok := r.digest(nil, a); ok {
			return d, true
		}
	}
	return Digest{}, false
}

// Parse reads one digest: hexadecimal digits of either case, or base64 of either
// alphabet, with or without its padding. An error says what was wanted and
// nothing of what was read.
func (f DigestFormat) Parse(text string) (Digest, error) {
	var d Digest
	size := f.Hash.Size()
	var buf [33]byte // one more than any digest has
	switch len(text) {
	case hex.EncodedLen(size):
		if n, err := hex.Decode(buf[:], []byte(text)); err == nil && n == size {
			return Digest(buf[:32]), nil
		}
		return d, fmt.Errorf("suppression: %d characters that are not all hexadecimal digits, as those of %v are", len(text), f.Hash)
	case base64.StdEncoding.EncodedLen(size), base64.RawStdEncoding.EncodedLen(size):
		for _, e := range base64Forms {
			if n, err := e.Decode(buf[:], []byte(text)); err == nil && n == size {
				return Digest(buf[:32]), nil
			}
		}
		return d, fmt.Errorf("suppression: %d characters that are not all base64, as those of %v are", len(text), f.Hash)
	}
	other := ""
	for h := MD5; h <= SHA256; h++ {
		if n := h.Size(); len(text) == hex.EncodedLen(n) || len(text) == base64.StdEncoding.EncodedLen(n) || len(text) == base64.RawStdEncoding.EncodedLen(n) {
			other = fmt.Sprintf("; %v has so many", h)
		}
	}
	return d, fmt.Errorf("suppression: %d characters, want the %d hexadecimal digits or %d of base64 that %v has%s",
		len(text), hex.EncodedLen(size), base64.StdEncoding.EncodedLen(size), f.Hash, other)
}

var base64Forms = []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding}

// A recipe makes one digest of an address: a format has one for each spelling.
type recipe struct {
	hash     DigestHash
	spelling Spelling
	behind   bool
	salt     string
}

func (f DigestFormat) recipes() []recipe {
	rs := make([]recipe, len(f.Spellings))
	for i, s := range f.Spellings {
		rs[i] = recipe{f.Hash, s, f.SaltBehind, string(f.Salt)}
	}
	return rs
}

// digest returns what r makes of a, whether a has the spelling, and the buffer to
// use for the next.
func (r recipe) digest(buf []byte, a contact.Address) (Digest, []byte, bool) {
	buf = buf[:0]
	if !r.behind {
		buf = append(buf, r.salt...)
	}
	buf, ok := r.spelling.append(buf, a)
	if !ok {
		return Digest{}, buf, false
	}
	if r.behind {
		buf = append(buf, r.salt...)
	}
	return r.hash.sum(buf), buf, true
}
