package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// ErrPoliticalWords is in the tree of errors of a launch or a sending of service
// messages whose text has words of a vote. A human says in a review of cause
// consent.PoliticalWords whether it is a service message, for that very text of
// that client; where no reviews are kept nobody can, and the text is refused.
var ErrPoliticalWords = errors.New("campaign: words of a vote in a service message")

// wording is a text that calls itself service.
type wording struct {
	request *consent.Request
	words   []Template
	// person is who a single message is for, or zero, and their contact what is
	// taken out of the words.
	person contact.Fingerprint
	points []contact.Point
}

// checkService returns an error unless w may be sent as service: it has no words
// of a vote, or a human said of it that it is. It opens the review.
func checkService(ctx context.Context, store consent.ReviewStore, key contact.KeyID, now time.Time, w wording) error {
	if w.request.Purpose != contact.Service || w.request.Kind == consent.KeywordReply || w.request.Proof {
		return nil
	}
	word := ""
	for i := range w.words {
		t := &w.words[i]
		if word = politicalWord(t.Subject+"\n"+t.Text, t.HTML); word != "" {
			break
		}
	}
	if word == "" {
		return nil
	}
	if store == nil {
		return fmt.Errorf("%w (%q), and nobody can review it: no ReviewStore is configured", ErrPoliticalWords, word)
	}
	v, err := w.review(now)
	if err != nil {
		return err
	}
	held, err := store.Review(ctx, v.ID)
	if errors.Is(err, contact.ErrNotFound) {
		// Another call may have opened it meanwhile, for another person.
		if _, err = store.OpenReview(ctx, key, v); err == nil || errors.Is(err, consent.ErrConflict) {
			held, err = store.Review(ctx, v.ID)
		}
	}
	switch {
	case err != nil:
		return err
	case held.Cause != consent.PoliticalWords || held.Text != v.Text:
		return fmt.Errorf("%w (%q): review %v is of something else", ErrPoliticalWords, word, v.ID)
	case held.Resolution == nil:
		return fmt.Errorf("%w (%q): review %v is open", ErrPoliticalWords, word, v.ID)
	case held.Resolution.As != consent.WasService:
		return fmt.Errorf("%w (%q): review %v found that it is %v", ErrPoliticalWords, word, v.ID, held.Resolution.As)
	}
	return nil
}

// review is that of a wording: one for each text of each client.
func (w *wording) review(now time.Time) (consent.Review, error) {
	b, err := json.Marshal(struct {
		Client contact.PartyID
		Words  []Template
	}{w.request.Client, w.words})
	if err != nil {
		return consent.Review{}, fmt.Errorf("campaign %q: text: %w", w.request.Campaign, err)
	}
	sum := sha256.Sum256(append([]byte("accord service words 1\x00"), b...))
	words := ""
	for i := range w.words {
		t := &w.words[i]
		words += t.Subject + "\n" + t.Text + "\n"
	}
	for _, p := range w.points {
		words = p.Address.Redact(words)
	}
	out := consent.Review{
		ID: uuid.NewSHA1(events, sum[:]), Cause: consent.PoliticalWords, Text: sum, Fingerprint: w.person, Words: words,
		Campaigns: []string{w.request.Campaign}, Happened: now, Opened: now,
	}
	if w.request.Client != "" {
		out.Clients = []contact.PartyID{w.request.Client}
	}
	return out, nil
}
