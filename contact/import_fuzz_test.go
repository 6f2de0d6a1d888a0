package contact_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/sheet"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// Whatever the file, every line is accounted for; and where encoding/csv finds
// nothing wrong with one, it is read as encoding/csv reads it.
func FuzzImportCSV(f *testing.F) {
	for _, s := range []string{
		people, "a,+33639980001,\"x\ny\"\n", "a,,\"\n\"\"\n\",\r\n\"", "\"\"\"\",b,c\n", "a,b\"c,d\n\n\na,\"b\"c,d", "\ufeffa", "\xff,\x00,\n", "a,\"b\n\nc,d\n\"e\",f,g\n", "\r\r\n,,\n", "\"\n\"\"\n,,",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		const header = "id,phone,text\n"
		var got [][]string
		o := contact.ImportOptions{
			Base: "base", Origin: options.Origin, Separator: ',',
			Columns: []contact.Column{{Name: "phone", Kind: contact.PhoneColumn}, {Name: "id", Kind: contact.HostColumn}, {Name: "text", Kind: contact.HostColumn}},
			IDFrom:  func(*contact.Contact) contact.ID { return "everybody" },
			// Every cell is a number, so that Row sees every line.
			ParsePhone: func(string) (contact.Address, error) { return contact.PhoneFromDigits(33_639_980_000) },
			Row: func(_ int, _ *contact.Contact, get func(string) string) error {
				got = append(got, []string{get("id"), get("phone"), get("text")})
				return nil
			},
		}
		report, err := contact.ImportCSV(t.Context(), strings.NewReader(header+data), &memory.Contacts{}, o)
		require.NoError(t, err)
		balanced(t, report)
		require.Equal(t, int64(len(header+data)), report.Bytes)
		require.LessOrEqual(t, report.Lines+report.Blank, strings.Count(data, "\n")+1)

		standard := csv.NewReader(strings.NewReader(data))
		standard.FieldsPerRecord = 3
		records, err := standard.ReadAll()
		if err != nil || strings.ContainsAny(data, "\x00\r") || !utf8String(data) || len(data) > 1000 || strings.Count(data, "\n") > 30 {
			return
		}
		var want [][]string
		for _, r := range records {
			for i := range r {
				r[i] = sheet.Cell(r[i])
			}
			if r[1] != "" {
				want = append(want, r)
			}
		}
		require.Equal(t, want, got)
		require.Equal(t, len(records), report.Lines)
	})
}

func utf8String(s string) bool { return strings.ToValidUTF8(s, "") == s }

func BenchmarkImportCSV(b *testing.B) {
	const n = 10_000
	file := strings.Join(slices.Collect(crowd(n)), "")
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		report, err := contact.ImportCSV(b.Context(), strings.NewReader(file), &memory.Contacts{}, options)
		if err != nil || report.Created != n {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
