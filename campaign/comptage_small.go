package campaign

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math/bits"
	"slices"

	"github.com/accordsdk/accord/contact"
)

const (
	// small is the number of people under which nothing may be told.
	small = SmallCount
	// near bounds how alike two sets are that get one answer: a distance
	// between small and near is drawn for each pair.
	near = 2 * small
	// powers is how many power sums a set is kept as: two for each person of a
	// distance that must come out, and two to see that it is no greater.
	powers = 2*near + 2

	prime = 1<<61 - 1 // of the field that the sums are in
)

// A peopleSet is a set of contacts as power sums of their keyed hashes in a
// prime field: too little to find anybody by, and enough to tell how many
// contacts two sets do not share, exactly, up to near.
//
// The differences of the sums of two sets are the sums of ±x^k over those that
// only one of them has. Such a sequence obeys a linear recurrence whose order is
// the number of different x, and the Berlekamp-Massey algorithm finds it. Set
// reconciliation rests on the same (Minsky, Trachtenberg, Zippel 2003).
type peopleSet struct {
	n    int
	sums [powers]uint64
}

func (s *peopleSet) add(x uint64) {
	s.n++
	power := x
	for i := range s.sums {
		s.sums[i] = plus(s.sums[i], power)
		power = times(power, x)
	}
}

// distance returns how many contacts are in one of s and t alone, and whether
// that is at most near: when it is not, the number says nothing.
func (s *peopleSet) distance(t *peopleSet) (int, bool) {
	if d := s.n - t.n; d > near || d < -near {
		return 0, false // most pairs, at no cost
	}
	var diff [powers]uint64
	for i := range diff {
		diff[i] = plus(s.sums[i], prime-t.sums[i])
	}
	d := recurrence(&diff)
	return d, d <= near
}

// recurrence returns the order of the shortest linear recurrence that s obeys.
func recurrence(s *[powers]uint64) int {
	current, before := make([]uint64, powers+1), make([]uint64, powers+1)
	current[0], before[0] = 1, 1
	order, gap, last := 0, 1, uint64(1)
	for i := range s {
		d := s[i]
		for j := 1; j <= order; j++ {
			d = plus(d, times(current[j], s[i-j]))
		}
		if d == 0 {
			gap++
			continue
		}
		kept := slices.Clone(current)
		factor := times(d, inverse(last))
		for j := 0; j+gap <= powers; j++ {
			current[j+gap] = plus(current[j+gap], prime-times(factor, before[j]))
		}
		if 2*order > i {
			gap++
			continue
		}
		order, before, last, gap = i+1-order, kept, d, 1
	}
	return order
}

func plus(a, b uint64) uint64 {
	if a += b; a >= prime {
		a -= prime
	}
	return a
}

func times(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return plus(lo&prime, hi<<3|lo>>61) // 2^61 is 1 in the field
}

func inverse(a uint64) uint64 {
	out := uint64(1)
	for e := uint64(prime - 2); e > 0; e >>= 1 {
		if e&1 == 1 {
			out = times(out, a)
		}
		a = times(a, a)
	}
	return out
}

func (s *peopleSet) bytes() []byte {
	out := binary.BigEndian.AppendUint64(make([]byte, 0, 8*(powers+1)), uint64(s.n))
	for _, x := range s.sums {
		out = binary.BigEndian.AppendUint64(out, x)
	}
	return out
}

// readSet reads what bytes wrote, and reports whether it could.
func readSet(b []byte) (peopleSet, bool) {
	var s peopleSet
	if len(b) != 8*(powers+1) {
		return s, false
	}
	s.n = int(binary.BigEndian.Uint64(b))
	for i := range s.sums {
		s.sums[i] = binary.BigEndian.Uint64(b[8*(i+1):])
		if s.sums[i] >= prime {
			return s, false
		}
	}
	return s, true
}

// A blur makes the numbers that clients are told. It is used by one goroutine.
type blur struct {
	mac hash.Hash
	sum [sha256.Size]byte
}

func newBlur(secret []byte) *blur { return &blur{mac: hmac.New(sha256.New, secret)} }

func (b *blur) hash(parts ...[]byte) *[sha256.Size]byte {
	b.mac.Reset()
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		b.mac.Write(n[:])
		b.mac.Write(p)
	}
	b.mac.Sum(b.sum[:0])
	return &b.sum
}

// element returns what stands for a contact in a peopleSet: not zero, and the
// same for ever, since the secret and the host's IDs stay.
func (b *blur) element(base contact.BaseID, id contact.ID) uint64 {
	h := b.hash([]byte("contact"), []byte(base), []byte(id))
	return binary.BigEndian.Uint64(h[:])%(prime-1) + 1
}

// closeEnough draws the distance under which two sets get one answer: at least
// small, so that it hides a handful, and not the same for every pair, so that
// nobody can build two sets that lie on either side of it.
func (b *blur) closeEnough(s, t *peopleSet) int {
	h := b.hash([]byte("near"), s.bytes()[:24], t.bytes()[:24])
	return small + int(binary.BigEndian.Uint64(h[:])%(near-small))
}

// count returns what is told of a set of n, which seed stands for: the noise is
// the same for the same seed, triangular on -20 to 20, with a standard deviation
// of 8.6.
func (b *blur) count(n int, seed []byte) Count {
	h := b.hash([]byte("noise"), seed)
	noise := int(binary.BigEndian.Uint64(h[:])%(small+1)) + int(binary.BigEndian.Uint64(h[8:])%(small+1)) - small
	if n+noise < 2*small { // and so whenever n < small
		return Count{Few: true}
	}
	return Count{N: (n + noise + small/2) / small * small}
}
