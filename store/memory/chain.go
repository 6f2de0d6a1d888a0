package memory

import (
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A chain is a [consent.Chain] in less room: a base of a million people has a
// million, of one act each.
type chain struct {
	number  int // in the chains of the Ledger
	id      consent.ChainID
	genesis consent.Digest
	salt    consent.Salt
	links   []link
	acts    []consent.Act // what Read gives out, and therefore never changes. An erasure makes new ones.
}

// A link is a [consent.Record] without its act, and without what follows from
// where it stands.
type link struct {
	salt               consent.Salt
	commitment, digest consent.Digest
	erased             bool
}

func linkOf(r *consent.Record) link {
	return link{salt: r.Salt, commitment: r.Commitment, digest: r.Digest}
}

// head is [consent.Chain.Head].
func (c *chain) head() consent.Digest {
	if n := len(c.links); n > 0 {
		return c.links[n-1].digest
	}
	return c.start()
}

// start is the head of c before its first act.
func (c *chain) start() consent.Digest {
	return (&consent.Chain{ID: c.id, Genesis: c.genesis}).Head()
}

func (c *chain) copy() consent.Chain {
	out := consent.Chain{ID: c.id, Genesis: c.genesis, GenesisSalt: c.salt, Records: make([]consent.Record, len(c.links))}
	previous := c.start()
	for i := range c.links {
		l := &c.links[i]
		out.Records[i] = consent.Record{
			Seq: uint64(i) + 1, Act: copyAct(c.acts[i]), Salt: l.salt, Erased: l.erased,
			Commitment: l.commitment, Previous: previous, Digest: l.digest,
		}
		previous = l.digest
	}
	return out
}

// A founding is a chain with its first link, in one piece of memory.
type founding struct {
	chain
	first [1]link
}

// A keptAct is an act with its evidence, in one piece of memory that goes when the
// person is erased and nobody reads it any more.
type keptAct struct {
	act      [1]consent.Act
	evidence consent.Evidence
}

// keep returns a with evidence of its own, as a list with no room behind it.
func keep(a *consent.Act) []consent.Act {
	if a.Evidence == nil {
		return []consent.Act{*a}
	}
	k := &keptAct{act: [1]consent.Act{*a}, evidence: *a.Evidence}
	k.act[0].Evidence = &k.evidence
	return k.act[:]
}

// copyAct returns a with slices and evidence of its own.
func copyAct(a consent.Act) consent.Act {
	a.Purposes = slices.Clone(a.Purposes)
	a.Grantees.Parties = slices.Clone(a.Grantees.Parties)
	a.Grantees.Groups = slices.Clone(a.Grantees.Groups)
	if a.Evidence != nil {
		e := *a.Evidence
		a.Evidence = &e
	}
	return a
}

// shared holds one copy of the short lists that most acts have alike.
type shared struct {
	purposes lists[contact.Purpose]
	parties  lists[contact.PartyID]
	groups   lists[contact.GroupID]
}

// share gives a, whose lists are somebody else's, lists of the store.
func (s *shared) share(a *consent.Act) {
	a.Purposes = s.purposes.of(a.Purposes)
	a.Grantees.Parties = s.parties.of(a.Grantees.Parties)
	a.Grantees.Groups = s.groups.of(a.Grantees.Groups)
}

// lists are lists that were seen: the last one, whose like comes next most
// often, and those of one text. Others are rare.
type lists[T ~string] struct {
	last []T
	one  map[T][]T
}

// maxShared bounds them, for acts that have nothing alike.
const maxShared = 4096

func (l *lists[T]) of(list []T) []T {
	switch {
	case list == nil:
		return nil
	case l.last != nil && slices.Equal(l.last, list):
		return l.last
	case len(list) != 1:
		l.last = slices.Clone(list)
		return l.last
	}
	if l.one == nil || len(l.one) > maxShared {
		l.one = map[T][]T{}
	}
	held, ok := l.one[list[0]]
	if !ok {
		held = slices.Clone(list)
		l.one[list[0]] = held
	}
	l.last = held
	return held
}
