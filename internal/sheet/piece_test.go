package sheet_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/accordsdk/accord/internal/sheet"
	"github.com/stretchr/testify/require"
)

// messy returns a file of lines that read otherwise together than alone.
func messy(random *rand.Rand, lines int) string {
	var b strings.Builder
	b.WriteString("id;name;city\r\n")
	for n := range lines {
		switch random.IntN(24) {
		case 0:
			b.WriteString("\n")
		case 1:
			b.WriteString("\r\n")
		case 2:
			fmt.Fprintf(&b, "%d;\"two\nlines\";x\n", n)
		case 3:
			fmt.Fprintf(&b, "%d;\"never closed;x\n", n)
		case 4:
			fmt.Fprintf(&b, "%d;H\xe9l\xe8ne;x\n", n)
		case 5:
			fmt.Fprintf(&b, "%d;Hélène;\xc3\n", n)
		case 6:
			fmt.Fprintf(&b, "%d;a\x00b;x\n", n)
		case 7:
			fmt.Fprintf(&b, "%d;two\n", n)
		case 8:
			fmt.Fprintf(&b, "%d;\r;x\r\r\n", n)
		case 9:
			b.WriteString(strings.Repeat("y", random.IntN(3)*40_000))
		case 10:
			fmt.Fprintf(&b, "%d;\"a \"\"b\"\"\";x\n", n)
		default:
			fmt.Fprintf(&b, "%d;Zoé;Orléans\n", n)
		}
	}
	return b.String()
}

// Pieces are what Next returns, record by record and position by position.
func TestPiecesAreTheRecords(t *testing.T) {
	t.Parallel()

	broken := errors.New("the line is down")
	for seed := range uint64(24) {
		random := rand.New(rand.NewPCG(seed, 1))
		text := messy(random, 1+random.IntN(3000))
		encoding := []sheet.Encoding{sheet.Detect, sheet.Detect, sheet.UTF8, sheet.Windows1252}[seed%4]
		open := func() *sheet.Reader {
			var in io.Reader = strings.NewReader(text)
			if seed%3 == 1 {
				in = iotest.DataErrReader(in)
			}
			if seed%3 == 2 {
				in = io.MultiReader(iotest.HalfReader(in), iotest.ErrReader(broken))
			}
			r := sheet.NewReader(in, encoding)
			_, err := r.Header(';', func([]string) int { return 0 })
			require.NoError(t, err)
			return r
		}
		one, many := open(), open()
		records, behind, last := inPieces(many)
		for n := 0; ; n++ {
			want, err := one.Next(nil)
			if err != nil {
				require.Len(t, records, n, "seed %d", seed)
				require.Equal(t, err, last.Err, "seed %d", seed)
				require.Equal(t, one.Position(), last.End, "seed %d", seed)
				break
			}
			require.Greater(t, len(records), n, "seed %d", seed)
			require.Equal(t, want, records[n], "seed %d", seed)
			require.Equal(t, one.Position(), behind[n], "seed %d, line %d", seed, want.Line)
		}
	}
}

func inPieces(r *sheet.Reader) (records []sheet.Record, behind []sheet.Position, last *sheet.Piece) {
	for {
		last = r.Piece()
		for {
			record, at, ok := last.Next(nil)
			if !ok {
				break
			}
			records, behind = append(records, record), append(behind, at)
		}
		if last.Err != nil {
			return records, behind, last
		}
	}
}
