package campaign

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
)

// answerable is what a reply may answer.
type answerable struct {
	sent      []consent.Sent
	campaigns []*Campaign // those of sent, each once
	channel   contact.Channel
}

// proofsOnly reports whether everything that a reply may answer is a proof copy.
func (a *answerable) proofsOnly() bool {
	return len(a.sent) > 0 && !slices.ContainsFunc(a.sent, func(s consent.Sent) bool { return !s.Proof })
}

// decide works out what follows from an event that is not a receipt.
func (in *Inbox) decide(ctx context.Context, e provider.Event) (effect, error) {
	x := effect{Happened: in.happened(&e)}
	about, err := in.attribute(ctx, &e)
	if err != nil {
		return x, err
	}
	for _, c := range about.campaigns {
		x.Campaigns = append(x.Campaigns, c.ID())
	}
	x.Test = about.proofsOnly()
	switch e.Kind {
	case provider.CarrierRefusal:
		return in.refuse(ctx, &e, x, about, suppression.CarrierBlock, consent.ByCarrier)
	case provider.Complaint:
		return in.refuse(ctx, &e, x, about, suppression.Complained, consent.ByPerson)
	case provider.DisconnectedNumber:
		return disconnect(&e, x), nil
	}
	x.Meaning = in.reader.Read(e.Text)
	switch x.Meaning {
	case reply.Stop:
		x.Keyword = "stop"
		return in.refuse(ctx, &e, x, about, suppression.Replied, consent.ByPerson)
	case reply.LikelyRefusal:
		// Likely is enough to keep silent, and not enough to put words into the
		// person's mouth: the list has it, the ledger does not.
		x, err := in.refuse(ctx, &e, x, about, suppression.LikelyReplied, consent.ByPerson)
		x.Acts, x.Review = nil, true
		return x, err
	case reply.No:
		return refuseQuestion(&e, x, about), nil
	case reply.Yes:
		return in.agree(ctx, &e, x, about)
	case reply.Help:
		x.Keyword = "help"
	case reply.Contact:
		x.Keyword = "contact"
	default:
		x.Review = true
	}
	return x, nil
}

// happened returns when the person sent e. A carrier's clock that runs ahead of
// ours must not make a refusal wait for its time to come.
func (in *Inbox) happened(e *provider.Event) time.Time {
	t := e.Happened().UTC().Truncate(time.Microsecond)
	if now := in.now(); t.After(now) {
		return now
	}
	return t
}

// attribute finds what e may answer: the message that the carrier names, or
// everything sent to the address from the sender that was answered in the last
// 90 days, or, where that is nothing, everything sent to it at all.
func (in *Inbox) attribute(ctx context.Context, e *provider.Event) (answerable, error) {
	out := answerable{channel: contact.SMS}
	if e.From.Kind() == contact.Email {
		out.channel = contact.EmailChannel
	}
	keyring := in.register.Keyring()
	all, err := in.outbox.Sent(ctx, keyring.ID(), []contact.Fingerprint{keyring.Fingerprint(e.From)}, in.now().Add(-attribution))
	if err != nil {
		return out, err
	}
	keep := func(ok func(*consent.Sent) bool) []consent.Sent {
		var kept []consent.Sent
		for i := range all[0] {
			if all[0][i].Kind != consent.KeywordReply && ok(&all[0][i]) {
				kept = append(kept, all[0][i])
			}
		}
		return kept
	}
	if e.Dispatch != uuid.Nil {
		out.sent = keep(func(s *consent.Sent) bool { return s.Dispatch == e.Dispatch })
	}
	if len(out.sent) == 0 && e.To != "" {
		out.sent = keep(func(s *consent.Sent) bool { return s.Sender == e.To })
	}
	if len(out.sent) == 0 {
		out.sent = keep(func(*consent.Sent) bool { return true })
	}
	seen := map[string]bool{} // an address is in a campaign once, and so in one district
	for i := range out.sent {
		id := out.sent[i].Campaign
		if seen[id] {
			continue
		}
		seen[id] = true
		saved, err := in.outbox.Campaign(ctx, id)
		if err != nil {
			return out, err
		}
		out.campaigns = append(out.campaigns, saved.Campaign.In(out.sent[i].District))
	}
	return out, nil
}

// refuse is for a STOP and its like: it reaches everybody that it may answer.
func (in *Inbox) refuse(ctx context.Context, e *provider.Event, x effect, about answerable, reason suppression.Reason, by consent.Author) (effect, error) {
	x.Cancel = reachAll(about.campaigns, about.channel)
	for _, s := range x.Cancel {
		x.Entries = append(x.Entries, plannedEntry{Class: suppression.Refusal, Scope: s, Reason: reason, Test: x.Test})
	}
	history, err := in.register.History(ctx, e.From)
	if err != nil {
		return x, err
	}
	a := consent.Act{
		ID: derived("act", e.Carrier+"/"+e.ID, "refusal"), Kind: consent.Objected, By: by, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{contact.Prospecting}, Grantees: granteesOf(about.campaigns),
		Base: oneBase(about.campaigns), Happened: x.Happened, Source: e.Carrier,
	}
	for _, s := range x.Cancel {
		a.Channels |= s.Channels
		if s.Purpose == "" {
			a.Purposes = nil
		}
	}
	for i := range history.Acts {
		if history.Acts[i].Kind == consent.Given {
			a.Kind = consent.Withdrawn // there was something to withdraw
		}
	}
	x.Acts = []consent.Act{a}
	return x, nil
}

// refuseQuestion is for a no, which means something only as an answer to a
// consent request. It answers every request that it may answer.
func refuseQuestion(e *provider.Event, x effect, about answerable) effect {
	var asking []*Campaign
	for _, c := range about.campaigns {
		if c.Request.Kind == consent.ConsentRequest {
			asking = append(asking, c)
		}
	}
	if len(asking) == 0 {
		x.Review = true
		return x
	}
	a := consent.Act{
		ID: derived("act", e.Carrier+"/"+e.ID, "no"), Kind: consent.Refused, By: consent.ByPerson, Grade: consent.Witnessed,
		Grantees: granteesOf(asking), Base: oneBase(asking), Happened: x.Happened, Source: e.Carrier,
	}
	for _, c := range asking {
		r := &c.Request
		a.Channels |= r.Channel.Siblings()
		if !slices.Contains(a.Purposes, r.Purpose) {
			a.Purposes = append(a.Purposes, r.Purpose)
		}
		for _, s := range Reach(r) {
			s.Purpose = r.Purpose
			if !slices.Contains(x.Cancel, s) {
				x.Cancel = append(x.Cancel, s)
				x.Entries = append(x.Entries, plannedEntry{Class: suppression.Refusal, Scope: s, Reason: suppression.RepliedNo, Test: x.Test})
			}
		}
	}
	x.Acts = []consent.Act{a}
	return x
}

// agree is for a yes, which counts only against exactly one open consent
// request, and never after a content message.
func (in *Inbox) agree(ctx context.Context, e *provider.Event, x effect, about answerable) (effect, error) {
	history, err := in.register.History(ctx, e.From)
	if err != nil {
		return x, err
	}
	open := OpenRequests(about.sent, history.Acts)
	if len(open) != 1 {
		x.Review = !x.Test // a tester who tries OUI agreed to nothing
		return x, nil
	}
	asked := open[0]
	for _, s := range about.sent {
		if s.Kind != consent.ConsentRequest && !s.Proof && !s.At.Before(asked.At) {
			x.Review = true
			return x, nil
		}
	}
	if x.Happened.Before(asked.At.Add(-maxSkew)) {
		x.Review = true // it was sent before it was asked for
		return x, nil
	}
	i := slices.IndexFunc(about.campaigns, func(c *Campaign) bool { return c.ID() == asked.Campaign })
	d, err := in.outbox.Find(ctx, Ref{Dispatch: asked.Dispatch})
	if err != nil {
		return x, err
	}
	x.Acts = []consent.Act{
		askedAct(about.campaigns[i], &d, x.Happened),
		givenAct(about.campaigns[i], &d, e, x.Happened),
	}
	x.LiftNo = !e.Sent.IsZero() // without the person's own time, a human must see it
	return x, nil
}

// askedAct says that the question of a dispatch reached the person.
func askedAct(c *Campaign, d *Dispatched, at time.Time) consent.Act {
	r := &c.Request
	return consent.Act{
		ID: derived("asked", d.Row.Dispatch.String()), Kind: consent.Asked, By: consent.ByCarrier, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{r.Purpose}, Channels: contact.Channels(r.Channel), Grantees: askedFor(c),
		Base: r.Base.ID, Election: r.Election, Dispatch: d.Row.Dispatch, Notice: wordsOf(d), Happened: at, Source: "outbox",
	}
}

func givenAct(c *Campaign, d *Dispatched, e *provider.Event, at time.Time) consent.Act {
	r := &c.Request
	return consent.Act{
		ID: derived("act", e.Carrier+"/"+e.ID, "yes"), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{r.Purpose}, Channels: contact.Channels(r.Channel), Grantees: askedFor(c),
		Base: r.Base.ID, Election: r.Election, Dispatch: d.Row.Dispatch, Notice: wordsOf(d), Happened: at, Source: e.Carrier,
	}
}

// askedFor returns whom a consent request asked for: its advertisers, or, when
// the owner of the base asks for nobody in particular, a category.
func askedFor(c *Campaign) consent.Grantees {
	advertisers := c.Request.Advertisers()
	g := consent.Grantees{}
	for _, p := range advertisers {
		g.Parties = append(g.Parties, p.ID)
	}
	if len(advertisers) == 1 && advertisers[0].ID == c.Request.Base.Owner.ID && c.Request.Base.Mode == contact.Rented {
		g.Category = "senders of " + string(c.Request.Purpose) + " messages"
	}
	return g
}

// wordsOf returns the digest of the text that a dispatch was sent with.
func wordsOf(d *Dispatched) contact.NoticeID {
	for i := len(d.Attempts) - 1; i >= 0; i-- {
		if t := d.Attempts[i].Settlement.Trace; t != nil {
			return contact.NoticeID(t.Content)
		}
	}
	return contact.NoticeID{}
}

// receipt records what became of a message, and, when it arrived, that the
// person was asked or informed.
func (in *Inbox) receipt(ctx context.Context, e provider.Event) (Received, error) {
	// The carrier's ID was redacted before it was stored, should it quote the
	// recipient.
	ref := Ref{Dispatch: e.Dispatch, CarrierID: e.From.Redact(e.CarrierID)}
	attempt, _, err := in.outbox.Report(ctx, Receipt{Ref: ref, Status: e.Status, At: in.happened(&e), Segments: e.Segments})
	if errors.Is(err, contact.ErrNotFound) {
		return Received{Unmatched: true}, nil
	}
	if err != nil {
		return Received{}, err
	}
	out := Received{Campaigns: []string{attempt.Campaign}}
	if attempt.Receipt != provider.Delivered && e.Cause == provider.NoCause {
		return out, nil
	}
	saved, err := in.outbox.Campaign(ctx, attempt.Campaign)
	if err != nil {
		return out, err
	}
	d, err := in.outbox.Find(ctx, Ref{Dispatch: attempt.ID.Dispatch})
	if err != nil {
		return out, err
	}
	if attempt.Receipt != provider.Delivered {
		own := saved.Campaign.In(d.Row.District)
		return out, in.learn(ctx, lesson{d.Row.Fingerprint, &own.Request, e.Cause, attempt.ID, in.happened(&e)})
	}
	if err := in.reached(ctx, d.Row.Fingerprint, attempt.ReceiptAt); err != nil {
		return out, err
	}
	for _, a := range arrived(saved.Campaign.In(d.Row.District), &d, &attempt) {
		a.Evidence = &consent.Evidence{Event: e.Carrier + "/" + e.ID}
		_, err := in.register.Record(ctx, consent.Statement{Address: e.From, Fingerprint: d.Row.Fingerprint, Act: a})
		if err != nil && !errors.Is(err, consent.ErrConflict) { // known already, from another receipt or a reply
			return out, err
		}
	}
	return out, nil
}

// arrived returns what the arrival of a message says: that the person was
// asked, or was given the information of GDPR art. 14.
func arrived(c *Campaign, d *Dispatched, a *Attempt) []consent.Act {
	var acts []consent.Act
	if c.Request.Proof {
		return nil // a copy asks nobody, and tells nothing that a tester did not know
	}
	if c.Request.Kind == consent.ConsentRequest {
		acts = append(acts, askedAct(c, d, a.ReceiptAt))
	}
	t := a.Settlement.Trace
	if t == nil || !t.Facts.Content.Origin || !t.Facts.Content.Notice {
		return acts
	}
	return append(acts, consent.Act{
		ID: derived("informed", d.Row.Dispatch.String()), Kind: consent.Informed, By: consent.ByCarrier, Grade: consent.Witnessed,
		Grantees: granteesOf([]*Campaign{c}), Base: c.Request.Base.ID, Dispatch: d.Row.Dispatch, Notice: wordsOf(d),
		Happened: a.ReceiptAt, Source: "outbox",
	})
}
