package suppression

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"

	"github.com/accordsdk/accord/contact"
)

// ErrKey is in the tree of errors that say that fingerprints were made with
// another secret than those on the list. A wrong secret finds no refusal at
// all, so every question asked with one fails. It is contact.ErrKey.
var ErrKey = contact.ErrKey

// minSecret is 128 bits: out of reach of a search when they are random.
const minSecret = 16

// A Keyring makes fingerprints. It holds one secret, or a chain of them after
// rotations: with secrets a, b, c the fingerprint of an address is
//
//	HMAC(c, HMAC(b, HMAC(a, address)))
//
// each cut to 16 bytes, so that a list can be moved to a new secret without
// knowing the addresses on it. It is safe for concurrent use.
type Keyring struct {
	// secrets are functions, which no printer looks into: some reflect on
	// unexported fields instead of calling methods.
	secrets []func() []byte
	id      contact.KeyID
	hashers sync.Pool
}

// NewKeyring returns a Keyring over secrets, oldest first, each of at least 16
// bytes from a random source. Keep them apart from the lists: who has both can
// find which numbers are listed by trying them all.
func NewKeyring(secrets ...[]byte) (*Keyring, error) {
	if len(secrets) == 0 {
		return nil, errors.New("suppression: keyring: no secret")
	}
	k := &Keyring{}
	for i, s := range secrets {
		if len(s) < minSecret {
			return nil, fmt.Errorf("suppression: keyring: secret %d has %d bytes, want %d or more", i+1, len(s), minSecret)
		}
		own := slices.Clone(s)
		k.secrets = append(k.secrets, func() []byte { return own })
	}
	k.hashers.New = func() any { return k.newHasher() }
	// The check value is the hash of a text that no address can be.
	h := k.newHasher()
	check := h.chain([]byte("accord key check 1"))
	copy(k.id[:], check[:])
	return k, nil
}

// Rotated returns a Keyring with one more secret. Move every store to it with
// [Rotate].
func (k *Keyring) Rotated(secret []byte) (*Keyring, error) {
	chain := make([][]byte, 0, len(k.secrets)+1)
	for _, s := range k.secrets {
		chain = append(chain, s())
	}
	return NewKeyring(append(chain, secret)...)
}

// ID returns the check value of k. Stores keep it, and compare it with that of
// whoever asks; it does not give the secrets away.
func (k *Keyring) ID() contact.KeyID { return k.id }

// String names k by its check value.
func (k *Keyring) String() string { return fmt.Sprintf("keyring:%x", k.id) }

// GoString is String: the secrets are not printed.
func (k *Keyring) GoString() string { return k.String() }

// Format writes String, whatever the verb.
func (k *Keyring) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(k.String())) }

// Fingerprint returns the fingerprint of a, and the zero Fingerprint for the
// zero Address. For many addresses in a row, [Keyring.Hasher] is faster.
func (k *Keyring) Fingerprint(a contact.Address) contact.Fingerprint {
	h := k.hashers.Get().(*Hasher)
	defer k.hashers.Put(h)
	return h.Fingerprint(a)
}

// Hasher returns a maker of fingerprints for one goroutine, which allocates
// nothing for each.
func (k *Keyring) Hasher() *Hasher { return k.newHasher() }

func (k *Keyring) newHasher() *Hasher {
	h := &Hasher{}
	for _, s := range k.secrets {
		h.macs = append(h.macs, hmac.New(sha256.New, s()))
	}
	return h
}

// A Hasher makes fingerprints for one goroutine at a time.
type Hasher struct {
	macs  []hash.Hash
	text  []byte
	sum   []byte
	print contact.Fingerprint
}

// Fingerprint does what [Keyring.Fingerprint] does.
func (h *Hasher) Fingerprint(a contact.Address) contact.Fingerprint {
	if a.IsZero() {
		return contact.Fingerprint{}
	}
	h.text = a.AppendReveal(h.text[:0])
	f := h.chain(h.text)
	clear(h.text)
	return f
}

// Format writes nothing of what h has seen or knows, whatever the verb.
func (h *Hasher) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("hasher")) }

// wrap is what a rotation to the last secret of k does to a fingerprint. It is
// safe for concurrent use, like k. What is missing stays missing.
func (k *Keyring) wrap(f contact.Fingerprint) contact.Fingerprint {
	if f.IsZero() {
		return f
	}
	h := k.hashers.Get().(*Hasher)
	defer k.hashers.Put(h)
	h.print = f
	return h.chain(h.print[:])
}

func (h *Hasher) chain(text []byte) contact.Fingerprint {
	for i, m := range h.macs {
		m.Reset()
		if i == 0 {
			m.Write(text)
		} else {
			m.Write(h.print[:])
		}
		h.sum = m.Sum(h.sum[:0])
		copy(h.print[:], h.sum)
	}
	return h.print
}

// Stamp sets the fingerprint of every point of contacts.
func (h *Hasher) Stamp(contacts []contact.Contact) {
	for i := range contacts {
		points := contacts[i].Points
		for j := range points {
			points[j].Fingerprint = h.Fingerprint(points[j].Address)
		}
	}
}
