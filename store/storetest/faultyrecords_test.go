package storetest

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// wrong is an outbox whose records have one fault.
type wrong struct {
	campaign.Outbox
	records campaign.Records
	rows    func(campaign.Records, context.Context, string, string, int) (campaign.RecordPage, error)
	events  func(campaign.Records, context.Context, time.Time, time.Time, string, int) ([]campaign.EventRecord, string, error)
}

func (w wrong) Rows(ctx context.Context, id, after string, limit int) (campaign.RecordPage, error) {
	if w.rows == nil {
		return w.records.Rows(ctx, id, after, limit)
	}
	return w.rows(w.records, ctx, id, after, limit)
}

func (w wrong) Events(ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
	if w.events == nil {
		return w.records.Events(ctx, from, until, after, limit)
	}
	return w.events(w.records, ctx, from, until, after, limit)
}

// changed returns a fault of what is otherwise right.
func changed(change func(after string, p *campaign.RecordPage)) wrong {
	return wrong{rows: func(r campaign.Records, ctx context.Context, id, after string, limit int) (campaign.RecordPage, error) {
		p, err := r.Rows(ctx, id, after, limit)
		if err == nil && len(p.Rows) > 0 {
			change(after, &p)
		}
		return p, err
	}}
}

// recordFaults are what can be wrong, with the case that notices it.
var recordFaults = map[string]struct {
	wrong wrong
	by    string
}{
	"forgets the last row":    {changed(func(_ string, p *campaign.RecordPage) { drop(p) }), "RowsOnce"},
	"says a row twice":        {changed(func(_ string, p *campaign.RecordPage) { p.Rows = append(p.Rows, p.Rows[0]) }), "RowsOnce"},
	"orders rows by state":    {changed(func(_ string, p *campaign.RecordPage) { slices.Reverse(p.Rows) }), "RowsOnce"},
	"leaves the frozen class": {changed(func(_ string, p *campaign.RecordPage) { refreeze(p) }), "RowsState"},
	"has the youngest first":  {changed(func(_ string, p *campaign.RecordPage) { slices.Reverse(p.Rows[0].Attempts) }), "RowsState"},
	"loses segments":          {changed(func(_ string, p *campaign.RecordPage) { each(p, func(a *campaign.Attempt) { a.ReceiptSegments = 0 }) }), "RowsState"},
	"loses the language": {changed(func(_ string, p *campaign.RecordPage) {
		each(p, func(a *campaign.Attempt) { a.Settlement.Language = "" })
	}), "RowsState"},
	"tells no time":        {changed(func(_ string, p *campaign.RecordPage) { p.Now = time.Time{} }), "RowsState"},
	"knows every campaign": {wrong{rows: lenient}, "RowsErrors"},
	"has no end":           {changed(func(after string, p *campaign.RecordPage) { p.Next += after }), "RowsOnce"},
	"leaves out the first moment": {wrong{events: func(r campaign.Records, ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
		return r.Events(ctx, from.Add(time.Microsecond), until, after, limit)
	}}, "EventsOrder"},
	"takes the last moment": {wrong{events: func(r campaign.Records, ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
		return r.Events(ctx, from, until.Add(time.Microsecond), after, limit)
	}}, "EventsOrder"},
	"pages by time alone": {wrong{events: func(r campaign.Records, ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
		es, next, err := r.Events(ctx, from, until, after, limit)
		if next != "" {
			next = next[:16] + "/\xff" // behind every ID of that microsecond
		}
		return es, next, err
	}}, "EventsOrder"},
	"takes any cursor": {wrong{events: func(r campaign.Records, ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
		es, next, err := r.Events(ctx, from, until, after, limit)
		if err != nil && context.Cause(ctx) == nil {
			err = nil
		}
		return es, next, err
	}}, "EventsCursor"},
}

func drop(p *campaign.RecordPage) {
	if p.Next == "" {
		p.Rows = p.Rows[:len(p.Rows)-1]
	}
}

func refreeze(p *campaign.RecordPage) {
	for i := range p.Rows {
		p.Rows[i].Class = p.Rows[i].Row.Class
	}
}

func each(p *campaign.RecordPage, do func(*campaign.Attempt)) {
	for i := range p.Rows {
		for j := range p.Rows[i].Attempts {
			do(&p.Rows[i].Attempts[j])
		}
	}
}

func lenient(r campaign.Records, ctx context.Context, id, after string, limit int) (campaign.RecordPage, error) {
	p, err := r.Rows(ctx, id, after, limit)
	if err != nil && context.Cause(ctx) == nil {
		err = nil
	}
	return p, err
}

// Each outbox has one fault, and the case of its promise finds it.
func TestFaultyRecords(t *testing.T) {
	t.Parallel()

	bodies := map[string]recordCheck{
		"RowsOnce": rowsOnce, "RowsState": rowsState, "RowsErrors": rowsErrors, "RowsCopies": rowsCopies,
		"EventsOrder": eventsOrder, "EventsCursor": eventsCursor,
	}
	require.Len(t, bodies, len(recordCases))
	for name, f := range recordFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			clock := NewClock()
			s := Stores{Outbox: &memory.Outbox{Clock: clock.Now}, Clock: clock}
			w := f.wrong
			w.Outbox, w.records = s.Outbox, s.Outbox.(campaign.Records)
			s.Outbox = w
			r := &recorder{}
			done := make(chan struct{})
			go func() {
				defer close(done)
				bodies[f.by](t, r, s)
			}()
			<-done
			require.True(t, r.failed, "%s does not notice", f.by)
		})
	}
}

type recorder struct{ failed bool }

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) FailNow()              { r.failed = true; runtime.Goexit() }
