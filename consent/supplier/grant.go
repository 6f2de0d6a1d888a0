package supplier

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// terms are what all grants of one form and grade have alike.
type terms struct {
	act      consent.Act
	document string
	digest   [32]byte
}

func (p *Profile) terms(f *Form, grade consent.Grade) *terms {
	notice := f.Notice.ID()
	t := &terms{act: consent.Act{
		Kind: consent.Given, By: consent.ByFile, Grade: grade, Purposes: f.Purposes, Grantees: f.Grantees,
		Base: p.Base, Notice: notice, Form: f.Name, Source: p.Supplier.Name, Hours: f.Hours,
	}}
	if f.Grantees.Category != "" {
		t.act.Grantees.PartnerList = notice
	}
	if grade == consent.Audited {
		t.document = p.Inspection.String()
	}
	h := sha256.New()
	write(h, "accord supplier grant 1", string(p.Supplier.ID), p.Supplier.Name, p.Contract, string(p.Base), f.Name, string(notice[:]),
		grade.String(), t.document, f.Channels.String(), f.Grantees.Category, string(t.act.Grantees.PartnerList[:]), fmt.Sprint(f.Hours.From, f.Hours.To))
	writeList(h, f.Purposes)
	writeList(h, f.Grantees.Parties)
	writeList(h, f.Grantees.Groups)
	h.Sum(t.digest[:0])
	return t
}

func write(h hash.Hash, parts ...string) {
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
}

func writeList[T ~string](h hash.Hash, list []T) {
	write(h, fmt.Sprint(len(list)))
	for _, part := range list {
		write(h, string(part))
	}
}

// id names the grant of the person behind f at the instant given. It depends on
// the terms, and neither on the line nor on the file: the same grant in another
// delivery is the same act. The fingerprint stands for the address, since an ID
// outlives an erasure; IP and URL are left out for the same reason.
func (t *terms) id(f contact.Fingerprint, at time.Time) uuid.UUID {
	var text [len(t.digest) + len(f) + 8]byte
	copy(text[:], t.digest[:])
	copy(text[len(t.digest):], f[:])
	binary.BigEndian.PutUint64(text[len(t.digest)+len(f):], uint64(at.UnixMicro()))
	sum := sha256.Sum256(text[:])
	id := uuid.UUID(sum[:16])
	id[6] = id[6]&0x0f | 0x80 // version 8: RFC 9562
	id[8] = id[8]&0x3f | 0x80
	return id
}

// state sets s to the grant that a line makes for one point, which the form
// asked for a channel to.
func (t *terms) state(s *consent.Statement, f *Form, c *contact.Contact, p contact.Point, l *line, evidence *consent.Evidence) {
	s.Address, s.Act = p.Address, t.act
	s.Act.ID = t.id(p.Fingerprint, l.at)
	s.Act.Channels = reaching(f.Channels, p.Address)
	s.Act.Happened = l.at.UTC().Truncate(time.Microsecond)
	s.Act.Subject = strings.Clone(c.Subject)
	*evidence = consent.Evidence{Document: t.document}
	evidence.IP, evidence.URL = l.texts()
	s.Act.Evidence = evidence
}

// texts returns IP address and URL as evidence has them, in one piece of memory.
func (l *line) texts() (ip, url string) {
	var room [256]byte
	b := room[:0]
	if l.ip.IsValid() {
		b = l.ip.AppendTo(b)
	}
	n := len(b)
	both := string(append(b, l.url...))
	return both[:n], both[n:]
}

// reaching returns the channels of s that reach a.
func reaching(s contact.ChannelSet, a contact.Address) (out contact.ChannelSet) {
	for c := contact.SMS; c.Valid(); c++ {
		if s.Has(c) && a.Reaches(c) {
			out |= contact.Channels(c)
		}
	}
	return out
}
