package campaign_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// roles are what happens to the people of a story, so many of each.
var roles = []struct {
	name string
	n    int
}{
	{"delivered", 30}, {"undelivered", 3}, {"expired", 2}, {"no receipt", 4}, {"delivered, then STOP", 5}, {"delivered, and unclear", 2},
	{"unreachable", 3}, {"blocked", 2}, {"content", 1}, {"temporary", 2}, {"temporary once", 3}, {"lost", 3}, {"lost, with a receipt", 2},
	{"never asked", 6}, {"withdrawn", 1}, {"refused before", 4}, {"hygiene", 3}, {"excluded", 2}, {"no address", 2}, {"no origin", 2},
	{"no value", 2}, {"moved", 1}, {"erased", 1}, {"refused after launch", 3}, {"deferred", 3}, {"deferred, then cancelled", 2},
	{"in flight", 1}, {"not tried", 4}, {"twin", 3}, {"late STOP", 2},
}

// story is a campaign with somebody in every class, and the carrier's own book.
type story struct {
	*host
	role    map[contact.Address]string
	of      map[string][]contact.Address
	carrier *loopback.Carrier
	reports *campaign.Reporter
	taken   map[provider.DispatchID]loopback.Handed // accepted, by the carrier's book
	tries   int
	options campaign.ReportOptions
}

func newStory(t *testing.T) *story {
	s := &story{host: newHost(t), role: map[contact.Address]string{}, of: map[string][]contact.Address{}, taken: map[provider.DispatchID]loopback.Handed{}}
	n := 0
	var cs []contact.Contact
	for _, r := range roles {
		for range r.n {
			a := number(n)
			s.role[a], s.of[r.name] = r.name, append(s.of[r.name], a)
			c := contact.Contact{
				ID: contact.ID(fmt.Sprintf("P%03d", n)), Base: rented.ID, Points: []contact.Point{{Address: a}}, Language: []string{"fr", "en"}[n%2],
				Attributes: []contact.Attribute{{Name: "prénom", Value: contact.Text("Zoé")}},
				Origins:    []contact.Provenance{{Origin: origin, Collected: s.now.AddDate(-1, 0, 0)}},
			}
			switch r.name {
			case "no address":
				c.Points = nil
			case "no origin":
				c.Origins = nil
			case "no value":
				c.Attributes = nil
			case "twin":
				second := c
				second.ID += "b"
				cs = append(cs, second)
			}
			cs = append(cs, c)
			if !slices.Contains([]string{"never asked", "no address"}, r.name) {
				s.agree(martin, a)
			}
			n++
		}
	}
	s.put(cs...)
	s.refuse(suppression.Refusal, suppression.FromFile, s.of["refused before"])
	s.refuse(suppression.Hygiene, suppression.Unreachable, s.of["hygiene"])
	s.refuse(suppression.Exclusion, suppression.NotMyCustomer, s.of["excluded"])
	s.pass(time.Minute)
	for _, a := range s.of["withdrawn"] {
		_, err := s.register.Record(t.Context(), consent.Statement{Address: a, Act: consent.Act{
			ID: uuid.New(), Kind: consent.Withdrawn, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{contact.Political},
			Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}}, Happened: s.now, Evidence: &consent.Evidence{Document: "letter"},
		}})
		require.NoError(t, err)
	}
	s.carrier = loopback.New(&loopback.Options{
		Clock: s, Capabilities: provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: 7},
		Script: s.answer, Receipt: s.receipt, Person: s.person, Repeat: 1,
	})
	var err error
	s.runner, err = campaign.NewRunner(s.gate, s.contacts, s.outbox, s.inbox, s.carrier, nil)
	require.NoError(t, err)
	s.reports, err = campaign.NewReporter(s.gate, s.register, s.outbox)
	require.NoError(t, err)
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	s.options = campaign.ReportOptions{Zone: paris, SegmentPrice: 43_500, PageSize: 7}
	return s
}

func (s *story) refuse(class suppression.Class, why suppression.Reason, as []contact.Address) {
	s.t.Helper()
	for _, a := range as {
		e := suppression.Entry{ID: uuid.New(), Class: class, Reason: why, Fingerprint: s.keys.Fingerprint(a), Happened: s.now, Recorded: s.now, Origin: "test"}
		if class == suppression.Exclusion {
			e.Client, e.Until = martin.ID, s.now.Add(1000*time.Hour)
		}
		_, err := s.list.Add(s.t.Context(), s.keys.ID(), []suppression.Entry{e})
		require.NoError(s.t, err)
	}
}

// answer, receipt and person are the carrier's side.
func (s *story) answer(_ int, h loopback.Handed) loopback.Answer {
	s.tries++
	reject := func(c provider.Cause) loopback.Answer {
		return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Rejected, Cause: c}}
	}
	switch role := s.role[h.To]; role {
	case "unreachable":
		return reject(provider.Unreachable)
	case "blocked":
		return reject(provider.Blocked)
	case "content":
		return reject(provider.BadContent)
	case "temporary once":
		if _, again := s.taken[h.Dispatch]; !again {
			s.taken[h.Dispatch] = loopback.Handed{}
			return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Temporary}}
		}
	case "temporary":
		return loopback.Answer{Outcome: provider.Outcome{Kind: provider.Temporary}}
	case "lost", "lost, with a receipt":
		s.taken[h.Dispatch] = h
		return loopback.Answer{Lost: true}
	}
	s.taken[h.Dispatch] = h
	if s.role[h.To] == "undelivered" { // counted otherwise
		return loopback.Answer{Outcome: provider.Outcome{Segments: 3}}
	}
	return loopback.Answer{}
}

func (s *story) receipt(h loopback.Handed) (provider.Status, time.Duration) {
	switch s.role[h.To] {
	case "lost", "no receipt":
		return provider.NoStatus, 0
	case "undelivered":
		return provider.Undelivered, time.Minute
	case "expired":
		return provider.Expired, 2 * time.Hour
	default:
		return provider.Delivered, 59 * time.Minute
	}
}

func (s *story) person(h loopback.Handed) []loopback.Reply {
	switch s.role[h.To] {
	case "delivered, then STOP":
		return []loopback.Reply{{Text: "STOP", After: 61 * time.Minute}}
	case "delivered, and unclear":
		return []loopback.Reply{{Text: "ma tante dit bonjour", After: 2 * time.Hour}}
	default:
		return nil
	}
}

// told plays the story, and leaves somebody in every class.
func (s *story) told() campaign.Campaign {
	s.t.Helper()
	ctx := s.t.Context()
	c := content("vote", martin)
	c.Name, c.MaxAttempts = "Européennes", 2
	field := []campaign.Field{{Name: "prénom"}}
	c.Templates = []campaign.Template{
		{Language: "fr", Text: "Alex Martin: {{prénom}}, votez. {{notice}} Par {{origin}}. STOP", Fields: field},
		{Language: "en", Text: "Alex Martin: {{prénom}}, please vote on Sunday for what you believe in, wherever you live and whatever you did last time. {{notice}} By {{origin}}. STOP", Fields: field},
	}
	s.launch(c)
	s.refuse(suppression.Refusal, suppression.ByForm, s.of["refused after launch"])
	for _, a := range s.of["moved"] {
		held := s.held(a)
		held.Points = []contact.Point{{Address: number(9000)}}
		_, err := s.contacts.Erase(ctx, rented.ID, []contact.ID{held.ID})
		require.NoError(s.t, err)
		s.put(held)
	}
	for _, a := range s.of["erased"] {
		_, err := s.contacts.Erase(ctx, rented.ID, []contact.ID{s.held(a).ID})
		require.NoError(s.t, err)
	}
	// What is not to be tried is put off; so is what is tried by hand below.
	later := s.now.Add(5 * time.Hour)
	s.eachRow(func(l campaign.Lease, row campaign.Pending, role string) {
		if slices.Contains([]string{"deferred", "deferred, then cancelled", "in flight", "not tried"}, role) {
			until := later
			if role == "not tried" || role == "in flight" {
				until = later.Add(-time.Hour)
			}
			require.NoError(s.t, s.outbox.Defer(ctx, l, []campaign.Deferral{{Dispatch: row.Dispatch, Until: until, Code: "hours.closed"}}))
		}
	})
	s.run(c.ID())
	s.pass(time.Hour)
	s.run(c.ID())
	for _, a := range s.of["late STOP"] {
		s.handle(provider.Event{Kind: provider.InboundText, From: a, To: "36180", Text: "STOP", Sent: s.now.Add(-62 * time.Minute)})
	}
	for _, a := range s.of["deferred, then cancelled"] {
		s.says(a, "STOP")
	}
	s.pass(3*time.Hour + 30*time.Minute)
	for range 10 {
		_, err := s.carrier.Deliver(ctx, s.inbox)
		require.NoError(s.t, err)
	}
	s.eachRow(func(l campaign.Lease, row campaign.Pending, role string) {
		if role == "in flight" {
			_, err := s.outbox.Mark(ctx, l, []campaign.AttemptID{{Dispatch: row.Dispatch, No: row.No}})
			require.NoError(s.t, err)
		}
	})
	return c
}

func (s *story) held(a contact.Address) contact.Contact {
	s.t.Helper()
	found, err := s.contacts.ByAddress(s.t.Context(), rented.ID, a)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, found)
	return found[0]
}

// eachRow leases every chunk once, and gives the leases back.
func (s *story) eachRow(do func(campaign.Lease, campaign.Pending, string)) {
	s.t.Helper()
	role := map[contact.Fingerprint]string{}
	for a, r := range s.role {
		role[s.keys.Fingerprint(a)] = r
	}
	var leases []campaign.Lease
	for {
		l, err := s.outbox.Lease(s.t.Context(), "vote", "test", 2*time.Minute)
		require.NoError(s.t, err)
		if l.Token == 0 {
			break
		}
		leases = append(leases, l)
		for _, row := range l.Rows {
			do(l, row, role[row.Fingerprint])
		}
	}
	for _, l := range leases {
		if !s.now.IsZero() {
			require.NoError(s.t, s.outbox.Release(s.t.Context(), l))
		}
	}
}

func (s *story) report() *campaign.Report {
	s.t.Helper()
	r, err := s.reports.Report(s.t.Context(), "vote", &s.options)
	require.NoError(s.t, err)
	return r
}

// Every line is what the roles and the carrier's own book say.
func TestReportAddsUpToTheCarriersBook(t *testing.T) {
	t.Parallel()

	s := newStory(t)
	s.told()
	r := s.report()
	n := func(names ...string) int {
		sum := 0
		for _, name := range names {
			require.NotEmpty(t, s.of[name], name)
			sum += len(s.of[name])
		}
		return sum
	}
	everybody := len(s.role) + n("twin")
	for path, want := range map[string]int{
		"": everybody, "duplicate": n("twin"), "not-tried": n("not tried"), "cancelled": n("deferred, then cancelled"),
		"deferred/hours.closed": n("deferred"), "in-flight": n("in flight"), "unknown": n("lost"),
		"failed": n("unreachable", "blocked", "content", "temporary"), "failed/unreachable": n("unreachable"), "failed/blocked": n("blocked"),
		"failed/content": n("content"), "failed/temporary": n("temporary"),
		"excluded/refusal":                           n("refused before", "refused after launch", "withdrawn"),
		"excluded/refusal/suppression.refusal":       n("refused before", "refused after launch"),
		"excluded/refusal/consent.withdrawn":         n("withdrawn"),
		"excluded/hygiene":                           n("hygiene"),
		"excluded/exclusion/suppression.exclusion":   n("excluded"),
		"excluded/no-consent/consent.never-asked":    n("never asked"),
		"excluded/contact/origin.missing":            n("no origin"),
		"excluded/contact/address.none":              n("no address"),
		"excluded/contact/template.value-missing":    n("no value"),
		"excluded/contact/address.changed":           n("moved"),
		"excluded/contact/contact.erased":            n("erased"),
		"handed-over/no-receipt":                     n("no receipt"),
		"handed-over/undelivered/undelivered":        n("undelivered"),
		"handed-over/undelivered/expired":            n("expired"),
		"handed-over/delivered":                      n("delivered", "delivered, then STOP", "delivered, and unclear", "temporary once", "lost, with a receipt", "twin", "late STOP"),
		"excluded/contact/of nothing that there was": 0,
	} {
		require.Equal(t, want, r.Count(path), path)
	}
	// The carrier's own book: what it took, but for what it never told us of.
	took, segments := 0, 0
	for _, h := range s.taken {
		if h.Text == "" || s.role[h.To] == "lost" {
			continue
		}
		took++
		segments += provider.CountSMS(h.Text).Segments
		if s.role[h.To] == "undelivered" {
			segments += 3 - provider.CountSMS(h.Text).Segments
		}
	}
	require.Equal(t, took, r.Count("handed-over"))
	require.Equal(t, took, r.Attempts.Find("accepted").Count)
	require.Equal(t, segments, r.Segments.Due)
	require.Equal(t, int64(segments)*43_500, r.Segments.Cost)
	require.Equal(t, n("undelivered"), r.Segments.Differing)
	require.Equal(t, s.tries, r.Attempts.Count-n("in flight")-r.Attempts.Find("not-sent").Count, "the carrier saw every other try")
	require.Equal(t, n("temporary", "temporary once"), r.Retries)
	require.Equal(t, n("refused after launch", "moved", "erased"), r.Attempts.Find("not-sent").Count)

	require.Equal(t, n("delivered, then STOP", "late STOP", "deferred, then cancelled"), r.Returned.Find("refusals", "replied-stop").Count+2,
		"the two of whom nothing was sent answer nothing of the campaign")
	require.Equal(t, n("delivered, and unclear"), r.Returned.Find("replies", "reply.unclear").Count)
	require.Equal(t, n("late STOP"), r.LateCount)
	require.Len(t, r.Late, r.LateCount)
	require.True(t, r.Late[0].Refused.Before(r.Late[0].Sent) && r.Late[0].Sent.Before(r.Late[0].Known))
	require.Len(t, r.Languages, 2)
	require.Equal(t, []string{"2024-06-03T10:00:00+02:00", "2024-06-03T11:00:00+02:00"}, starts(r.Hours.HandedOver))
	require.Equal(t, []string{"2024-06-03T00:00:00+02:00"}, starts(r.Days.Refusals))
	require.Equal(t, consent.Words{En: "The person was never asked.", Fr: "La personne n'a jamais été interrogée."}, r.Says["consent.never-asked"])

	tally := s.tally("vote")
	require.Equal(t, tally.Total(), r.Ordered.Count)
	require.Equal(t, tally.In(campaign.HandedOver, campaign.Delivered, campaign.Undelivered), r.Count("handed-over"))
	require.Equal(t, tally.In(campaign.Excluded), r.Count("excluded")+r.Count("duplicate"))
}

func starts(ms []campaign.Moment) []string {
	var out []string
	for _, m := range ms {
		out = append(out, m.Start.Format(time.RFC3339))
	}
	return out
}

// A bill with every fault is told line by line, and every line and message has
// one place.
func TestReconcile(t *testing.T) {
	t.Parallel()

	s := newStory(t)
	c := s.told()
	r := s.report()
	other := content("other", martin)
	s.launch(other)
	s.run("other")
	var book strings.Builder
	book.WriteString("ID message;Réf. client;Nb SMS;Statut;Montant HT\r\n")
	want := map[campaign.LineKind]int{}
	line := func(kind campaign.LineKind, id, ref any, segments, status, price string) {
		want[kind]++
		fmt.Fprintf(&book, "%v;%v;%s;%s;%s\r\n", id, ref, segments, status, price)
	}
	inbox := s.carrier.Inbox()
	slices.SortFunc(inbox, func(a, b loopback.Handed) int { return strings.Compare(a.Dispatch.String(), b.Dispatch.String()) })
	unbilled := 0
	campaignOf := campaign.NewDispatch(c.ID(), s.keys.Fingerprint(s.of["delivered"][0]))
	for _, h := range inbox {
		d, err := s.outbox.Find(t.Context(), campaign.Ref{Dispatch: h.Dispatch})
		require.NoError(t, err)
		segments := fmt.Sprint(provider.CountSMS(h.Text).Segments)
		switch role := s.role[h.To]; {
		case d.Campaign == "other":
			line(campaign.LineOtherCampaign, "", h.Dispatch, segments, "", "")
		case role == "no receipt" && unbilled < 2:
			unbilled++
		case role == "lost":
			line(campaign.LineUnknown, "", h.Dispatch, segments, "LIVRE", "0,0435")
		case role == "expired":
			line(campaign.LineStatus, "", h.Dispatch, segments, "livre", "0,0435")
		case role == "undelivered": // by our count, and not by the carrier's
			line(campaign.LineSegments, "", h.Dispatch, segments, "echec", "0.0435")
		case h.Dispatch == campaignOf:
			line(campaign.LineMatched, d.Attempts[0].Settlement.Outcome.CarrierID, "", segments, "LIVRE", "0,0435")
			line(campaign.LineTwice, "", h.Dispatch, segments, "LIVRE", "0,0435")
		default:
			line(campaign.LineMatched, "", h.Dispatch, segments, "inconnu", "0,0435 €")
		}
	}
	refused := campaign.NewDispatch(c.ID(), s.keys.Fingerprint(s.of["content"][0]))
	line(campaign.LineNotTaken, "", refused, "1", "", "")
	line(campaign.LineNotTaken, "", campaign.NewDispatch(c.ID(), s.keys.Fingerprint(s.of["never asked"][0])), "1", "", "")
	line(campaign.LineNeverSent, "nobody's", "", "2", "", "0,087")
	line(campaign.LineUnreadable, "", "33639980000", "1", "", "")
	line(campaign.LineUnreadable, "", refused, "one", "", "")
	line(campaign.LineUnreadable, "", refused, "1", "", "beaucoup")
	line(campaign.LineUnreadable, "", "", "1", "", "")

	seen := 0
	got, err := s.reports.Reconcile(t.Context(), c.ID(), strings.NewReader(book.String()), campaign.Invoice{
		Name: "juin.csv", CarrierID: "ID message", Dispatch: "Réf. client", Segments: "nb sms", Status: "Statut", Price: "Montant HT",
		Statuses: map[string]provider.Status{"Livre": provider.Delivered, "echec": provider.Undelivered},
		Each:     func(l campaign.InvoiceLine) error { seen++; require.Equal(t, seen+1, l.Line); return nil },
	})
	require.NoError(t, err)
	kinds := map[campaign.LineKind]int{}
	for k, total := range got.Kinds {
		kinds[k] = total.Lines
	}
	require.Equal(t, want, kinds)
	require.Len(t, want, 9, "every kind")
	require.Equal(t, seen, got.All.Lines)
	require.Equal(t, r.Count("handed-over"), got.HandedOver)
	require.Equal(t, r.Segments.Due, got.Due)
	require.Equal(t, 2, got.Unbilled)
	require.Len(t, got.Missing, 2)
	require.Equal(t, int64(87_000), got.Kinds[campaign.LineNeverSent].Price)
	require.NotContains(t, fmt.Sprintf("%+v", got), "33639980000")
	text := got.Text(language.French)
	require.Contains(t, text, "facturées et jamais envoyées par nous : 1\n")
	require.Contains(t, text, "remis et non facturés : 2\n")

	var table bytes.Buffer
	require.NoError(t, got.WriteCSV(&table, language.French))
	lines := strings.Split(strings.TrimSuffix(table.String(), "\r\n"), "\r\n")
	require.Equal(t, "\ufefflibellé;code;ligne;envoi;segments facturés;segments dus;montant;valeur", lines[0])
	require.Contains(t, lines, "facturées et jamais envoyées par nous;never-sent;;;2;;0,087000;1")
	require.Len(t, lines, 1+len(want)+1+len(got.Lines)+len(got.Missing))
	require.Equal(t, got.All.Lines-want[campaign.LineMatched], len(got.Lines))

	broken := *got
	broken.Unbilled--
	require.ErrorContains(t, broken.Check(), "want")
	broken = *got
	broken.All.Segments++
	require.ErrorContains(t, broken.Check(), "the kinds add up")
	_, err = s.reports.Reconcile(t.Context(), c.ID(), strings.NewReader("a;b\n"), campaign.Invoice{Name: "f", Dispatch: "ref"})
	require.ErrorContains(t, err, `invoice "f": column "ref"`)
	_, err = s.reports.Reconcile(t.Context(), c.ID(), new(bytes.Buffer), campaign.Invoice{})
	require.ErrorContains(t, err, "which column")
}
