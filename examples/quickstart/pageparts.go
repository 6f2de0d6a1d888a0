package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
)

// A step is one of the funnel. Lost says what became of those that the step
// before had more of.
type step struct {
	Label  string
	Count  count
	Lost   string
	Strong bool
}

func (p *page) steps() []step {
	of := func(label, name, lost string) step { return step{Label: label, Count: p.Count[name], Lost: lost} }
	steps := []step{
		of("Lines in the file", "lines", ""),
		of("Lines that could be read", "readable", "lines that nobody could use"),
		of("People known", "people", "lines about somebody who was there already"),
		of("Allowed to be asked", "allowed.request", "see who was left out"),
		of("Asked", "asked", "their hour had not come"),
		of("Agreed", "yes", "said no, STOP, something else, or nothing"),
		of("Allowed the message", "allowed.message", "see who was left out"),
		of("Sent", "sent", "said STOP before their turn"),
		of("Delivered", "delivered", "the carrier could not deliver it"),
	}
	for i := range steps {
		steps[i].Strong = i == 0 || i == len(steps)-1
	}
	return steps
}

// A decision is a preview with how many people each level held back.
type decision struct {
	Index    int
	Name     string
	Short    string // for the head of a column
	Preview  campaign.Preview
	Audience int
	At       time.Time
	Levels   []level
}

type level struct {
	Name  string
	Count count
}

// Bookkeeping is what we call the level of what rests on no rule: a number that
// is there a second time is no second person to write to.
const bookkeeping consent.Level = ""

func levels() []consent.Level {
	return []consent.Level{consent.Law, consent.Regulator, consent.Contract, consent.Advice, consent.Invariant, bookkeeping}
}

func levelName(l consent.Level) string {
	if l == bookkeeping {
		return "no rule"
	}
	return string(l)
}

// leftOut reports whether a class is of people who get no message now.
func leftOut(c campaign.Class) bool {
	return c.State == campaign.Excluded || c.State == campaign.Deferred
}

func (s *story) decisions() (out []decision) {
	names := [...]string{"On offers: a political text", "Request: may we write to you?", "Message: the political text, again", "Eve: one more, before the vote"}
	short := [...]string{"On offers", "Request", "Message", "Eve"}
	for i, preview := range s.figures.Previews {
		d := decision{Index: i, Name: names[i], Short: short[i], Preview: preview, Audience: preview.Audience, At: preview.At.In(s.paris)}
		for _, l := range levels() {
			n := tallied(preview.Tally, i, func(c campaign.Class) bool { return leftOut(c) && preview.Reasons[c.Code].Level == l })
			if l == consent.Invariant && n.N == 0 {
				continue // of no interest to a reader who is not a programmer
			}
			d.Levels = append(d.Levels, level{levelName(l), n})
		}
		out = append(out, d)
	}
	return out
}

// A reasonGroup has the reasons of one level.
type reasonGroup struct {
	Level   string
	Reasons []reasonRow
}

// A reasonRow is a reason with how many people each decision left out for it.
type reasonRow struct {
	Code, Says, Remedy, Source, Certainty string
	Later                                 bool // not now, and again by itself
	Counts                                []count
}

func reasonGroups(decisions []decision) (groups []reasonGroup) {
	for _, l := range levels() {
		g := reasonGroup{Level: levelName(l)}
		seen := map[campaign.Class]bool{}
		for _, d := range decisions {
			for _, class := range d.Preview.Tally.Classes() {
				r := d.Preview.Reasons[class.Code]
				if !leftOut(class) || r.Level != l || seen[class] {
					continue
				}
				seen[class] = true
				g.Reasons = append(g.Reasons, newReasonRow(class, &r, decisions))
			}
		}
		if len(g.Reasons) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func newReasonRow(class campaign.Class, r *consent.Reason, decisions []decision) reasonRow {
	row := reasonRow{
		Code: string(class.Code), Says: r.Says.En, Remedy: r.Remedy.En, Source: r.Source.Text, Certainty: string(r.Certainty),
		Later: class.State == campaign.Deferred,
	}
	if row.Says == "" {
		row.Says = "The same number is there for somebody else already."
	}
	for _, d := range decisions {
		n := tallied(d.Preview.Tally, d.Index, func(c campaign.Class) bool { return c == class })
		row.Counts = append(row.Counts, n)
	}
	return row
}

// A sendingRow is what a campaign sent, and what it cost.
type sendingRow struct {
	Name               string
	Messages, Segments count
	Cost               int64
	CostFrom           string
}

func sendingRows(f *figures) (rows []sendingRow) {
	names := [...]string{"The request", "The message"}
	total := sendingRow{Name: "Together"}
	var from [3][]string
	for i, s := range f.Sent {
		at := [3]string{fmt.Sprintf("/sent/%d/messages", i), fmt.Sprintf("/sent/%d/segments", i), fmt.Sprintf("/sent/%d/cost", i)}
		row := sendingRow{Name: names[i], Messages: count{at[0], s.Messages}, Segments: count{at[1], s.Segments}, Cost: s.Cost, CostFrom: at[2]}
		rows = append(rows, row)
		total.Messages.N += s.Messages
		total.Segments.N += s.Segments
		total.Cost += s.Cost
		for j := range from {
			from[j] = append(from[j], at[j])
		}
	}
	total.Messages.From, total.Segments.From = strings.Join(from[0], " + "), strings.Join(from[1], " + ")
	total.CostFrom = strings.Join(from[2], " + ")
	return append(rows, total)
}

// An hourRow has the answers of one hour: yes, stop, and others.
type hourRow struct {
	Label  string
	At     time.Time
	Counts [3]count
}

func hourRows(hours []hour, zone *time.Location) (rows []hourRow, chart columnChart) {
	var totals [3]count
	var terms [3][]string
	for i, h := range hours {
		row := hourRow{Label: h.From.In(zone).Format("15:04"), At: h.From.In(zone)}
		for j, n := range [3]int{h.Yes, h.Stop, h.Other} {
			from := fmt.Sprintf("/heard/%d/%s", i, [3]string{"yes", "stop", "other"}[j])
			row.Counts[j] = count{from, n}
			terms[j] = append(terms[j], from)
			totals[j].N += n
		}
		rows = append(rows, row)
	}
	for j := range totals {
		totals[j].From = strings.Join(terms[j], " + ")
	}
	return rows, answerChart(rows, totals)
}

// A moment is a line of the timeline: words, and the figures behind each.
type moment struct {
	At    time.Time
	Title string
	Items []momentItem
}

type momentItem struct {
	Count count
	Words string
}

func (s *story) moments(p *page) []moment {
	c, previews := p.Count, s.figures.Previews
	at := func(i int) time.Time { return previews[i].At.In(s.paris) }
	asked := moment{At: at(1), Title: "The request", Items: []momentItem{{c["asked"], "people asked"}}}
	for _, class := range previews[1].Tally.Classes() {
		if class.State != campaign.Deferred {
			continue
		}
		n := tallied(previews[1].Tally, 1, func(c campaign.Class) bool { return c == class })
		asked.Items = append(asked.Items, momentItem{n, "put off: " + previews[1].Reasons[class.Code].Says.En})
	}
	return []moment{
		{at(0), "The file is read", []momentItem{{c["people"], "people"}, {c["refusals"], "earlier refusals taken over"}, {c["allowed.offers"], "people who may get a political text"}}},
		asked,
		{at(2), "A day later", []momentItem{{c["yes"], "said OUI"}, {c["no"], "said NON"}, {c["stop"], "said STOP"}, {c["words"], "answered in their own words"}, {c["silent"], "said nothing, and silence is not consent"}}},
		{at(2), "The message", []momentItem{{c["sent"], "people written to"}, {c["midway"], "said STOP while it ran"}, {c["cancelled"], "messages withdrawn before they left"}, {c["after"], "people written to after their STOP"}}},
		{at(3), "The eve of the vote", []momentItem{{c["silence"], "refused: " + previews[3].Reasons["election.silence"].Says.En}, {c["allowed.eve"], "may go"}}},
	}
}

// A proofPart is a paragraph of what the person is told.
type proofPart struct {
	Title string
	Lines []proofLine
}

// A proofLine starts with a time where it tells what happened.
type proofLine struct {
	When, Text string
	More       []proofMore
}

// A proofMore belongs to a line. Hops are those whom a number went through,
// oldest first.
type proofMore struct {
	Text string
	Hops []string
}

const hop = " → "

// proofParts takes the words of an explanation apart by their indentation: a
// title, its lines, and what belongs to each. The first line names the person.
func proofParts(text string) (parts []proofPart) {
	for line := range strings.Lines(text) {
		words := strings.TrimSpace(line)
		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case indent == 0:
			parts = append(parts, proofPart{Title: words})
		case indent == 2:
			last := &parts[len(parts)-1]
			l := proofLine{Text: words}
			if when, rest, ok := strings.Cut(words, ": "); ok {
				if _, err := time.Parse("2006-01-02 15:04", when); err == nil {
					l = proofLine{When: when, Text: rest}
				}
			}
			last.Lines = append(last.Lines, l)
		default:
			lines := parts[len(parts)-1].Lines
			last := &lines[len(lines)-1]
			more := proofMore{Text: words}
			if what, path, ok := strings.Cut(words, ": "); ok && strings.Contains(path, hop) {
				more = proofMore{Text: what + ":", Hops: strings.Split(path, hop)}
			}
			last.More = append(last.More, more)
		}
	}
	return parts
}
