package main

import (
	"context"
	"errors"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
)

// testerNumber is that of the campaign's director, whom the gate knows as a
// tester. She is in no file.
var testerNumber = func() contact.Address {
	a, err := french("06 39 98 99 99")
	if err != nil {
		panic(err) // a programmer's error: the number above
	}
	return a
}()

// approved is what happened before the launch.
type approved struct {
	Proofs     []campaign.Proofed `json:"proofs"`
	TesterStop bool               `json:"tester_stop"` // her STOP refused, and was recorded as a test
	Refused    string             `json:"refused"`     // why the campaign did not run before it was approved
	Approvals  int                `json:"approvals"`
}

// prove sends a proof copy (BAT) to the director, whose STOP is tried, and
// freezes the audience: the campaign does not run before it is approved.
func (s *story) prove(ctx context.Context) error {
	f := &s.figures.Approved
	f.Proofs = nil
	c := s.content()
	director := contact.Contact{
		ID: "direction", Points: []contact.Point{{Address: testerNumber}}, Language: "fr",
		Attributes: []contact.Attribute{{Name: "first_name", Value: contact.Text("Dominique")}},
		Origins:    []contact.Provenance{{Origin: &contact.Origin{Kind: contact.RentedFile, Collector: "Concours & Cadeaux SARL", Supplier: "Concours & Cadeaux SARL"}}},
	}
	prove := func(round string) (campaign.Proofed, error) {
		p, err := s.sender.Prove(ctx, c, campaign.Proof{Round: round, Tester: director})
		f.Proofs = append(f.Proofs, p)
		return p, err
	}
	first, err := prove("1")
	if err != nil {
		return err
	}
	if err := s.tryStop(ctx, first, prove); err != nil {
		return err
	}
	if _, err := s.planner.Launch(ctx, c); err != nil {
		return err
	}
	if _, err := s.runner.Run(ctx, c.ID()); err != nil {
		f.Refused = err.Error()
	}
	s.say("run before anybody approved: %s", f.Refused)
	if f.Refused == "" {
		return errors.New("a campaign ran without approval")
	}
	return nil
}

// approve has two people approve what they saw.
func (s *story) approve(ctx context.Context) error {
	f := &s.figures.Approved
	first := f.Proofs[0]
	saved, err := s.planner.Launch(ctx, s.content())
	if err != nil {
		return err
	}
	for _, by := range []string{"direction de campagne", "déléguée à la protection des données"} {
		saved, err = s.planner.Approve(ctx, firstCampaign, campaign.Approval{
			By: by, Text: first.Text, Audience: saved.Launch.Digest, Proofs: []provider.DispatchID{first.Dispatch},
		})
		if err != nil {
			return err
		}
	}
	f.Approvals = saved.Approvers()
	s.say("%d people approve text %v and audience %v: these, and nothing else, may run", f.Approvals, first.Text, saved.Launch.Digest)
	return nil
}

// tryStop has the director answer STOP to her copy.
func (s *story) tryStop(ctx context.Context, first campaign.Proofed, prove func(string) (campaign.Proofed, error)) error {
	if first.Class.State != campaign.HandedOver { // at night copies wait, too
		s.say("to the campaign's director: %s", first.Class)
		return nil
	}
	inbox := s.carrier.Inbox()
	s.say("to the campaign's director: “%s”", inbox[len(inbox)-1].Text)
	r, err := s.inbox.Handle(ctx, provider.Event{
		ID: "tester-1", Kind: provider.InboundText, Carrier: "loopback", From: testerNumber, To: "36180", Text: "STOP", Sent: s.now, Received: s.now,
	})
	if err != nil {
		return err
	}
	second, err := prove("2")
	if err != nil {
		return err
	}
	s.figures.Approved.TesterStop = r.Test && second.Class.Code == consent.CodeRefused
	s.say("she answers STOP, to try it: recorded as a test, and the next copy is %s", second.Class)
	return nil
}
