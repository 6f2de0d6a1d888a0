package main

import (
	"context"
	"fmt"

	"github.com/accordsdk/accord/consent"
)

// looking is what waited for a human, and what one made of it.
type looking struct {
	Waiting  map[consent.ReviewCause]int `json:"waiting"`
	Refused  int                         `json:"refused"` // by a human
	Agreed   int                         `json:"agreed"`
	LeftOpen int                         `json:"left_open"`
}

// review shows what the reader of replies leaves to a human: the first likely
// refusal is read as one, and the ambiguous yes is settled on the telephone.
func (s *story) review(ctx context.Context) error {
	f := &s.figures.Looked
	f.Waiting = map[consent.ReviewCause]int{}
	reviewer, err := consent.NewReviewer(s.register)
	if err != nil {
		return err
	}
	open := consent.ReviewQuery{Open: true, Limit: 1000}
	waiting, err := reviewer.List(ctx, open, s.now)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		f.Waiting[w.Cause]++
	}
	for _, cause := range []consent.ReviewCause{consent.LikelyRefusal, consent.UnclearReply, consent.UnclearYes} {
		if f.Waiting[cause] > 0 {
			s.say("%5d  %s", f.Waiting[cause], cause)
		}
	}
	for _, w := range waiting {
		as := consent.ReviewResolution{By: "déléguée à la protection des données"}
		switch {
		case w.Cause == consent.LikelyRefusal && f.Refused == 0:
			as.As, as.Why = consent.WasRefusal, "the words say no"
			f.Refused++
			s.say("“%s”, %.0f hours old, suspended at once: a refusal, says she. Unread, it would be one on %s", w.Words, w.Age.Hours(), w.Due.In(s.paris).Format("2 January"))
		case w.Cause == consent.UnclearYes && len(w.Dispatches) == 2:
			as.As, as.Why = consent.WasYes, "on the telephone: to the question of the gazette"
			as.Request = w.Dispatches[1]
			f.Agreed++
			s.say("“%s” to one of two questions: she asks the person, and records which", w.Words)
		default:
			continue
		}
		if _, err := reviewer.Resolve(ctx, w.ID, as); err != nil {
			return fmt.Errorf("review %s: %w", w.Cause, err)
		}
	}
	left, err := reviewer.List(ctx, open, s.now)
	f.LeftOpen = len(left)
	s.say("%d are left; likely refusals among them are refusals after seven days", f.LeftOpen)
	return err
}
