package main

import (
	"fmt"
	"strings"
)

// Charts have no width: what lies across is in percent, so that a telephone, a
// screen and a sheet of paper show letters of one size and none cut off.

// A barChart has bars from left to right, each with its words and its figure.
type barChart struct {
	Title, Description string
	Height             int
	Bars               []bar
}

// A bar is drawn at Y. Heading stands above it where a group of bars begins.
type bar struct {
	Heading string
	Label   string
	Count   count
	Width   string // in percent
	End     string // where it ends, in percent
	Y       int
	Strong  bool
}

// percent returns n of all as an SVG length, within most percent.
func percent(n, all int, most float64) string {
	if all <= 0 {
		return "0%"
	}
	return fmt.Sprintf("%.2f%%", most*float64(n)/float64(all))
}

// funnel draws the steps, as wide as the first.
func funnel(steps []step) barChart {
	const row = 46
	c := barChart{Title: "From the file to the message", Height: row * len(steps)}
	var said []string
	for i, s := range steps {
		c.Bars = append(c.Bars, bar{
			Label: s.Label, Count: s.Count, Width: percent(s.Count.N, steps[0].Count.N, 100), Y: i * row, Strong: s.Strong,
		})
		said = append(said, fmt.Sprintf("%s %s", s.Label, thousands(s.Count.N)))
	}
	c.Description = "Bars that get shorter: " + strings.Join(said, "; ") + "."
	return c
}

// levelChart draws how many people each level held back, a group of bars for
// each decision.
func levelChart(decisions []decision) barChart {
	const (
		row, heading, gap = 24, 28, 14
		start, most       = 27, 55 // percent, of the labels and of the bars
	)
	c := barChart{Title: "People left out, by what the reason rests on"}
	var said []string
	y := 0
	for i, d := range decisions {
		if i > 0 {
			y += gap
		}
		y += heading
		var parts []string
		for j, l := range d.Levels {
			b := bar{Label: l.Name, Count: l.Count, Width: percent(l.Count.N, d.Audience, most), Y: y}
			b.End = percent(start*d.Audience+most*l.Count.N, 100*d.Audience, 100)
			if j == 0 {
				b.Heading = d.Name
			}
			c.Bars = append(c.Bars, b)
			parts = append(parts, fmt.Sprintf("%s %s", l.Name, thousands(l.Count.N)))
			y += row
		}
		said = append(said, d.Name+": "+strings.Join(parts, ", "))
	}
	c.Height = y
	c.Description = strings.Join(said, ". ") + "."
	return c
}

// A columnChart has rows of columns over the same hours, each row with a scale
// of its own name and all with one scale.
type columnChart struct {
	Title, Description string
	Height             int
	Rows               []columnRow
	Ticks              []tick
}

type columnRow struct {
	Label  string
	Count  count
	Y      int // of the label
	Base   int // on which the columns stand
	Strong bool
	Bars   []column
}

type column struct {
	X, Middle, Width string
	Y, Height        int
	Count            count
}

type tick struct {
	X, Label string
}

// answerChart draws the answers of each hour.
func answerChart(hours []hourRow, totals [3]count) columnChart {
	const (
		row, tall, label = 96, 52, 20
		ticks            = 2 // hours between two
	)
	c := columnChart{Title: "Answers by hour since people were asked", Height: 3*row + label}
	most := 1
	for _, h := range hours {
		for _, n := range h.Counts {
			most = max(most, n.N)
		}
	}
	names := [3]string{"OUI", "STOP", "Other"}
	var said []string
	for i, name := range names {
		r := columnRow{Label: name, Count: totals[i], Y: i*row + 14, Base: i*row + row - 4, Strong: i == 1}
		busiest := 0
		for j, h := range hours {
			n := h.Counts[i]
			tallness := n.N * tall / most
			r.Bars = append(r.Bars, column{
				X: percent(10*j+1, 10*len(hours), 100), Width: percent(8, 10*len(hours), 100), Middle: percent(2*j+1, 2*len(hours), 100),
				Height: tallness, Y: r.Base - tallness, Count: n,
			})
			if n.N > hours[busiest].Counts[i].N {
				busiest = j
			}
		}
		c.Rows = append(c.Rows, r)
		if len(hours) > 0 {
			said = append(said, fmt.Sprintf("%s: %s in all, most from %s on (%d)", name, thousands(totals[i].N), hours[busiest].Label, hours[busiest].Counts[i].N))
		}
	}
	for j := 0; j < len(hours); j += ticks {
		c.Ticks = append(c.Ticks, tick{X: percent(2*j+1, 2*len(hours), 100), Label: hours[j].Label})
	}
	c.Description = strings.Join(said, ". ") + "."
	return c
}
