package main

import (
	"context"
	"fmt"
)

// A chapter is a part of the story. Where a process ends in the middle of one,
// the next tells it again from its start: what it sends, records or approves
// counts once, whoever asks again.
type chapter struct {
	title string // or "" for one that goes on with the last
	tell  func(context.Context) error
	// reads says that it changes nothing, and is told each time.
	reads bool
}

func (s *story) chapters(contacts, refusals []byte) []chapter {
	return []chapter{
		{title: "A file of numbers, from two suppliers", tell: func(ctx context.Context) error { return s.importContacts(ctx, contacts) }},
		{title: "A third supplier sends a sample: what does it prove?", tell: s.judgeSample},
		{title: "The refusals that the owner of the file knew already", tell: func(ctx context.Context) error { return s.importRefusals(ctx, refusals) }},
		{title: "A political campaign on commercial consents: who may be written to?", tell: s.previewOnCommercialConsent},
		{title: "A first message that asks for agreement, and nothing else", tell: s.previewRequest},
		{tell: s.ask},
		{title: "A day later: what people answered", tell: s.hearAnswers},
		{title: "Another client, its own base, the same short code", tell: s.secondClient},
		{tell: s.askSecond},
		{title: "What a human must look at", tell: s.review},
		{title: "The same political campaign, now", tell: s.previewAgain},
		{title: "Proof copy (BAT) and approval, before the launch", tell: s.prove},
		{tell: s.approve},
		{title: "The campaign runs, and STOPs arrive in the middle of it", tell: s.runWithStops},
		{title: "That evening: the carrier's own file of STOPs", tell: s.readLateStops},
		{title: "Saturday, the eve of the vote: one more message?", tell: s.eveOfTheVote},
		{title: "The client's final report, against what the carrier recorded", tell: s.finalReport},
		{title: "The candidate's list, for her next prestataire", tell: s.handOn},
		{title: "“Comment avez-vous eu mon numéro ?”", tell: s.whereFrom, reads: true},
		{title: "The ledger, verified; then tampered with", tell: s.verify},
	}
}

// tell tells the story, a chapter after the other, from where it stopped.
func (s *story) tell(ctx context.Context, contacts, refusals []byte) error {
	n := 0
	for i, c := range s.chapters(contacts, refusals) {
		told := i < s.parts
		if c.title != "" {
			n++
			s.title(n, c.title, told && !c.reads)
		}
		if told && !c.reads {
			continue
		}
		if err := c.tell(ctx); err != nil {
			return err
		}
		if told {
			continue
		}
		s.parts = i + 1
		if err := s.keep(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) title(n int, text string, told bool) {
	if told {
		fmt.Fprintf(s.out, "%d. %s: told before\n", n, text)
		return
	}
	fmt.Fprintf(s.out, "\n%d. %s\n", n, text)
}
