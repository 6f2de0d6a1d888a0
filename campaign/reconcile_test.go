package campaign_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// Amounts are read as carriers write them, exact to a millionth, and written
// back so.
func TestInvoiceAmounts(t *testing.T) {
	t.Parallel()

	reports, _ := sent(t, 1000)
	for amount, want := range map[string]struct {
		millionths int64
		written    string
	}{
		"0,0435": {43_500, "0,043500"}, "0.0435": {43_500, "0,043500"}, "1 234,5 €": {1_234_500_000, "1234,500000"}, "12": {12_000_000, "12,000000"},
		"-0,5": {-500_000, "-0,500000"}, "-1,25": {-1_250_000, "-1,250000"}, "0,0000005": {1, "0,000001"}, ",5": {500_000, "0,500000"},
		"1\u202f000": {1_000_000_000, "1000,000000"}, "'-0,5": {-500_000, "-0,500000"},
	} {
		got, err := reports.Reconcile(t.Context(), "vote", strings.NewReader("id;price\nx;"+amount+"\n"), campaign.Invoice{CarrierID: "id", Price: "price"})
		require.NoError(t, err)
		require.Equal(t, campaign.LineTotals{Lines: 1, Segments: 1, Price: want.millionths}, got.Kinds[campaign.LineNeverSent], amount)
		var b bytes.Buffer
		require.NoError(t, got.WriteCSV(&b, language.French))
		require.Contains(t, b.String(), ";"+want.written+";", amount)
	}
	for _, amount := range []string{"1e3", "1,2,3", "--1", "NaN", "12345678901", "0x1", ".", "-"} {
		got, err := reports.Reconcile(t.Context(), "vote", strings.NewReader("id;price\nx;"+amount+"\n"), campaign.Invoice{CarrierID: "id", Price: "price"})
		require.NoError(t, err)
		require.Equal(t, campaign.LineUnreadable, got.Lines[0].Kind, amount)
		require.Equal(t, "Price is not an amount", got.Lines[0].Problem)
		require.Equal(t, 2, got.Lines[0].Line)
		require.Equal(t, 1000, got.Unbilled)
	}
}

// FuzzReconcile: whatever the file holds, every line and every message has one
// place, and the outputs can be written.
func FuzzReconcile(f *testing.F) {
	f.Add([]byte("id;ref;n;price\ncarrier-1;;1;0,04\ncarrier-1;;1;\n;x;;\n"))
	f.Add([]byte("id,ref,n,price\r\n\"carrier-2\",,2,\"1.5\"\r\ncarrier-3,,one,\r\n"))
	f.Add([]byte("\ufeffsep=;\nid;ref;n;price\n\"\n"))
	reports, _ := sent(f, 1000)
	f.Fuzz(func(t *testing.T, file []byte) {
		lines := 0
		got, err := reports.Reconcile(t.Context(), "vote", bytes.NewReader(file), campaign.Invoice{
			CarrierID: "id", Dispatch: "ref", Segments: "n", Price: "price", MaxListed: 3,
			Each: func(campaign.InvoiceLine) error { lines++; return nil },
		})
		require.NoError(t, got.Check())
		require.Equal(t, lines, got.All.Lines)
		if err != nil {
			return
		}
		require.Equal(t, 1000, got.HandedOver)
		require.LessOrEqual(t, len(got.Lines), 3)
		require.NotEmpty(t, got.Text(language.French))
		require.NoError(t, got.WriteCSV(new(bytes.Buffer), language.English))
	})
}
