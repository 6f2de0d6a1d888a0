package supplier

// A sketch counts keys in a fixed amount of memory, however many there are: a
// count-min sketch with conservative update (Cormode and Muthukrishnan, 2005;
// Estan and Varghese, 2002). It never says less than the true count, so that a
// key that occurs too often is always found. It may say more: with up to a
// million different keys hardly ever, with ten million by about ten.
type sketch struct {
	rows [sketchRows][]uint32
}

const (
	sketchRows  = 4
	sketchWidth = 1 << 20 // cells in a row: 16 MiB in all
)

func newSketch() *sketch {
	s := &sketch{}
	for i := range s.rows {
		s.rows[i] = make([]uint32, sketchWidth)
	}
	return s
}

func (s *sketch) cells(key uint64) (at [sketchRows]uint32) {
	for i := range at {
		key = mix(key)
		at[i] = uint32(key % sketchWidth)
	}
	return at
}

func (s *sketch) add(key uint64) {
	at := s.cells(key)
	least := s.least(at)
	if least == ^uint32(0) {
		return
	}
	for i := range at {
		if cell := &s.rows[i][at[i]]; *cell == least {
			*cell++
		}
	}
}

// count returns how often key was added, or more.
func (s *sketch) count(key uint64) uint32 { return s.least(s.cells(key)) }

func (s *sketch) least(at [sketchRows]uint32) uint32 {
	least := s.rows[0][at[0]]
	for i := 1; i < sketchRows; i++ {
		least = min(least, s.rows[i][at[i]])
	}
	return least
}

// mix is splitmix64, by Sebastiano Vigna (public domain): every bit of x moves
// every bit of the answer. It has no secret: who makes keys collide only has
// lines of their own flagged.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
