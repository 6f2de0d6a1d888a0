package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
)

// A NumberCheck says which numbers of a base to ask networks about.
type NumberCheck struct {
	Base   contact.BaseID
	Source contact.Source
	Lookup provider.Lookup
	// Network names who is asked, for the ledger.
	Network string
	// Target are the messages that the check is for: nobody is asked about whose
	// refusal, or an entry about the address, keeps them away.
	Target contact.Target
	// Most is how many numbers may be asked about; it is required, since each
	// costs money and is a look into somebody's life.
	Most int
	// After is where an earlier check stopped: NumberReport.Next.
	After contact.Position
	// PageSize is how many contacts are read and asked about at a time; 0 means
	// 1,000.
	PageSize int
}

// A NumberReport accounts for every telephone number that a check came by: the
// first of each contact that the channel of the target reaches. Numbers is the sum of Refused, Known and Asked, and Asked that of Live, Absent,
// Disconnected and Unknown.
type NumberReport struct {
	Contacts     int `json:"contacts"`
	Numbers      int `json:"numbers"`
	Refused      int `json:"refused"` // not asked about: the person refuses
	Known        int `json:"known"`   // not asked about: the address is known not to work
	Asked        int `json:"asked"`
	Live         int `json:"live"`
	Absent       int `json:"absent"`
	Disconnected int `json:"disconnected"`
	Unknown      int `json:"unknown"`
	// Next is where the following check goes on; "" when the base was read to its
	// end.
	Next contact.Position `json:"next,omitempty"`
}

// CheckNumbers asks networks about the telephone numbers of a base before a
// campaign, and records what it learns: a number without a subscriber is
// disconnected, so that older grants end and it is left alone; an absence counts
// as one. It stops before it would ask about more than Most, and can go on from
// Next. What was learnt of a page is stored before the next is read; after an
// error the report tells how far it got, and Next is the page that failed.
func (in *Inbox) CheckNumbers(ctx context.Context, c NumberCheck) (NumberReport, error) {
	switch {
	case c.Source == nil || c.Lookup == nil || c.Base == "" || c.Network == "":
		return NumberReport{}, errors.New("campaign: check numbers: no Source, Lookup, Base or Network")
	case c.Target.Channel == contact.EmailChannel || !c.Target.Channel.Valid():
		return NumberReport{}, errors.New("campaign: check numbers: Target.Channel is not one of telephones")
	case c.Most < 1:
		return NumberReport{}, errors.New("campaign: check numbers: Most is not positive: say what it may cost")
	}
	if c.PageSize <= 0 {
		c.PageSize = defaultPage
	}
	report := NumberReport{Next: c.After}
	for {
		size := min(c.PageSize, c.Most-report.Asked)
		if size == 0 {
			return report, nil
		}
		page, err := c.Source.Page(ctx, c.Base, report.Next, size)
		if err != nil {
			return report, fmt.Errorf("campaign: check numbers: source: %w", err)
		}
		found, err := in.checkPage(ctx, &c, page.Contacts)
		if err != nil {
			return report, fmt.Errorf("campaign: check numbers: %w", err)
		}
		report.add(found)
		report.Next = page.Next
		if page.Next == "" {
			return report, nil
		}
	}
}

func (r *NumberReport) add(o NumberReport) {
	r.Contacts += o.Contacts
	r.Numbers += o.Numbers
	r.Refused += o.Refused
	r.Known += o.Known
	r.Asked += o.Asked
	r.Live += o.Live
	r.Absent += o.Absent
	r.Disconnected += o.Disconnected
	r.Unknown += o.Unknown
}

// checkPage asks about the numbers of a page, and records the answers.
func (in *Inbox) checkPage(ctx context.Context, c *NumberCheck, contacts []contact.Contact) (NumberReport, error) {
	report := NumberReport{Contacts: len(contacts)}
	keyring := in.register.Keyring()
	hasher := keyring.Hasher()
	var numbers []contact.Address
	var fingerprints []contact.Fingerprint
	seen := map[contact.Address]bool{}
	for i := range contacts {
		p, ok := contacts[i].Point(c.Target.Channel)
		if !ok || seen[p.Address] {
			continue
		}
		seen[p.Address] = true
		numbers, fingerprints = append(numbers, p.Address), append(fingerprints, hasher.Fingerprint(p.Address))
	}
	report.Numbers = len(numbers)
	asked, prints, err := in.askable(ctx, c, numbers, fingerprints, &report)
	if err != nil || len(asked) == 0 {
		return report, err
	}
	found, lookupErr := c.Lookup.Lookup(ctx, asked)
	now := in.now()
	for i := range asked {
		state := provider.NumberUnknown
		if i < len(found) {
			state = found[i].State
		}
		report.Asked++
		if err := in.recordState(ctx, c, state, asked[i], prints[i], now); err != nil {
			return report, err
		}
		switch state {
		case provider.NumberLive:
			report.Live++
		case provider.NumberAbsent:
			report.Absent++
		case provider.NumberDead:
			report.Disconnected++
		default:
			report.Unknown++
		}
	}
	if lookupErr != nil {
		// What was learnt is stored; the page is asked about again.
		return report, fmt.Errorf("look-up: %w", lookupErr)
	}
	return report, nil
}

// askable leaves out the numbers that nobody will write to.
func (in *Inbox) askable(ctx context.Context, c *NumberCheck, numbers []contact.Address, prints []contact.Fingerprint, report *NumberReport) ([]contact.Address, []contact.Fingerprint, error) {
	hits, err := in.register.List().Match(ctx, in.register.Keyring().ID(), prints)
	if err != nil {
		return nil, nil, err
	}
	out := make([]suppression.Class, len(numbers))
	now := in.now()
	for _, h := range hits {
		e := &h.Entry
		// An exclusion reaches nothing here, where there is no client.
		if !e.Reaches(&c.Target, "", "", now) {
			continue
		}
		if out[h.Index] == suppression.NoClass || e.Class < out[h.Index] {
			out[h.Index] = e.Class
		}
	}
	var asked []contact.Address
	var kept []contact.Fingerprint
	for i, class := range out {
		switch class {
		case suppression.Refusal:
			report.Refused++
		case suppression.Hygiene:
			report.Known++
		default:
			asked, kept = append(asked, numbers[i]), append(kept, prints[i])
		}
	}
	return asked, kept, nil
}

// recordState stores what a network said of a number. The answers of one day are
// one: to check a page again changes nothing.
func (in *Inbox) recordState(ctx context.Context, c *NumberCheck, s provider.NumberState, a contact.Address, f contact.Fingerprint, at time.Time) error {
	name := []string{"lookup", c.Network, string(f[:]), at.Format(time.DateOnly)}
	entry := suppression.Entry{Fingerprint: f, Happened: at, Recorded: at, Origin: "look-up by " + c.Network}
	switch s {
	case provider.NumberDead:
		act := consent.Act{
			ID: derived(append(name, "act")...), Kind: consent.Disconnected, By: consent.ByCarrier, Grade: consent.Witnessed,
			Happened: at, Source: c.Network, Evidence: &consent.Evidence{Event: "look-up of " + at.Format(time.RFC3339)},
		}
		_, err := in.register.Record(ctx, consent.Statement{Address: a, Act: act})
		if err != nil && !errors.Is(err, consent.ErrConflict) { // of earlier on the same day
			return err
		}
		entry.ID, entry.Class, entry.Reason, entry.Until = derived(name...), suppression.Hygiene, suppression.Disconnected, at.Add(quarantine)
		return in.note(ctx, entry)
	case provider.NumberAbsent:
		return in.absent(ctx, entry, c.Target.Channel, func(parts ...string) []string { return append(name[:len(name):len(name)], parts...) })
	default:
		return nil
	}
}
