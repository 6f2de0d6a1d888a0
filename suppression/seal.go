package suppression

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrSeal is in the tree of errors that say that a sealed list cannot be opened
// whole: it was closed with another passphrase or key, or was changed or cut.
var ErrSeal = errors.New("sealed list not opened")

// A sealed list is
//
//	magic | mode | length of how (2 bytes) | how | MAC of all that | chunks
//
// where how leads to the file's secret: for a passphrase the rounds of PBKDF2 (4
// bytes) and a salt, for a key the number of its KEM (2 bytes) and the secret
// under HPKE (RFC 9180). Numbers are big-endian. The MAC, of a key derived from
// the secret, tells a wrong passphrase from a file that was changed, and binds
// the chunks to one header.
const (
	sealMagic      = "accord refusals 1\n"
	sealPassphrase = 'p'
	sealKey        = 'k'

	// sealRounds is what the OWASP Password Storage Cheat Sheet asks of PBKDF2
	// with HMAC-SHA-256 (2023): 600,000.
	sealRounds = 600_000
	// maxSealRounds bounds what a file can make a reader spend: a few seconds.
	maxSealRounds = 10_000_000

	minPassphrase = 12
	saltSize      = 16
	secretSize    = 32
	maxHow        = 4096 // the largest KEM there is, with room
)

// A Sealer closes a sealed list. The zero Sealer closes none. It prints as
// nothing but its kind.
type Sealer struct {
	mode byte
	// how draws a secret for one file, and says how to find it again.
	how func() (how, secret []byte, err error)
}

// An Opener opens a sealed list. The zero Opener opens none. It prints as
// nothing but its kind.
type Opener struct {
	mode byte
	find func(how []byte) (secret []byte, err error)
}

// SealWithPassphrase returns a Sealer whose lists can be opened by who knows
// phrase. It has 12 bytes or more. One that a person chose can be guessed by who
// has the file, so draw it: five words or more of a list of thousands.
func SealWithPassphrase(phrase string) (Sealer, error) {
	if len(phrase) < minPassphrase {
		return Sealer{}, fmt.Errorf("suppression: a passphrase of %d bytes, want %d or more", len(phrase), minPassphrase)
	}
	return Sealer{sealPassphrase, func() (how, secret []byte, err error) {
		salt := make([]byte, saltSize)
		_, _ = rand.Read(salt) // never fails
		how = append(binary.BigEndian.AppendUint32(nil, sealRounds), salt...)
		secret, err = pbkdf2.Key(sha256.New, phrase, salt, sealRounds, secretSize)
		return how, secret, err
	}}, nil
}

// SealTo returns a Sealer whose lists can be opened with the private key of key
// alone. Everyone who has key can seal such a list: that it is authentic then
// says that nobody changed it, and not who wrote it. hpke.MLKEM768X25519 makes
// keys that last.
func SealTo(key hpke.PublicKey) Sealer {
	return Sealer{sealKey, func() (how, secret []byte, err error) {
		secret = make([]byte, secretSize)
		_, _ = rand.Read(secret) // never fails
		box, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(sealMagic), secret)
		if err != nil {
			return nil, nil, err
		}
		return append(binary.BigEndian.AppendUint16(nil, key.KEM().ID()), box...), secret, nil
	}}
}

// OpenWithPassphrase returns an Opener for lists that [SealWithPassphrase]
// closed.
func OpenWithPassphrase(phrase string) Opener {
	return Opener{sealPassphrase, func(how []byte) ([]byte, error) {
		if len(how) != 4+saltSize {
			return nil, fmt.Errorf("%w: a header of another length", ErrSeal)
		}
		rounds := binary.BigEndian.Uint32(how)
		if rounds < 1 || rounds > maxSealRounds {
			return nil, fmt.Errorf("%w: %d rounds of PBKDF2, want at most %d", ErrSeal, rounds, maxSealRounds)
		}
		return pbkdf2.Key(sha256.New, phrase, how[4:], int(rounds), secretSize)
	}}
}

// OpenWith returns an Opener for lists that [SealTo] closed for the public key
// of key.
func OpenWith(key hpke.PrivateKey) Opener {
	return Opener{sealKey, func(how []byte) ([]byte, error) {
		if len(how) < 2 || binary.BigEndian.Uint16(how) != key.KEM().ID() {
			return nil, fmt.Errorf("%w: it was closed for a key of another kind", ErrSeal)
		}
		secret, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(sealMagic), how[2:])
		if err != nil || len(secret) != secretSize {
			return nil, fmt.Errorf("%w: another key, or a header that was changed", ErrSeal)
		}
		return secret, nil
	}}
}

// Format writes the kind of s, whatever the verb.
func (s Sealer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "sealer:"+sealKind(s.mode)) }

// Format writes the kind of o, whatever the verb.
func (o Opener) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "opener:"+sealKind(o.mode)) }

func sealKind(mode byte) string {
	switch mode {
	case sealPassphrase:
		return "passphrase"
	case sealKey:
		return "key"
	default:
		return "none"
	}
}

// header draws a secret and returns the header of a file with it.
func (s Sealer) header() (header, secret []byte, err error) {
	if s.how == nil {
		return nil, nil, errors.New("Sealer is the zero Sealer")
	}
	how, secret, err := s.how()
	if err != nil {
		return nil, nil, err
	}
	header = append([]byte(sealMagic), s.mode)
	header = binary.BigEndian.AppendUint16(header, uint16(len(how)))
	header = append(header, how...)
	mac, err := headerMAC(secret, header)
	return append(header, mac...), secret, err
}

// open reads a header and returns the secret.
func (o Opener) open(r io.Reader) ([]byte, error) {
	if o.find == nil {
		return nil, errors.New("Opener is the zero Opener")
	}
	header := make([]byte, len(sealMagic)+3)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, cut(err, "in its header")
	}
	if string(header[:len(sealMagic)]) != sealMagic {
		return nil, fmt.Errorf("%w: not a sealed list of this version", ErrSeal)
	}
	if mode := header[len(sealMagic)]; mode != o.mode {
		return nil, fmt.Errorf("%w: it was closed with a %s, and is to be opened with a %s", ErrSeal, sealKind(mode), sealKind(o.mode))
	}
	size := int(binary.BigEndian.Uint16(header[len(sealMagic)+1:]))
	if size > maxHow {
		return nil, fmt.Errorf("%w: a header of another length", ErrSeal)
	}
	rest := make([]byte, size+sha256.Size)
	if _, err := io.ReadFull(r, rest); err != nil {
		return nil, cut(err, "in its header")
	}
	how, mac := rest[:size], rest[size:]
	secret, err := o.find(how)
	if err != nil {
		return nil, err
	}
	want, err := headerMAC(secret, slices.Concat(header, how))
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(mac, want) {
		return nil, fmt.Errorf("%w: another %s, or a header that was changed", ErrSeal, sealKind(o.mode))
	}
	return secret, nil
}

func headerMAC(secret, header []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "accord refusals header", sha256.Size)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, key)
	_, _ = m.Write(header) // never fails
	return m.Sum(nil), nil
}

// cut says where a file ends too early, and passes other errors on.
func cut(err error, where string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it was cut %s", ErrSeal, where)
	}
	return err
}
