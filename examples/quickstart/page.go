package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"golang.org/x/text/language"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageStyle string

var pageHTML = template.Must(template.New("page").Funcs(template.FuncMap{
	"thousands": thousands,
	"inc":       func(n int) int { return n + 1 },
	"euros":     func(millionths int64) string { return fmt.Sprintf("%.2f", float64(millionths)/1e6) },
	"day":       func(t time.Time) string { return t.Format("2 January 2006") },
	"clock":     func(t time.Time) string { return t.Format("15:04") },
	"machine":   func(t time.Time) string { return t.Format(time.RFC3339) },
}).Parse(pageTemplate))

// A page is the story for somebody who was not there: the campaign's figures,
// why people were left out, and what one of them is told. It has no address in
// it, but for one that is masked, and asks for nothing from anywhere else.
type page struct {
	Style template.CSS
	F     figures
	Count map[string]count // by name, for the text

	Client, Party, Owner, Election string
	Sender                         string
	Request, Message               string // the texts, to somebody
	Clause                         int    // septets that the carrier appends
	Price                          string // of a segment

	Steps     []step
	Funnel    barChart
	Decisions []decision
	Levels    barChart
	Reasons   []reasonGroup
	Sendings  []sendingRow
	Answers   columnChart
	Hours     []hourRow
	Moments   []moment
	Proof     []proofPart
	Tampered  []string
}

// A count is a figure with where it stands in the document of -json: the JSON
// pointers of its terms, " + " or " - " between them.
type count struct {
	From string
	N    int
}

// writePage writes the page of a story that was told.
func (s *story) writePage(w io.Writer) error {
	return pageHTML.Execute(w, s.page())
}

// savePage writes the page to a file, and leaves none behind that is not whole.
func (s *story) savePage(name string) error {
	var b bytes.Buffer
	if err := s.writePage(&b); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

func (s *story) page() *page {
	f := s.figures
	ask := s.asking().Ask
	p := &page{
		Style: template.CSS(pageStyle), F: f, Count: counts(&f),
		Client: martin.Name, Party: ask.Party, Owner: fichiers.Name, Election: ask.Election,
		Sender: s.request("", consent.ContentMessage).Sender.Value,
		Clause: s.carrier.Capabilities().ClauseSeptets, Price: euros(segmentPrice, 3),
	}
	if sent := s.sent(firstRequest); len(sent) > 0 {
		p.Request = sent[0].Text
	}
	if len(s.sent(firstCampaign)) > 0 {
		p.Message = strings.NewReplacer("{{", "[", "}}", "]", "_", " ").Replace(s.content().Templates[0].Text)
	}
	p.Steps = p.steps()
	p.Funnel = funnel(p.Steps)
	p.Decisions = s.decisions()
	p.Levels = levelChart(p.Decisions)
	p.Reasons = reasonGroups(p.Decisions)
	p.Sendings = sendingRows(&f)
	p.Hours, p.Answers = hourRows(f.Heard, s.paris)
	p.Moments = s.moments(p)
	p.Proof = proofParts(f.Explanation.Text(language.English, s.paris))
	for _, fault := range f.Forged.Faults {
		p.Tampered = append(p.Tampered, fault.What) // the names of chains are random
	}
	return p
}

// counts are the figures that the text of the page names.
func counts(f *figures) map[string]count {
	answered := f.Answers.Yes + f.Answers.No + f.Answers.Stop + f.Answers.Words
	out := map[string]count{
		"lines":     {"/import/lines", f.Import.Lines},
		"readable":  {"/import/lines - /import/rejected", f.Import.Lines - f.Import.Rejected},
		"rejected":  {"/import/rejected", f.Import.Rejected},
		"people":    {"/people", f.People},
		"again":     {"/import/lines - /import/rejected - /people", f.Import.Lines - f.Import.Rejected - f.People},
		"refusals":  {"/refusals/added", f.Refusals.Added},
		"unread":    {"/refusals/unreadable", f.Refusals.Unreadable},
		"asked":     {"/asked", f.Asked},
		"answered":  {"/answers/yes + /answers/no + /answers/stop + /answers/words", answered},
		"silent":    {"/asked - /answers/yes - /answers/no - /answers/stop - /answers/words", f.Asked - answered},
		"yes":       {"/answers/yes", f.Answers.Yes},
		"no":        {"/answers/no", f.Answers.No},
		"stop":      {"/answers/stop", f.Answers.Stop},
		"words":     {"/answers/words", f.Answers.Words},
		"likely":    {"/answers/likely_refusals", f.Answers.Likely},
		"sent":      {"/run/handed_over", f.Run.HandedOver},
		"delivered": {"/final/delivered", f.Final[campaign.Class{State: campaign.Delivered}]},
		"lost":      {"/final/undelivered", f.Final[campaign.Class{State: campaign.Undelivered}]},
		"cancelled": {"/final/cancelled", f.Final[campaign.Class{State: campaign.Cancelled}]},
		"midway":    {"/stopped_midway", f.StoppedMidway},
		"after":     {"/messaged_after_stop", f.MessagedAfterStop},
		"chains":    {"/verified/chains", f.Verified.Chains},
		"records":   {"/verified/records", f.Verified.Records},
	}
	for i, name := range []string{"offers", "request", "message", "eve"} {
		out["allowed."+name] = count{fmt.Sprintf("/previews/%d/messages", i), f.Previews[i].Messages}
	}
	out["deferred"] = tallied(f.Previews[1].Tally, 1, func(c campaign.Class) bool { return c.State == campaign.Deferred })
	out["silence"] = tallied(f.Previews[3].Tally, 3, func(c campaign.Class) bool { return c.Code == consent.Code("election.silence") })
	return out
}

// tallied returns how many contacts preview i has in the classes that fit.
func tallied(t campaign.Tally, i int, fits func(campaign.Class) bool) (c count) {
	var terms []string
	for _, class := range t.Classes() {
		if fits(class) {
			terms = append(terms, fmt.Sprintf("/previews/%d/tally/%s", i, class))
			c.N += t[class]
		}
	}
	c.From = strings.Join(terms, " + ")
	return c
}

// thousands writes n as English does: 1,767.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n) // the page has no negative figure
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
