package supplier_test

import (
	"testing"

	"github.com/accordsdk/accord/consent/supplier"
	"github.com/stretchr/testify/require"
)

// The budget is 200,000 lines a second, into stores in memory.
func BenchmarkImport(b *testing.B) {
	for name, lines := range map[string]int{"100k": 100_000, "1M": 1_000_000} {
		b.Run(name, func(b *testing.B) {
			file := big(lines)
			for b.Loop() {
				w := newWorld(b)
				_, err := file.Seek(0, 0)
				require.NoError(b, err)
				r, err := supplier.Import(b.Context(), file, profile(), w.stores(), supplier.Options{})
				require.NoError(b, err)
				require.Equal(b, lines, r.Recorded, "%+v", r.Forms)
			}
			b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
