package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/provider"
	"golang.org/x/text/language"
)

// finalReport gives the client the figures of the campaign, and holds ours
// against what the carrier recorded, message by message.
func (s *story) finalReport(ctx context.Context) error {
	reporter, err := campaign.NewReporter(s.gate, s.register, s.outbox)
	if err != nil {
		return err
	}
	c := s.content()
	report, err := reporter.Report(ctx, c.ID(), &campaign.ReportOptions{Zone: s.paris, SegmentPrice: segmentPrice})
	if err != nil {
		return err
	}
	invoice, billed := s.carrierInvoice(c.ID())
	reconciled, err := reporter.Reconcile(ctx, c.ID(), strings.NewReader(invoice), campaign.Invoice{
		Name: "facture-juin.csv", Dispatch: "reference", Segments: "segments",
	})
	if err != nil {
		return err
	}
	s.figures.Report, s.figures.Reconciled, s.figures.Billed = report, reconciled, billed
	client := report.For(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID, By: "direction de campagne"})
	for line := range strings.Lines(client.Text(language.French)) {
		s.say("%s", strings.TrimRight(line, "\n"))
	}
	for line := range strings.Lines(reconciled.Text(language.English)) {
		s.say("%s", strings.TrimRight(line, "\n"))
	}
	if err := reconciled.Check(); err != nil {
		return err
	}
	if reconciled.HandedOver != billed || reconciled.Unbilled != 0 {
		return fmt.Errorf("the carrier has %d messages of the campaign, and we have %d", billed, reconciled.HandedOver)
	}
	return nil
}

// carrierInvoice writes what the carrier bills for a campaign, from its own
// records.
func (s *story) carrierInvoice(id string) (string, int) {
	var b strings.Builder
	b.WriteString("reference;segments\n")
	sent := s.sent(id)
	for _, h := range sent {
		fmt.Fprintf(&b, "%v;%d\n", h.Dispatch, provider.CountSMS(h.Text).Segments)
	}
	return b.String(), len(sent)
}
