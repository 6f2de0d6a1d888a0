package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// A Snapshot says how far a campaign is. It can be taken by any process.
type Snapshot struct {
	Campaign string       `json:"campaign"`
	At       time.Time    `json:"at"` // by the store's clock
	Status   Status       `json:"status"`
	Changed  StatusChange `json:"changed,omitzero"` // the last time, by whom and why
	// Audience is the sum of Tally; Done are those of it of whom no more is
	// expected than a receipt, and Left those that may still be sent to.
	Audience int       `json:"audience"`
	Tally    Tally     `json:"tally"`
	Done     int       `json:"done"`
	Left     int       `json:"left"`
	Counts   Counts    `json:"counts"`
	Started  time.Time `json:"started,omitzero"`
	// PerSecond is how many were tried in the last minute, a second; Overall
	// since the start.
	PerSecond float64 `json:"per_second"`
	Overall   float64 `json:"overall"`
	// Ends is when the last one will have been tried, at the rate of the last
	// minute and without the hours in which nothing may go; zero where that
	// cannot be known: nothing went in the last minute, or the campaign does not
	// run.
	Ends time.Time `json:"ends,omitzero"`
}

// Look returns how far a campaign of o is.
func Look(ctx context.Context, o Outbox, id string) (Snapshot, error) {
	fail := func(err error) (Snapshot, error) { return Snapshot{}, fmt.Errorf("campaign %q: look: %w", id, err) }
	saved, err := o.Campaign(ctx, id)
	if err != nil {
		return fail(err)
	}
	tally, err := o.Tally(ctx, id)
	if err != nil {
		return fail(err)
	}
	pulse, err := o.Pulse(ctx, id, time.Time{})
	if err != nil {
		return fail(err)
	}
	recent, err := o.Pulse(ctx, id, pulse.Now.Add(-time.Minute))
	if err != nil {
		return fail(err)
	}
	s := Snapshot{
		Campaign: id, At: pulse.Now, Status: saved.Status, Changed: saved.Changed(), Tally: tally, Audience: tally.Total(),
		Left: tally.In(Ready, Deferred), Counts: countsOf(tally, &pulse), Started: pulse.Started,
	}
	s.Done = s.Audience - s.Left - tally.In(InFlight)
	if ran := pulse.Now.Sub(pulse.Started); !pulse.Started.IsZero() {
		s.PerSecond = float64(recent.Recent) / min(time.Minute, max(ran, time.Second)).Seconds()
		s.Overall = float64(pulse.Recent) / max(ran, time.Second).Seconds()
	}
	if s.Status == Running && s.Left > 0 && s.PerSecond > 0 {
		s.Ends = pulse.Now.Add(time.Duration(float64(s.Left) / s.PerSecond * float64(time.Second))).Truncate(time.Second)
	}
	return s, nil
}

// progressPhrases are what [Snapshot.Text] says, English and French, by key.
var progressPhrases = words.New([][3]string{
	{"progress.line", "%s, %s: %d of %d done, %d left", "%s, %s : %d sur %d traités, %d restants"},
	{"progress.rate", "%.1f a second", "%.1f par seconde"},
	{"progress.ends", "done about %s", "fin vers %s"},
	{"progress.refusals", "%d refusals", "%d refus"},
	{"progress.complaints", "%d complaints", "%d plaintes"},
	{"progress.failures", "%d failures", "%d échecs"},
	{"progress.why", "by %s: %s", "par %s : %s"},
	{"status.launching", "being frozen", "ciblage en cours"},
	{"status.running", "running", "en cours"},
	{"status.paused", "paused", "en pause"},
	{"status.stopped", "stopped", "arrêtée"},
	{"why.pilot", "the pilot is done", "le lot pilote est terminé"},
	{"why.limit.refusals", "too many refusals", "trop de refus"},
	{"why.limit.complaints", "too many complaints", "trop de plaintes"},
	{"why.limit.failures", "too many failures", "trop d'échecs"},
	{"why.limit.unknowns", "too many unknown outcomes", "trop d'issues inconnues"},
})

// Text returns s in one line, in French for language.French and tags below it,
// and in English otherwise. Times are shown in loc, UTC when it is nil.
func (s *Snapshot) Text(lang language.Tag, loc *time.Location) string {
	if loc == nil {
		loc = time.UTC
	}
	p := progressPhrases.Printer(lang)
	line := p.Sprintf("progress.line", s.Campaign, p.Word("status", s.Status.String()), s.Done, s.Audience, s.Left)
	if s.Changed.To == s.Status && s.Changed.Why != "" {
		line += "; " + p.Sprintf("progress.why", s.Changed.By, p.Word("why", string(s.Changed.Why)))
	}
	if s.PerSecond > 0 {
		line += "; " + p.Sprintf("progress.rate", s.PerSecond)
	}
	if !s.Ends.IsZero() {
		line += "; " + p.Sprintf("progress.ends", s.Ends.In(loc).Format("2006-01-02 15:04"))
	}
	for _, n := range []struct {
		key   string
		count int
	}{{"progress.refusals", s.Counts.Refusals}, {"progress.complaints", s.Counts.Complaints}, {"progress.failures", s.Counts.Failures}} {
		if n.count > 0 {
			line += "; " + p.Sprintf(n.key, n.count)
		}
	}
	return line
}
