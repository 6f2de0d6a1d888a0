package storetest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Bench takes n people through what a campaign does to stores, and reports for
// each step how many people a second it takes: import (contacts and consents),
// preview, launch, and dispatch to an HTTP sink on this machine, a request a
// message, with every mark, check, outcome and a STOP now and then, whose 50th and
// 99th percentile it reports. Bare is what the same HTTP client does with the same
// sink, as many at a time, without any of that. Every iteration has stores of its
// own, which open returns with what it takes to compare them.
//
// Numbers start with +999, which no country has.
func Bench(b *testing.B, n int, open func(b *testing.B) (Stores, ByHand)) {
	for b.Loop() {
		s, byHand := open(b)
		w := newBenched(b, s, n)
		w.timed("import", n, w.load)
		w.size("imported", &byHand)
		w.timed("preview", n, w.preview)
		w.timed("by-hand", n, func() {
			counted, err := byHand.Count(b.Context())
			require.NoError(b, err)
			require.Equal(b, n, counted)
		})
		w.timed("launch", n, w.launch)
		w.timed("bare", n, w.bare)
		var took []time.Duration
		w.timed("dispatch", n, func() { took = w.dispatch() })
		w.size("dispatched", &byHand)
		if len(took) > 0 {
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-stop-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-stop-p99")
		}
	}
}

// ByHand is what a database says of itself, beside the stores in it.
type ByHand struct {
	// Count counts the people of the base "supporters" whom a hand-written query
	// puts in the class of those who agreed and did not refuse, in one statement
	// over the tables of the stores.
	Count func(ctx context.Context) (int, error)
	// Size is how many bytes the stores take, indexes and all.
	Size func(ctx context.Context) (int64, error)
}

const (
	benchWorkers = 4
	benchWindow  = 200
)

type benched struct {
	Stores
	b        *testing.B
	n        int
	sink     *httptest.Server
	client   *http.Client
	keyring  *suppression.Keyring
	gate     *consent.Gate
	register *consent.Register
	inbox    *campaign.Inbox
	planner  *campaign.Planner
	campaign campaign.Campaign
}

func newBenched(b *testing.B, s Stores, n int) *benched {
	w := &benched{Stores: s, b: b, n: n}
	w.sink = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // what a client sends to loopback arrives
	}))
	b.Cleanup(w.sink.Close)
	w.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchWorkers * senders}}
	var err error
	w.keyring, err = suppression.NewKeyring([]byte("a secret of the benchmark"))
	require.NoError(b, err)
	sent, err := campaign.NewSentReader(s.Outbox, w.keyring)
	require.NoError(b, err)
	w.gate, err = consent.OpenGate(b.Context(), s.Ledger, s.List, w.keyring, regime.France(), &consent.GateOptions{Clock: s.Clock, Readers: []consent.FactReader{sent}})
	require.NoError(b, err)
	w.register, err = consent.NewRegister(s.Ledger, s.List, w.keyring, &consent.RegisterOptions{Clock: s.Clock})
	require.NoError(b, err)
	w.inbox, err = campaign.NewInbox(w.register, s.Outbox, walkReader())
	require.NoError(b, err)
	w.planner, err = campaign.NewPlanner(w.gate, s.Contacts, s.Outbox, nil)
	require.NoError(b, err)
	own := contact.Base{ID: "supporters", Owner: martin, Mode: contact.Own}
	w.campaign = campaign.Campaign{
		Request: consent.Request{
			Campaign: "bench", Client: martin.ID, Base: own, Controllers: []contact.Party{martin}, Purpose: contact.Political,
			Kind: consent.ContentMessage, Channel: contact.SMS, Election: pollID,
			Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: martin.ID},
		},
		Templates: []campaign.Template{{Language: "fr", Text: "Alex Martin: votez le 9 juin. STOP pour refuser"}},
	}
	return w
}

// timed reports how many people a second a step takes.
func (w *benched) timed(step string, n int, f func()) {
	began := time.Now() // a benchmark's own clock
	f()
	w.b.ReportMetric(float64(n)/time.Since(began).Seconds(), step+"/s")
}

// size reports how many bytes a person takes by now.
func (w *benched) size(step string, h *ByHand) {
	bytes, err := h.Size(w.b.Context())
	require.NoError(w.b, err)
	w.b.ReportMetric(float64(bytes)/float64(w.n), "B-"+step)
}

func (w *benched) address(i int) contact.Address {
	a, err := contact.PhoneFromDigits(999_000_000_000 + uint64(i))
	require.NoError(w.b, err)
	return a
}

func (w *benched) load() {
	const batch = 1000
	origin := &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
	at := w.Clock.Now().AddDate(0, -1, 0)
	hasher := w.keyring.Hasher()
	for from := 0; from < w.n; from += batch {
		var people []contact.Contact
		var acts []consent.Statement
		for i := from; i < min(from+batch, w.n); i++ {
			a := w.address(i)
			people = append(people, contact.Contact{
				ID: contact.ID(fmt.Sprint(i)), Base: "supporters", Territory: "FR", Points: []contact.Point{{Address: a}},
				Origins: []contact.Provenance{{Origin: origin, Collected: at}},
			})
			acts = append(acts, consent.Statement{Address: a, Act: consent.Act{
				ID: uuid.New(), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{contact.Political},
				Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{martin.ID}},
				Happened: at, Evidence: &consent.Evidence{Document: "form"},
			}})
		}
		hasher.Stamp(people)
		_, err := w.Contacts.Put(w.b.Context(), w.keyring.ID(), people)
		require.NoError(w.b, err)
		_, err = w.register.Record(w.b.Context(), acts...)
		require.NoError(w.b, err)
	}
}

func (w *benched) preview() {
	p, err := w.planner.Preview(w.b.Context(), w.campaign, time.Time{})
	require.NoError(w.b, err)
	require.Equal(w.b, w.n, p.Messages)
}

func (w *benched) launch() {
	_, err := w.planner.Launch(w.b.Context(), w.campaign)
	require.NoError(w.b, err)
}

const senders = 8 // requests of one worker at a time

// post hands one text to the sink.
func (w *benched) post(ctx context.Context, text string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.sink.URL, strings.NewReader(text))
	if err != nil {
		return err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	return err
}

// eachOf calls f for 0 to n-1, from as many goroutines.
func eachOf(n, goroutines int, f func(i int)) {
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := g; i < n; i += goroutines {
				f(i)
			}
		})
	}
	wg.Wait()
}

func (w *benched) bare() {
	eachOf(w.n, benchWorkers*senders, func(int) {
		if err := w.post(w.b.Context(), w.campaign.Templates[0].Text); err != nil {
			w.b.Error(err)
		}
	})
}

// Capabilities implements provider.Provider.
func (w *benched) Capabilities() provider.Capabilities {
	return provider.Capabilities{Channels: contact.Channels(contact.SMS), Batch: benchWindow, Window: benchWindow}
}

// Send implements provider.Provider.
func (w *benched) Send(ctx context.Context, batch []*provider.Message) []provider.Outcome {
	out := make([]provider.Outcome, len(batch))
	eachOf(len(batch), senders, func(i int) {
		cleared, err := batch[i].Open()
		if err != nil {
			return
		}
		if w.post(ctx, cleared.Content.Text) == nil {
			out[i] = provider.Outcome{Kind: provider.Accepted, CarrierID: batch[i].ID().String()}
		}
	})
	return out
}

// dispatch sends the campaign, and returns how long STOPs took meanwhile.
func (w *benched) dispatch() (took []time.Duration) {
	runner, err := campaign.NewRunner(w.gate, w.Contacts, w.Outbox, w.inbox, w, &campaign.RunnerOptions{Workers: benchWorkers})
	require.NoError(w.b, err)
	done := make(chan struct{})
	var refusing sync.WaitGroup
	refusing.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			began := time.Now() // a benchmark's own clock
			_, err := w.inbox.Handle(w.b.Context(), provider.Event{
				ID: fmt.Sprint(i), Kind: provider.InboundText, Carrier: "bench", From: w.address(i * 97 % w.n), To: "36180", Text: "STOP",
				Sent: w.Clock.Now(), Received: w.Clock.Now(),
			})
			if err != nil {
				w.b.Error(err)
				return
			}
			took = append(took, time.Since(began))
		}
	})
	s, err := runner.Run(w.b.Context(), w.campaign.ID())
	close(done)
	refusing.Wait()
	require.NoError(w.b, err)
	require.Greater(w.b, s.HandedOver, w.n/2)
	return took
}
