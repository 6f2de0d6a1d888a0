package consent

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"time"

	"github.com/accordsdk/accord/contact"
)

// NewGenesis returns the commitment with which the chain called id starts: to
// the address a under salt, SHA-256(salt ‖ address).
func NewGenesis(id ChainID, a contact.Address, salt Salt) Chain {
	var room [128]byte
	text := a.AppendReveal(append(room[:0], salt[:]...))
	c := Chain{ID: id, Genesis: sha256.Sum256(text), GenesisSalt: salt}
	clear(text)
	return c
}

// About reports whether c is the chain of a. It cannot say after an erasure.
func (c *Chain) About(a contact.Address) bool {
	return c.GenesisSalt != Salt{} && NewGenesis(c.ID, a, c.GenesisSalt).Genesis == c.Genesis
}

// Head returns the digest that the next record of c must name as its previous.
func (c *Chain) Head() Digest {
	if n := len(c.Records); n > 0 {
		return c.Records[n-1].Digest
	}
	var room [framed]byte
	b := frame(room[:0], "accord genesis 1")
	b = frame(b, c.ID[:])
	b = frame(b, c.Genesis[:])
	return sha256.Sum256(b)
}

// Link returns the record that appends a to c under salt. It does not change c.
// The act of the record is a with its times as Accord stores them: in UTC and
// whole microseconds.
//
// The commitment is SHA-256(salt ‖ subject ‖ evidence); the digest is
// SHA-256(version ‖ chain ‖ seq ‖ previous ‖ the other fields ‖ commitment),
// each part prefixed with its length. An erasure drops salt, subject and
// evidence, and the digest can still be computed.
func Link(c *Chain, a Act, salt Salt) Record {
	return LinkAfter(c.ID, uint64(len(c.Records)), c.Head(), a, salt)
}

// LinkAfter is [Link] for a store that does not hold the records of a chain: it
// returns the one that appends a to the chain called id, which has seq records
// and the head given.
func LinkAfter(id ChainID, seq uint64, head Digest, a Act, salt Salt) Record {
	a.Happened, a.Recorded, a.Expires = stamp(a.Happened), stamp(a.Recorded), stamp(a.Expires)
	r := Record{Seq: seq + 1, Act: a, Salt: salt, Commitment: commitment(&a, salt), Previous: head}
	r.Digest = r.digest(id)
	return r
}

func commitment(a *Act, salt Salt) Digest {
	var room [framed]byte
	b := frame(room[:0], salt[:])
	b = frame(b, a.Subject)
	if e := a.Evidence; e != nil {
		b = frame(b, e.Text)
		b = frame(b, e.Event)
		b = frame(b, e.IP)
		b = frame(b, e.URL)
		b = frame(b, e.Document)
	}
	return sha256.Sum256(b)
}

func (r *Record) digest(chain ChainID) Digest {
	var room [framed]byte
	b := frame(room[:0], "accord record 1")
	b = frame(b, chain[:])
	b = frameNumber(b, r.Seq)
	b = frame(b, r.Previous[:])
	a := &r.Act
	b = frame(b, a.ID[:])
	b = frameNumber(b, 4)
	b = append(b, byte(a.Kind), byte(a.By), byte(a.Grade), byte(a.Channels))
	b = frameList(b, a.Purposes)
	b = frameList(b, a.Grantees.Parties)
	b = frameList(b, a.Grantees.Groups)
	b = frame(b, a.Grantees.Category)
	b = frame(b, a.Grantees.PartnerList[:])
	b = frame(b, string(a.Base))
	b = frame(b, string(a.Election))
	b = frame(b, a.Dispatch[:])
	b = frame(b, a.Notice[:])
	b = frame(b, a.Form)
	b = frame(b, a.Source)
	b = frameNumber(b, uint64(a.Hours.From))
	b = frameNumber(b, uint64(a.Hours.To))
	b = frameTime(b, a.Happened)
	b = frameTime(b, a.Recorded)
	b = frameTime(b, a.Expires)
	b = frame(b, r.Commitment[:])
	return sha256.Sum256(b)
}

// framed is the room that nearly every act takes, on the stack: a piece of the
// heap for each hash is what an import of millions would wait for.
const framed = 640

// The functions that start with frame append length-prefixed parts to b, so
// that no two lists of parts share a hash. They are hashed in one piece: a part
// at a time takes three times as long.

func frame[T string | []byte](b []byte, part T) []byte {
	b = frameNumber(b, uint64(len(part)))
	return append(b, part...)
}

func frameList[T ~string](b []byte, list []T) []byte {
	b = frameNumber(b, uint64(len(list)))
	for _, part := range list {
		b = frame(b, string(part))
	}
	return b
}

func frameNumber(b []byte, n uint64) []byte { return binary.BigEndian.AppendUint64(b, n) }

// frameTime appends t as microseconds since 1970, and the zero time as nothing,
// which is not 1970.
func frameTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return frameNumber(b, 0)
	}
	return frameNumber(frameNumber(b, 8), uint64(t.UnixMicro()))
}

// framer puts parts one behind the other as frame does, where a piece of the
// heap does no harm.
type framer struct{ b []byte }

func newFramer() framer { return framer{make([]byte, 0, 512)} }

func (f *framer) bytes(b []byte) { f.b = frame(f.b, b) }

func (f *framer) text(s string) { f.b = frame(f.b, s) }

func (f *framer) number(n uint64) { f.b = frameNumber(f.b, n) }

func (f *framer) time(t time.Time) { f.b = frameTime(f.b, t) }

func (f *framer) sum() Digest { return sha256.Sum256(f.b) }

// Check returns what is wrong inside c, nil when nothing is.
func (c *Chain) Check() []Fault {
	var faults []Fault
	fault := func(seq uint64, format string, args ...any) {
		faults = append(faults, Fault{Chain: c.ID, Seq: seq, What: fmt.Sprintf(format, args...)})
	}
	at := Chain{ID: c.ID, Genesis: c.Genesis}
	for i := range c.Records {
		r := &c.Records[i]
		want := uint64(i) + 1
		if r.Seq != want {
			fault(want, "numbered %d", r.Seq)
		}
		if r.Previous != at.Head() {
			fault(want, "does not follow the record before it")
		}
		if !r.Erased && r.Commitment != commitment(&r.Act, r.Salt) {
			fault(want, "evidence is not what was committed to")
		}
		if r.Erased && (r.Act.Evidence != nil || r.Act.Subject != "" || r.Salt != Salt{}) {
			fault(want, "evidence in a record that says it was erased")
		}
		if r.Digest != r.digest(c.ID) {
			fault(want, "content is not what was recorded")
		}
		at.Records = c.Records[:i+1]
	}
	return faults
}

// SameAct reports whether two acts with one ID are the same act, for stores
// that must tell a repetition from a conflict. The times of recording are not
// compared, nor is evidence that one of them no longer has.
func SameAct(a, b Act) bool {
	a.Recorded, b.Recorded = time.Time{}, time.Time{}
	if a.Evidence == nil || b.Evidence == nil {
		a.Evidence, b.Evidence = nil, nil
		if a.Subject == "" || b.Subject == "" {
			a.Subject, b.Subject = "", "" // erased with the evidence
		}
	}
	for _, x := range []*Act{&a, &b} {
		x.Happened, x.Expires = stamp(x.Happened), stamp(x.Expires)
		if len(x.Purposes) == 0 {
			x.Purposes = nil
		}
		if len(x.Grantees.Parties) == 0 {
			x.Grantees.Parties = nil
		}
		if len(x.Grantees.Groups) == 0 {
			x.Grantees.Groups = nil
		}
	}
	return reflect.DeepEqual(a, b)
}
