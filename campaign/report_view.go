package campaign

import (
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/smallcount"
)

// SmallCount is the number of people below which a client of a rented base sees
// no count.
const SmallCount = 20

// For returns what viewer may see of r. The host and the owner of the base see all of it,
// and so does the client, where the base is not rented: then the client is told
// no dispatch IDs and no count below [SmallCount], nor anything from which one
// follows. Such counts are merged with others into [FigureOther], and what is
// left are the figures of the audience, what came back, hours, days, languages,
// shares and what is due. Anybody else sees an empty report. Two reports of one
// campaign at two times, or of two campaigns to the same people, tell more
// together than each does: a host that makes many keeps them apart.
func (r *Report) For(viewer Viewer) *Report {
	switch {
	case viewer.Kind == TheHost:
	case viewer.Party == "":
		return &Report{Reduced: true}
	case viewer.Kind == AnOwner && viewer.Party == r.Owner:
	case viewer.Kind == AClient && viewer.Party == r.Client && r.Mode != contact.Rented:
	case viewer.Kind == AClient && viewer.Party == r.Client:
		return r.reduced()
	default:
		return &Report{Reduced: true}
	}
	own := *r
	return &own
}

func (r *Report) reduced() *Report {
	out := &Report{
		Campaign: r.Campaign, Name: r.Name, Client: r.Client, Controllers: r.Controllers, Base: r.Base, Owner: r.Owner, Mode: r.Mode,
		Status: r.Status, At: r.At, Zone: r.Zone, Reduced: true,
		Ordered: Figure{Key: FigureOrdered}, Attempts: Figure{Key: FigureAttempts}, Returned: Figure{Key: FigureReturned},
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		zone = time.UTC // of the host's own making; the instants are the same
	}
	cell := cellOf(&r.Ordered, func(path string, c *smallcount.Cell) {
		if path == "/"+FigureOrdered+"/"+FigureHandedOver {
			c.Splits = append(c.Splits, timeCells(r.Days.HandedOver, r.Hours.HandedOver), listCells(r.Languages), listCells(r.Shares))
		}
	}, "")
	if published, ok := smallcount.Suppress([]smallcount.Cell{cell}, SmallCount); ok && len(published) == 1 {
		out.Ordered = figureOf(&published[0], func(c *smallcount.Cell) {
			if c.Key != FigureHandedOver || len(c.Splits) < 4 {
				return
			}
			out.Days.HandedOver, out.Hours.HandedOver = moments(c.Splits[1], zone)
			out.Languages, out.Shares = list(c.Splits[2]), list(c.Splits[3])
			out.Segments = Segments{Due: r.Segments.Due, Price: r.Segments.Price, Cost: r.Segments.Cost}
		})
	}
	cell = cellOf(&r.Returned, func(path string, c *smallcount.Cell) {
		if path == "/"+FigureReturned+"/"+FigureRefusals {
			c.Splits = append(c.Splits, timeCells(r.Days.Refusals, r.Hours.Refusals))
		}
	}, "")
	if published, ok := smallcount.Suppress([]smallcount.Cell{cell}, SmallCount); ok && len(published) == 1 {
		out.Returned = figureOf(&published[0], func(c *smallcount.Cell) {
			if c.Key == FigureRefusals && len(c.Splits) > 1 {
				out.Days.Refusals, out.Hours.Refusals = moments(c.Splits[1], zone)
			}
		})
	}
	out.Launched = out.Ordered.Count
	out.Says = shown(r.Says, out.Ordered)
	return out
}

// shown returns the words of the codes that f still has.
func shown(says map[consent.Code]consent.Words, f Figure) map[consent.Code]consent.Words {
	var out map[consent.Code]consent.Words
	var walk func(*Figure)
	walk = func(f *Figure) {
		if w, ok := says[consent.Code(f.Key)]; ok {
			if out == nil {
				out = map[consent.Code]consent.Words{}
			}
			out[consent.Code(f.Key)] = w
		}
		for i := range f.Parts {
			walk(&f.Parts[i])
		}
	}
	walk(&f)
	return out
}

// cellOf returns f as a cell whose first split are its parts. more adds others.
func cellOf(f *Figure, more func(path string, c *smallcount.Cell), path string) smallcount.Cell {
	path += "/" + f.Key
	c := smallcount.Cell{Key: f.Key, N: f.Count}
	if len(f.Parts) > 0 {
		var parts []smallcount.Cell
		for i := range f.Parts {
			parts = append(parts, cellOf(&f.Parts[i], more, path))
		}
		c.Splits = append(c.Splits, parts)
	} else {
		c.Splits = append(c.Splits, []smallcount.Cell{{Key: smallcount.Other, N: f.Count}})
	}
	more(path, &c)
	return c
}

// figureOf is the other way round.
func figureOf(c *smallcount.Cell, more func(*smallcount.Cell)) Figure {
	f := Figure{Key: c.Key, Count: c.N}
	more(c)
	if len(c.Splits) == 0 || len(c.Splits[0]) == 1 && c.Splits[0][0].Key == smallcount.Other {
		return f
	}
	for i := range c.Splits[0] {
		f.Parts = append(f.Parts, figureOf(&c.Splits[0][i], more))
	}
	return f
}

func listCells(fs []Figure) []smallcount.Cell {
	var out []smallcount.Cell
	for _, f := range fs {
		out = append(out, smallcount.Cell{Key: f.Key, N: f.Count})
	}
	return out
}

func list(cells []smallcount.Cell) []Figure {
	var out []Figure
	for _, c := range cells {
		out = append(out, Figure{Key: c.Key, Count: c.N})
	}
	return out
}

// timeCells returns days, each split into its hours.
func timeCells(days, hours []Moment) []smallcount.Cell {
	var out []smallcount.Cell
	for i, d := range days {
		c := smallcount.Cell{Key: d.Start.Format(time.RFC3339), N: d.Count, Splits: [][]smallcount.Cell{{}}}
		for _, h := range hours {
			if !h.Start.Before(d.Start) && (i+1 == len(days) || h.Start.Before(days[i+1].Start)) {
				c.Splits[0] = append(c.Splits[0], smallcount.Cell{Key: h.Start.Format(time.RFC3339), N: h.Count})
			}
		}
		out = append(out, c)
	}
	return out
}

// moments is the other way round. What was merged comes last, all of it in one.
func moments(cells []smallcount.Cell, zone *time.Location) (days, hours []Moment) {
	merged := 0
	moment := func(c *smallcount.Cell) (Moment, bool) {
		start, err := time.Parse(time.RFC3339, c.Key)
		if err != nil {
			return Moment{Count: c.N}, false // the one that was merged
		}
		return Moment{start.In(zone), c.N}, true
	}
	for i := range cells {
		d, whole := moment(&cells[i])
		days = append(days, d)
		if !whole {
			merged += d.Count
			continue
		}
		for j := range cells[i].Splits[0] {
			h, whole := moment(&cells[i].Splits[0][j])
			if !whole {
				merged += h.Count
				continue
			}
			hours = append(hours, h)
		}
	}
	if merged > 0 {
		hours = append(hours, Moment{Count: merged})
	}
	return days, hours
}
