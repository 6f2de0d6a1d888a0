package campaign_test

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// BenchmarkReport reads the report of a campaign of 100,000 that was sent, all
// of it with receipts and a hundredth refused since.
func BenchmarkReport(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		reports, _ := sent(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := reports.Report(b.Context(), "vote", nil)
				if err != nil || r.Count("handed-over/delivered") != n {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkReconcile reads an invoice of 100,000 lines, and reports how much is
// held at its end.
func BenchmarkReconcile(b *testing.B) {
	const n = 100_000
	reports, invoice := sent(b, n)
	b.ReportAllocs()
	for b.Loop() {
		r, err := reports.Reconcile(b.Context(), "vote", strings.NewReader(invoice), campaign.Invoice{CarrierID: "id", Segments: "segments"})
		if err != nil || r.Kinds[campaign.LineMatched].Lines != n {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// sent makes a campaign of n that was sent, and its invoice.
func sent(tb testing.TB, n int) (*campaign.Reporter, string) {
	tb.Helper()
	now := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	clock := consent.ClockFunc(func() time.Time { return now })
	keys, err := suppression.NewKeyring([]byte("a secret of the benchmark"))
	require.NoError(tb, err)
	ledger, list, outbox := new(memory.Ledger), new(memory.Suppressions), &memory.Outbox{Clock: clock.Now}
	gate, err := consent.OpenGate(tb.Context(), ledger, list, keys, regime.France(), &consent.GateOptions{Clock: clock})
	require.NoError(tb, err)
	register, err := consent.NewRegister(ledger, list, keys, &consent.RegisterOptions{Clock: clock})
	require.NoError(tb, err)
	require.NoError(tb, outbox.Create(tb.Context(), content("vote", martin)))
	invoice := []byte("id;segments\n")
	for at, seq := 0, 1; at < n; seq++ {
		c := campaign.Chunk{Campaign: "vote", Seq: seq, Next: contact.Position(fmt.Sprint(at))}
		for range 1000 {
			var f contact.Fingerprint
			binary.BigEndian.PutUint64(f[:], uint64(at)*0x9E3779B97F4A7C15)
			c.Rows = append(c.Rows, campaign.Row{Dispatch: campaign.NewDispatch("vote", f), Contact: "c", Fingerprint: f, Class: campaign.Class{State: campaign.Ready}})
			at++
		}
		c.Last = at == n
		_, err := outbox.Freeze(tb.Context(), keys.ID(), c)
		require.NoError(tb, err)
	}
	for i := 0; ; {
		l, err := outbox.Lease(tb.Context(), "vote", "w", time.Minute)
		require.NoError(tb, err)
		if l.Token == 0 {
			break
		}
		var ids []campaign.AttemptID
		var settled []campaign.Settlement
		for _, row := range l.Rows {
			i++
			id := campaign.AttemptID{Dispatch: row.Dispatch, No: 1}
			ids = append(ids, id)
			settled = append(settled, campaign.Settlement{
				Attempt: id, Kind: campaign.Answered, At: now, Segments: 1, Language: "fr", Trace: new(consent.Trace),
				Outcome: provider.Outcome{Kind: provider.Accepted, CarrierID: fmt.Sprintf("carrier-%d", i), Segments: 1},
			})
			invoice = fmt.Appendf(invoice, "carrier-%d;1\n", i)
		}
		_, err = outbox.Mark(tb.Context(), l, ids)
		require.NoError(tb, err)
		require.NoError(tb, outbox.Settle(tb.Context(), settled))
	}
	for i := range n {
		var f contact.Fingerprint
		binary.BigEndian.PutUint64(f[:], uint64(i)*0x9E3779B97F4A7C15)
		d := campaign.NewDispatch("vote", f)
		_, _, err := outbox.Report(tb.Context(), campaign.Receipt{Ref: campaign.Ref{Dispatch: d}, Status: provider.Delivered, At: now.Add(time.Duration(i) * time.Second), Segments: 1})
		require.NoError(tb, err)
		if i%100 == 0 {
			_, _, err = outbox.Remember(tb.Context(), campaign.EventRecord{
				ID: fmt.Sprint("e", i), At: now, Effect: []byte(`{"meaning":"stop","campaigns":["vote"],"happened":"2024-06-03T08:00:00Z","entries":[{"class":"refusal","scope":{},"reason":"replied-stop"}]}`),
			})
			require.NoError(tb, err)
		}
	}
	reports, err := campaign.NewReporter(gate, register, outbox)
	require.NoError(tb, err)
	return reports, string(invoice)
}

// What a report holds does not grow with the audience.
func TestReportHoldsNothingByRow(t *testing.T) {
	held := func(n int) uint64 {
		reports, _ := sent(t, n)
		var most, before uint64
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		before = m.HeapAlloc
		_, err := reports.Report(t.Context(), "vote", &campaign.ReportOptions{Share: func(*campaign.Dispatched) string {
			if most++; most == uint64(n) { // at the last row
				runtime.GC()
				runtime.ReadMemStats(&m)
			}
			return "all"
		}})
		require.NoError(t, err)
		require.Equal(t, uint64(n), most)
		runtime.KeepAlive(reports)
		return max(m.HeapAlloc, before) - before
	}
	few, many := held(4_000), held(64_000)
	t.Logf("held at the last row: %d KiB of 4,000, %d KiB of 64,000", few>>10, many>>10)
	require.Less(t, many, few+1<<20)
}
