package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"golang.org/x/text/language"
)

//go:embed data/sample.csv
var shippedSample []byte

//go:embed data/opposition.sha256
var shippedOpposition []byte

// wheel is what a third supplier says of its files, and the contract holds it
// to: one form, with the words that it showed, on-line since 1 February 2024.
var wheel = supplier.Profile{
	Supplier: contact.Party{ID: "roue", Name: "Roue de la chance SAS"}, Contract: "essai 2024-05",
	Base: "sample", Kind: contact.RentedFile, Zone: "Europe/Paris",
	Columns: supplier.Columns{Phone: "mobile", Date: "date_optin", IP: "ip", URL: "page"},
	Forms: []supplier.Form{{
		Name: "roue-v1", Collector: "Roue de la chance SAS", Sites: []string{"roue.example"},
		Notice: contact.Notice{
			Language: "fr", Text: "☑ J'accepte de recevoir par SMS les offres des partenaires.",
			Partners: []string{"Boutique Dupont"}, PartnersVersion: "2024-01",
		},
		From:     time.Date(2024, time.February, 1, 0, 0, 0, 0, time.UTC),
		Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS),
		Grantees: consent.Grantees{Category: "partenaires de Roue de la chance SAS"},
	}},
	// A sample is small: what is many in it is less than in a whole file.
	Limits: supplier.Limits{SameSecond: 20, SharedIP: 25},
}

// judgeSample reads the sample into stores of its own, which nobody sends from.
func (s *story) judgeSample(ctx context.Context) error {
	register, err := consent.NewRegister(new(memory.Ledger), new(memory.Suppressions), s.keyring, &consent.RegisterOptions{Clock: s.register.Clock()})
	if err != nil {
		return err
	}
	aside := supplier.Stores{Contacts: new(memory.Contacts), Register: register, Documents: new(memory.Documents)}
	report, err := supplier.Import(ctx, bytes.NewReader(shippedSample), &wheel, aside, supplier.Options{ParsePhone: french})
	if err != nil {
		return err
	}
	s.figures.Sample = report
	s.say("%d lines, each “100 %% opt-in”: %d grants could be recorded, %d prove nothing:", report.Import.Lines, report.Recorded, report.Refused)
	for _, form := range report.Forms {
		for _, f := range form.Flags {
			s.say("%5d  %s, first on line %d", f.Lines, strings.TrimSuffix(f.Code.Sentence(language.English), "."), f.First[0])
		}
	}
	s.say("the report goes to the supplier, and the file is not rented")
	return nil
}

// repoussoir is how the trade writes such a list: SHA-256 of 0612345678.
var repoussoir = suppression.DigestFormat{Hash: suppression.SHA256, Spellings: []suppression.Spelling{suppression.FrenchNational}}

// importOpposition takes the refusals that the candidate's last prestataire
// kept. They are hashed, and mean something once numbers are known.
func (s *story) importOpposition(ctx context.Context) error {
	report, err := suppression.ImportDigests(ctx, s.pending, bytes.NewReader(shippedOpposition), repoussoir, suppression.ImportOptions{
		File: "opposition.sha256", At: s.now.AddDate(0, -1, 0), Recorded: s.now,
		Scope:      contact.Scope{Group: martin.Group, Purpose: contact.Prospecting},
		Unreadable: func(int, string, error) error { return nil }, // counted in the report; a host keeps them
	})
	if err != nil {
		return err
	}
	resolver, err := suppression.NewResolver(s.pending, s.list, s.keyring)
	if err != nil {
		return err
	}
	resolved, err := resolver.Bases(ctx, s.contacts, base.ID)
	if err != nil {
		return err
	}
	s.figures.Opposition, s.figures.Resolved = report, resolved
	s.say("and the candidate's list from her last prestataire, SHA-256 (liste repoussoir):")
	s.say("%d lines: %d kept, %d unreadable; %d are of numbers in the file, the others wait for theirs", report.Lines, report.Pending, report.Unreadable, resolved.Resolved)
	return nil
}

// handOn writes the candidate's refusals for her next prestataire.
func (s *story) handOn(ctx context.Context) error {
	var file bytes.Buffer
	report, err := suppression.ExportDigests(ctx, s.list, s.keyring, &file, suppression.DigestExportOptions{
		Format: repoussoir, Source: s.contacts, Bases: []contact.BaseID{base.ID},
		// Who refused the owner of the file, and not her, is not hers to hand on.
		Target: contact.Target{Controllers: []contact.Party{martin}, Purpose: contact.Political, Channel: contact.SMS},
	})
	if err != nil {
		return err
	}
	s.figures.HandedOn = report
	s.say("%d people who refuse her, one SHA-256 a line, sorted: nothing says when or why", report.Written)
	if lines := bytes.Count(file.Bytes(), []byte("\n")); lines != report.Written {
		return fmt.Errorf("%d lines, and the report says %d", lines, report.Written)
	}
	return nil
}

// readLateStops reads the file that the carrier sends in the evening: STOPs that
// we know already, and some that never came live.
func (s *story) readLateStops(ctx context.Context) error {
	s.now = s.now.Add(5 * time.Hour)
	kept := 0
	report, err := s.inbox.ReceiveFile(ctx, strings.NewReader(s.carrierFile()), campaign.StopFile{
		Name: "stops-20240604.csv", Carrier: "loopback", EventID: "id", From: "msisdn", To: "shortcode", Text: "texte", ParsePhone: french,
		At: "recu_le", Zone: s.paris, Ahead: carrierAhead,
		Unreadable: func(int, string, error) error { kept++; return nil },
	})
	if err != nil {
		return err
	}
	s.figures.LateStops = report
	s.say("%d lines: %d known from before, %d new, %d unreadable, which is kept for a human to read", report.Lines, report.Again, report.Refused, kept)
	s.say("%d messages were sent after the person's STOP, before we knew:", len(report.Late))
	for _, l := range report.Late {
		s.say("   %s, dispatch %.8s: STOP at %s, sent at %s, known at %s", l.Campaign, l.Dispatch,
			l.Refused.In(s.paris).Format(time.TimeOnly), l.Sent.In(s.paris).Format(time.TimeOnly), l.Known.In(s.paris).Format(time.TimeOnly))
	}
	return nil
}

// carrierAhead is by how much the carrier's clock differs from ours.
const carrierAhead = 90 * time.Second

// carrierFile is what the carrier has: three of the STOPs that it told us of,
// two that it did not, from people who were then written to, and a line that
// somebody damaged.
func (s *story) carrierFile() string {
	var b strings.Builder
	b.WriteString("id;msisdn;shortcode;texte;recu_le\n")
	line := func(id string, from contact.Address, at time.Time) {
		fmt.Fprintf(&b, "%s;%s;36180;STOP;%s\n", id, from.Reveal(), at.Add(carrierAhead).In(s.paris).Format("02/01/2006 15:04:05"))
	}
	for _, e := range s.records.stops[:min(3, len(s.records.stops))] {
		line(e.ID, e.From, e.Sent)
	}
	unheard := 0
	refused := s.refusedAt()
	for _, h := range slices.Backward(s.carrier.Inbox()) {
		if _, stopped := refused[h.To]; stopped || h.To == s.events.curious {
			continue
		}
		unheard++
		line(fmt.Sprintf("late-%d", unheard), h.To, h.At.Add(-time.Duration(unheard)*37*time.Minute))
		if unheard == 2 {
			break
		}
	}
	b.WriteString("late-3;numéro masqué;36180;STOP;04/06/2024 11:02:00\n")
	return b.String()
}
