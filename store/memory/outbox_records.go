package memory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
)

var _ campaign.Records = (*Outbox)(nil)

// Rows implements [campaign.Records]. Its cursor is a chunk and a row in it:
// chunks are added at the end, and never change in length.
func (o *Outbox) Rows(ctx context.Context, id, after string, limit int) (campaign.RecordPage, error) {
	if err := o.enter(ctx, "rows"); err != nil {
		return campaign.RecordPage{}, err
	}
	defer o.mu.Unlock()
	k, err := o.find("rows", id)
	if err != nil {
		return campaign.RecordPage{}, err
	}
	chunk, row, ok := k.position(after)
	if !ok {
		return campaign.RecordPage{}, fmt.Errorf("memory: rows: %w", campaign.ErrCursor)
	}
	limit = max(1, limit)
	out := campaign.RecordPage{Now: o.now()}
	for ; chunk < len(k.chunks); chunk, row = chunk+1, 0 {
		rows := k.chunks[chunk].rows
		for ; row < len(rows); row++ {
			if len(out.Rows) == limit {
				out.Next = fmt.Sprintf("%d/%d", chunk, row)
				return out, nil
			}
			r := &rows[row]
			d := campaign.Dispatched{Campaign: id, Row: r.Row, Attempts: slices.Clone(r.attempts)}
			for i := range d.Attempts {
				d.Attempts[i].Settlement.Trace = nil
			}
			out.Rows = append(out.Rows, campaign.Recorded{Dispatched: d, Class: r.class(out.Now)})
		}
	}
	return out, nil
}

// position reads a cursor.
func (k *kept) position(cursor string) (chunk, row int, ok bool) {
	if cursor == "" {
		return 0, 0, true
	}
	first, second, _ := strings.Cut(cursor, "/")
	chunk, err1 := strconv.Atoi(first)
	row, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil || chunk < 0 || chunk >= len(k.chunks) || row < 0 || row >= len(k.chunks[chunk].rows) {
		return 0, 0, false
	}
	return chunk, row, true
}

// A moment is the place of an event in time.
type moment struct {
	at time.Time
	id string
}

func (m moment) compare(n moment) int {
	if c := m.at.Compare(n.at); c != 0 {
		return c
	}
	return strings.Compare(m.id, n.id)
}

// place adds an event to the timeline, as a rule at its end.
func (o *Outbox) place(m moment) {
	i, _ := slices.BinarySearchFunc(o.timeline, m, moment.compare)
	o.timeline = slices.Insert(o.timeline, i, m)
}

// Events implements [campaign.Records]. Its cursor is the time and ID of the
// last event read.
func (o *Outbox) Events(ctx context.Context, from, until time.Time, after string, limit int) ([]campaign.EventRecord, string, error) {
	if err := o.enter(ctx, "events"); err != nil {
		return nil, "", err
	}
	defer o.mu.Unlock()
	i, _ := slices.BinarySearchFunc(o.timeline, moment{at: from}, moment.compare)
	if after != "" {
		micros, id, ok := strings.Cut(after, "/")
		n, err := strconv.ParseInt(micros, 10, 64)
		if !ok || err != nil {
			return nil, "", fmt.Errorf("memory: events: %w", campaign.ErrCursor)
		}
		j, found := slices.BinarySearchFunc(o.timeline, moment{time.UnixMicro(n).UTC(), id}, moment.compare)
		if found {
			j++
		}
		i = max(i, j)
	}
	limit = max(1, limit)
	var out []campaign.EventRecord
	for ; i < len(o.timeline) && o.timeline[i].at.Before(until); i++ {
		if len(out) == limit {
			last := o.timeline[i-1]
			return out, fmt.Sprintf("%d/%s", last.at.UnixMicro(), last.id), nil
		}
		r := o.events[o.timeline[i].id]
		r.Effect, r.Campaigns = slices.Clone(r.Effect), slices.Clone(r.Campaigns)
		out = append(out, r)
	}
	return out, "", nil
}
