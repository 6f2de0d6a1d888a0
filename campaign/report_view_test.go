package campaign_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// losing is an outbox that loses its first row, or has it twice.
type losing struct {
	campaign.Outbox
	campaign.Records
	lose bool
}

func (o losing) Rows(ctx context.Context, id, after string, limit int) (campaign.RecordPage, error) {
	p, err := o.Records.Rows(ctx, id, after, limit)
	if err != nil || after != "" {
		return p, err
	}
	// One that was tried: how many had no row is known of the others only.
	i := slices.IndexFunc(p.Rows, func(r campaign.Recorded) bool { return r.Row.Class.State == campaign.Ready })
	if o.lose {
		p.Rows = slices.Delete(p.Rows, i, i+1)
	} else {
		p.Rows = append(p.Rows, p.Rows[i])
	}
	return p, nil
}

func TestReportFor(t *testing.T) {
	t.Parallel()

	r := reported(t)
	for _, v := range []campaign.Viewer{
		{}, {Kind: campaign.ThePerson, Party: martin.ID}, {Kind: campaign.AClient, Party: dupont.ID}, {Kind: campaign.AnOwner, Party: martin.ID}, {Kind: campaign.AClient},
	} {
		require.Equal(t, &campaign.Report{Reduced: true}, r.For(v), "%+v", v)
	}
	require.Equal(t, r, r.For(campaign.Viewer{Kind: campaign.AnOwner, Party: owner.ID}))
	require.Equal(t, r, r.For(campaign.Viewer{Kind: campaign.TheHost, By: "operator"}))
	own := *r
	own.Mode = 1
	require.Equal(t, &own, own.For(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID}))

	client := r.For(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID})
	require.NoError(t, client.Check())
	require.Equal(t, r.Ordered.Count, client.Ordered.Count)
	require.Empty(t, client.Late)
	require.Empty(t, client.Segments.Differences)
	require.Zero(t, client.Attempts.Count)
	text, err := json.Marshal(client)
	require.NoError(t, err)
	require.NotContains(t, string(text), `"dispatch"`)
	require.Empty(t, small(client))
}

// small returns the counts of a report that a client of a rented base must not
// see.
func small(r *campaign.Report) []string {
	var out []string
	see := func(what string, n int) {
		if n > 0 && n < campaign.SmallCount {
			out = append(out, fmt.Sprint(what, " ", n))
		}
	}
	var walk func(string, campaign.Figure)
	walk = func(path string, f campaign.Figure) {
		see(path+f.Key, f.Count)
		for _, p := range f.Parts {
			walk(path+f.Key+"/", p)
		}
	}
	walk("", r.Ordered)
	walk("", r.Attempts)
	walk("", r.Returned)
	for _, t := range []campaign.Timeline{r.Hours, r.Days} {
		for _, ms := range [][]campaign.Moment{t.HandedOver, t.Delivered, t.Refusals} {
			for _, m := range ms {
				see("moment", m.Count)
			}
		}
	}
	for _, f := range append(slices.Clone(r.Languages), r.Shares...) {
		see(f.Key, f.Count)
	}
	for what, n := range map[string]int{
		"tried": r.Tried, "retries": r.Retries, "shared": r.Shared, "late": r.LateCount, "launched": r.Launched, "due": r.Segments.Due,
		"ours": r.Segments.Ours, "answered": r.Segments.Answered, "reported": r.Segments.Reported, "uncounted": r.Segments.Uncounted,
		"differing": r.Segments.Differing,
	} {
		see(what, n)
	}
	return out
}

// Reports of any size add up when they are reduced, and show no small count.
func TestReportForAnySize(t *testing.T) {
	t.Parallel()

	r := reported(t)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var grown campaign.Report
		require.NoError(t, json.Unmarshal(text, &grown))
		grow(rng, &grown)
		require.NoError(t, grown.Check(), "seed %d", seed)
		client := grown.For(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID})
		require.NoError(t, client.Check(), "seed %d", seed)
		require.Empty(t, small(client), "seed %d", seed)
	}
}

// grow gives every figure of r another size, and keeps its sums.
func grow(rng *rand.Rand, r *campaign.Report) {
	var leaves func(*campaign.Figure)
	leaves = func(f *campaign.Figure) {
		if len(f.Parts) == 0 {
			f.Count = rng.IntN(1 << rng.IntN(9))
			return
		}
		f.Count = 0
		for i := range f.Parts {
			leaves(&f.Parts[i])
			f.Count += f.Parts[i].Count
		}
	}
	leaves(&r.Ordered)
	leaves(&r.Returned)
	r.Launched = r.Ordered.Count
	handed := r.Count("handed-over")
	r.Attempts.Parts = []campaign.Figure{{Key: "accepted", Count: handed}}
	r.Attempts.Count, r.Tried, r.Retries = handed, handed, 0
	for _, x := range []struct {
		hours, days []campaign.Moment
		n           int
	}{
		{r.Hours.HandedOver, r.Days.HandedOver, handed}, {r.Hours.Delivered, r.Days.Delivered, r.Count("handed-over/delivered")},
		{r.Hours.Refusals, r.Days.Refusals, r.Returned.Find("refusals").Count},
	} {
		split(rng, x.n, x.hours)
		x.days[0].Count = x.n
	}
	first := rng.IntN(handed + 1)
	r.Languages[0].Count, r.Languages[1].Count = first, handed-first
}

func split(rng *rand.Rand, n int, ms []campaign.Moment) {
	for i := range ms {
		ms[i].Count = 0
	}
	for i := range ms {
		k := rng.IntN(n + 1)
		if i == len(ms)-1 {
			k = n
		}
		ms[i].Count, n = k, n-k
	}
}

// Late is what a refusal reaches, and went after it and before it was known.
func TestReportLate(t *testing.T) {
	t.Parallel()

	s := newStory(t)
	s.told()
	before := s.report().LateCount
	f := s.keys.Fingerprint(s.of["delivered"][0])
	sent, err := s.outbox.Find(t.Context(), campaign.Ref{Dispatch: campaign.NewDispatch("vote", f)})
	require.NoError(t, err)
	at := sent.Attempts[0].Marked
	add := func(happened, recorded time.Duration, scope contact.Scope) int {
		t.Helper()
		_, err := s.list.Add(t.Context(), s.keys.ID(), []suppression.Entry{{
			ID: uuid.New(), Class: suppression.Refusal, Reason: suppression.ByForm, Fingerprint: f, Scope: scope,
			Happened: at.Add(happened), Recorded: at.Add(recorded), Origin: "test",
		}})
		require.NoError(t, err)
		return s.report().LateCount - before
	}
	reached, other := contact.Scope{Controller: martin.ID}, contact.Scope{Controller: dupont.ID}
	require.Zero(t, add(-2*time.Minute, -time.Minute, reached), "it was known")
	require.Zero(t, add(0, time.Hour, reached), "it was no later")
	require.Zero(t, add(-time.Minute, time.Hour, other), "it refuses somebody else")
	require.Equal(t, 1, add(-time.Minute, time.Hour, reached))
	require.Equal(t, 1, add(-2*time.Minute, time.Hour, contact.Scope{}), "once for each message")
}

// What a Sender sends is a campaign of one.
func TestReportOfOneMessage(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people("own", 1)[0]
	single := campaign.Single{
		Contact: contact.Contact{ID: "P00", Base: "own", Points: []contact.Point{{Address: a}}, Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}},
		Request: request("", martin),
	}
	single.Request.Kind, single.Request.InReplyTo = consent.KeywordReply, consent.Inbound{Event: "in-1", At: h.now}
	var err error
	single.Content, err = consent.KeywordText("fr", "stop", martin.Name, "")
	require.NoError(t, err)
	h.says(a, "STOP")
	r, err := h.sender.Send(t.Context(), "reply", single)
	require.NoError(t, err)
	require.Equal(t, campaign.HandedOver, r.Class.State)
	reports, err := campaign.NewReporter(h.gate, h.register, h.outbox)
	require.NoError(t, err)
	report, err := reports.Report(t.Context(), "single/reply", nil)
	require.NoError(t, err)
	require.Equal(t, 1, report.Count("handed-over/no-receipt"))
	require.Equal(t, []campaign.Figure{{Key: "fr", Count: 1}}, report.Languages)
	require.Equal(t, []int{1, 1, 1}, []int{report.Segments.Ours, report.Segments.Answered, report.Segments.Due})
}
