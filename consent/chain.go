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
	h := sha256.New()
	h.Write(salt[:])
	h.Write(a.AppendReveal(nil))
	return Chain{ID: id, Genesis: Digest(h.Sum(nil)), GenesisSalt: salt}
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
	f := newFramer()
	f.text("accord genesis 1")
	f.bytes(c.ID[:])
	f.bytes(c.Genesis[:])
	return f.sum()
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
	a.Happened, a.Recorded, a.Expires = stamp(a.Happened), stamp(a.Recorded), stamp(a.Expires)
	r := Record{
		Seq:        uint64(len(c.Records)) + 1,
		Act:        a,
		Salt:       salt,
		Commitment: commitment(&a, salt),
		Previous:   c.Head(),
	}
	r.Digest = r.digest(c.ID)
	return r
}

func commitment(a *Act, salt Salt) Digest {
	f := newFramer()
	f.bytes(salt[:])
	f.text(a.Subject)
	if e := a.Evidence; e != nil {
		for _, s := range []string{e.Text, e.Event, e.IP, e.URL, e.Document} {
			f.text(s)
		}
	}
	return f.sum()
}

func (r *Record) digest(chain ChainID) Digest {
	f := newFramer()
	f.text("accord record 1")
	f.bytes(chain[:])
	f.number(r.Seq)
	f.bytes(r.Previous[:])
	a := &r.Act
	f.bytes(a.ID[:])
	f.bytes([]byte{byte(a.Kind), byte(a.By), byte(a.Grade), byte(a.Channels)})
	f.number(uint64(len(a.Purposes)))
	for _, p := range a.Purposes {
		f.text(string(p))
	}
	f.number(uint64(len(a.Grantees.Parties)))
	for _, p := range a.Grantees.Parties {
		f.text(string(p))
	}
	f.number(uint64(len(a.Grantees.Groups)))
	for _, g := range a.Grantees.Groups {
		f.text(string(g))
	}
	f.text(a.Grantees.Category)
	f.bytes(a.Grantees.PartnerList[:])
	f.text(string(a.Base))
	f.text(string(a.Election))
	f.bytes(a.Dispatch[:])
	f.bytes(a.Notice[:])
	f.text(a.Form)
	f.text(a.Source)
	f.number(uint64(a.Hours.From))
	f.number(uint64(a.Hours.To))
	f.time(a.Happened)
	f.time(a.Recorded)
	f.time(a.Expires)
	f.bytes(r.Commitment[:])
	return f.sum()
}

// framer puts length-prefixed parts one behind the other, so that no two lists of
// parts share a hash. It hashes them in one piece: a part at a time takes three
// times as long.
type framer struct{ b []byte }

// newFramer returns a framer with room for what nearly every act has.
func newFramer() framer { return framer{make([]byte, 0, 512)} }

func (f *framer) bytes(b []byte) {
	f.number(uint64(len(b)))
	f.b = append(f.b, b...)
}

func (f *framer) text(s string) {
	f.number(uint64(len(s)))
	f.b = append(f.b, s...)
}

func (f *framer) number(n uint64) { f.b = binary.BigEndian.AppendUint64(f.b, n) }

// time writes t as microseconds since 1970, and the zero time as nothing, which
// is not 1970.
func (f *framer) time(t time.Time) {
	if t.IsZero() {
		f.bytes(nil)
		return
	}
	f.number(8)
	f.number(uint64(t.UnixMicro()))
}

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
