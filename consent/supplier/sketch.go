package supplier

// A sketch counts keys in a fixed amount of memory, however many there are: a
// count-min sketch with conservative update (Cormode and Muthukrishnan, 2005;
// Estan and Varghese, 2002). The cells of a key are in one block of 64 bytes, a
// cell in each quarter, so that a look-up waits for memory once.
//
// It never says less than the true count, so that a key that occurs too often is
// always found. It may say more: of a million different keys one in eight by
// a few, with ten million each by about four and none by more than ten.
type sketch struct {
	blocks [][sketchRows][sketchRows]uint32
}

const (
	sketchRows   = 4
	sketchBlocks = 1 << 18 // 16 MiB in all
)

func newSketch() *sketch {
	return &sketch{make([][sketchRows][sketchRows]uint32, sketchBlocks)}
}

// cells returns those of key: it is in none but these.
func (s *sketch) cells(key uint64) (cells [sketchRows]*uint32) {
	key = mix(key)
	block := &s.blocks[key%sketchBlocks]
	key >>= 32
	for i := range cells {
		cells[i] = &block[i][key%sketchRows]
		key /= sketchRows
	}
	return cells
}

func (s *sketch) add(key uint64) {
	cells := s.cells(key)
	least := least(cells)
	if least == ^uint32(0) {
		return
	}
	for _, cell := range cells {
		if *cell == least {
			*cell++
		}
	}
}

// touch waits for the block of key. Blocks that are touched one behind the
// other are waited for together, which blocks that are added to are not.
func (s *sketch) touch(key uint64) uint32 { return s.blocks[mix(key)%sketchBlocks][0][0] }

// count returns how often key was added, or more.
func (s *sketch) count(key uint64) uint32 { return least(s.cells(key)) }

func least(cells [sketchRows]*uint32) uint32 {
	return min(*cells[0], *cells[1], *cells[2], *cells[3])
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
