package consent

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// ErrConflict is in the tree of errors about an act or assessment whose ID is
// used already for another.
var ErrConflict = errors.New("ID used for another")

// A ChainID names a chain. It is random, so that it says nothing of the address.
type ChainID = uuid.UUID

// A Digest is a SHA-256.
type Digest [32]byte

// String returns the first 12 hexadecimal digits of d.
func (d Digest) String() string { return hex.EncodeToString(d[:6]) }

// MarshalText returns the 64 hexadecimal digits of d.
func (d Digest) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(d[:])), nil }

// UnmarshalText reads what [Digest.MarshalText] writes.
func (d *Digest) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(d) {
		return fmt.Errorf("consent: digest: want 64 hexadecimal digits")
	}
	copy(d[:], b)
	return nil
}

// A Salt is 32 random bytes that hide what a commitment commits to.
type Salt [32]byte

// An Entry is an act with the address that it is about.
type Entry struct {
	Fingerprint contact.Fingerprint
	// Address is committed to by the first record of its chain, and not kept.
	// It is zero where only a fingerprint is known.
	Address contact.Address
	Act     Act
}

// A Receipt says where an act stands.
type Receipt struct {
	Chain ChainID `json:"chain"`
	Seq   uint64  `json:"seq"` // 1 for the first of a chain
	New   bool    `json:"new"` // false when the act was there already
}

// A History is what is known of one address: the acts of its chain in the order
// in which they were appended. An address without acts has the zero History.
type History struct {
	Chain ChainID
	Acts  []Act
}

// A Record is an act as a chain holds it.
type Record struct {
	Seq        uint64 `json:"seq"`
	Act        Act    `json:"act"`
	Salt       Salt   `json:"salt,omitzero"` // zero after an erasure
	Erased     bool   `json:"erased,omitempty"`
	Commitment Digest `json:"commitment"`
	Previous   Digest `json:"previous"`
	Digest     Digest `json:"digest"`
}

// A Chain is everything recorded about one address, without the address.
type Chain struct {
	ID ChainID `json:"id"`
	// Genesis commits to the salted address.
	Genesis     Digest   `json:"genesis"`
	GenesisSalt Salt     `json:"genesis_salt,omitzero"` // zero after an erasure
	Records     []Record `json:"records"`
}

// A Ledger keeps acts, append-only, in one chain for each address. Hosts write
// through a [Register]; Append is for adapters. Implementations are safe for
// concurrent use, and read and write the primary copy of their data: once
// Append has returned, every later Read anywhere sees the acts.
//
// What was appended is returned byte for byte, and times in UTC and whole
// microseconds. A call whose context is done changes nothing, and returns an
// error with context.Cause in its tree.
//
// The first call that names a key binds the Ledger to it; any call with another
// key fails with suppression.ErrKey and changes nothing.
type Ledger interface {
	// Append appends acts, all or none, and returns where each stands. It makes
	// records with [NewGenesis] and [Link] or [LinkAfter]. It is idempotent by the ID of the
	// act: an act that is there already changes nothing and gets the receipt of
	// the first time, and an ID used for another act or another address fails
	// with [ErrConflict].
	// Recorded times and erased evidence are not compared. An act that is not
	// valid fails. Append keeps copies.
	Append(ctx context.Context, key contact.KeyID, entries []Entry) ([]Receipt, error)

	// Read returns the history of each of fingerprints, in their order. Callers
	// do not change the acts, which may be the store's own: a preview reads
	// millions.
	Read(ctx context.Context, key contact.KeyID, fingerprints []contact.Fingerprint) ([]History, error)

	// Chain returns one chain, or an error with contact.ErrNotFound in its tree.
	Chain(ctx context.Context, id ChainID) (Chain, error)

	// Walk returns at most limit chains whose IDs are greater than after, byte
	// by byte, in ascending order. The zero ChainID is the start. An answer
	// without chains is the end.
	Walk(ctx context.Context, after ChainID, limit int) ([]Chain, error)

	// Erase removes evidence, subjects and salts from the chain of an address.
	// What remains can be verified, and still holds every act: a refusal
	// survives. No chain is not an error.
	Erase(ctx context.Context, key contact.KeyID, fingerprint contact.Fingerprint) error

	// Rotate replaces every fingerprint f of the index by wrap(f), in one step,
	// when the Ledger's key is from, and does nothing when it is to or when the
	// Ledger is bound to no key yet, which to then becomes. Chains do not
	// change.
	Rotate(ctx context.Context, from, to contact.KeyID, wrap func(contact.Fingerprint) contact.Fingerprint) error
}
