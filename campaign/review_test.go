package campaign_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// likely is a reply that the reader takes to be a refusal, and not surely.
const likely = "j'ai rien demandé"

// reviewHost is a host whose register keeps reviews.
type reviewHost struct {
	*host
	reviews  *memory.Reviews
	reviewer *consent.Reviewer
}

func newReviewHost(t *testing.T) *reviewHost {
	t.Helper()
	h := &reviewHost{host: newHost(t), reviews: new(memory.Reviews)}
	h.wireReviews()
	return h
}

func (h *reviewHost) wireReviews() {
	var err error
	h.register, err = consent.NewRegister(h.ledger, h.list, h.keys, &consent.RegisterOptions{Clock: h, Reviews: h.reviews})
	require.NoError(h.t, err)
	h.inbox, err = campaign.NewInbox(h.register, h.outbox, reader())
	require.NoError(h.t, err)
	h.sender, err = campaign.NewSender(h.gate, h.outbox, h.inbox, h.carrier, nil)
	require.NoError(h.t, err)
	h.reviewer, err = consent.NewReviewer(h.register)
	require.NoError(h.t, err)
}

func (h *reviewHost) resolve(id uuid.UUID, as consent.ReviewOutcome) (consent.Review, error) {
	return h.reviewer.Resolve(h.t.Context(), id, consent.ReviewResolution{By: "claude", Why: "read it", As: as})
}

// standing returns the reasons of the refusals that stand for a.
func (h *reviewHost) standing(a contact.Address) []suppression.Reason {
	h.t.Helper()
	hits, err := h.list.Match(h.t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(a)})
	require.NoError(h.t, err)
	var out []suppression.Reason
	for _, hit := range hits {
		out = append(out, hit.Entry.Reason)
	}
	return out
}

func (h *reviewHost) acts(a contact.Address, k consent.ActKind) []consent.Act {
	h.t.Helper()
	history, err := h.register.History(h.t.Context(), a)
	require.NoError(h.t, err)
	var out []consent.Act
	for _, act := range history.Acts {
		if act.Kind == k {
			out = append(out, act)
		}
	}
	return out
}

// contacted is somebody who got one content message.
func (h *reviewHost) contacted() contact.Address {
	h.t.Helper()
	a := h.people(rented.ID, 1)[0]
	h.agree(martin, a)
	h.launch(content("vote", martin))
	h.run("vote")
	require.Len(h.t, h.carrier.Inbox(), 1)
	h.pass(time.Minute)
	return a
}

func TestLikelyRefusalIsReviewed(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	e := provider.Event{ID: "same", Kind: provider.InboundText, From: a, To: "36180", Text: likely + " (0639980000)", Sent: h.now}
	r := h.handle(e)
	require.Equal(t, reply.LikelyRefusal, r.Meaning)
	require.True(t, r.Review)
	require.Equal(t, []suppression.Reason{suppression.LikelyReplied, suppression.LikelyReplied}, h.standing(a))
	h.pass(time.Hour)
	again := h.handle(e)
	require.True(t, again.Again)
	require.Equal(t, r.ReviewID, again.ReviewID)

	list, err := h.reviewer.List(t.Context(), consent.ReviewQuery{Open: true, Campaign: "vote", Client: martin.ID}, time.Time{})
	require.NoError(t, err)
	require.Len(t, list, 1, "the same event opens nothing twice")
	require.Equal(t, time.Hour, list[0].Age)
	require.Equal(t, consent.LikelyRefusal, list[0].Cause)
	require.Len(t, list[0].Refusals, 2)
	require.NotContains(t, list[0].Words, "0639980000")
	require.Contains(t, list[0].Words, likely)

	_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, consent.ReviewResolution{By: "claude", As: consent.WasNoRefusal})
	require.ErrorContains(t, err, "Why")
	_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, consent.ReviewResolution{Why: "x", As: consent.WasNoRefusal})
	require.ErrorContains(t, err, "By")
	_, err = h.resolve(r.ReviewID, consent.WasNothing)
	require.Error(t, err, "something is suspended")
	for range 2 {
		got, err := h.resolve(r.ReviewID, consent.WasNoRefusal)
		require.NoError(t, err)
		require.Empty(t, got.Words)
	}
	require.Empty(t, h.standing(a))
	_, lifting, err := h.list.Get(t.Context(), list[0].Refusals[0])
	require.NoError(t, err)
	require.Equal(t, r.ReviewID, lifting.Review)
	require.Zero(t, lifting.Act)
	_, err = h.resolve(r.ReviewID, consent.WasRefusal)
	require.ErrorIs(t, err, consent.ErrConflict)
	require.Empty(t, h.acts(a, consent.Objected))
}

func TestReviewWasRefusal(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	for _, text := range []string{likely, "pourquoi ce numéro ?"} {
		before := len(h.standing(a))
		r := h.says(a, text)
		require.NotZero(t, r.ReviewID)
		_, err := h.resolve(r.ReviewID, consent.WasRefusal)
		require.NoError(t, err)
		_, err = h.resolve(r.ReviewID, consent.WasRefusal)
		require.NoError(t, err)
		require.Len(t, h.standing(a), before+2, "%s reaches the advertiser and the base", text)
		h.pass(time.Minute)
	}
	no := h.acts(a, consent.Objected)
	require.Len(t, no, 2)
	require.Equal(t, consent.ByHost, no[0].By)
	require.Equal(t, likely, no[0].Evidence.Text)
	require.Equal(t, []contact.Purpose{contact.Prospecting}, no[0].Purposes)
}

// A STOP that arrives while a review is open stands, whatever the review finds.
func TestReviewLiftsItsOwnSuspensionOnly(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	first := h.says(a, likely)
	h.pass(time.Minute)
	second := h.says(a, likely)
	h.pass(time.Minute)
	h.says(a, "STOP")
	_, err := h.resolve(first.ReviewID, consent.WasNoRefusal)
	require.NoError(t, err)
	require.ElementsMatch(t, []suppression.Reason{suppression.LikelyReplied, suppression.LikelyReplied, suppression.Replied, suppression.Replied}, h.standing(a))
	_, err = h.resolve(second.ReviewID, consent.WasNoRefusal)
	require.NoError(t, err)
	require.Equal(t, []suppression.Reason{suppression.Replied, suppression.Replied}, h.standing(a))
}

// A review that names the refusal of somebody or something else lifts nothing.
func TestReviewOfAnothersRefusal(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	h.says(a, likely)
	stop := h.says(a, "STOP")
	hits, err := h.list.Match(t.Context(), h.keys.ID(), []contact.Fingerprint{h.keys.Fingerprint(a)})
	require.NoError(t, err)
	require.Len(t, stop.Refused, 2)
	for i, hit := range hits {
		for _, spoil := range []func(*consent.Review){
			func(v *consent.Review) { v.Event = "test/another" },
			func(v *consent.Review) { v.Fingerprint = h.keys.Fingerprint(number(77)) },
			func(v *consent.Review) {
				if hit.Entry.Reason == suppression.LikelyReplied {
					v.Cause = consent.LaterYes
				}
			},
		} {
			v := consent.Review{
				ID: uuid.New(), Cause: consent.LikelyRefusal, Fingerprint: hit.Entry.Fingerprint, Refusals: []uuid.UUID{hit.Entry.ID},
				Event: hit.Entry.Origin[len("event "):], Happened: h.now, Opened: h.now,
			}
			spoil(&v)
			_, err := h.reviews.OpenReview(t.Context(), h.keys.ID(), v)
			require.NoError(t, err)
			_, err = h.resolve(v.ID, consent.WasNoRefusal)
			require.Errorf(t, err, "entry %d", i)
			require.Len(t, h.standing(a), 4)
		}
	}
}

func TestUnreviewedIsRefusal(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	r := h.says(a, likely)
	h.pass(consent.ReviewWithin - time.Microsecond)
	n, err := h.reviewer.Sweep(t.Context(), h.now.Add(time.Hour))
	require.NoError(t, err)
	require.Zero(t, n, "an instant to come counts as now")
	h.pass(time.Microsecond)
	for _, as := range []consent.ReviewOutcome{consent.WasNoRefusal} {
		_, err = h.resolve(r.ReviewID, as)
		require.ErrorIs(t, err, consent.ErrOverdue, "nobody swept")
	}
	list, err := h.reviewer.List(t.Context(), consent.ReviewQuery{}, time.Time{})
	require.NoError(t, err)
	require.True(t, list[0].Overdue)
	for want := range 2 {
		n, err = h.reviewer.Sweep(t.Context(), time.Time{})
		require.NoError(t, err)
		require.Equal(t, 1-want, n)
	}
	require.Len(t, h.acts(a, consent.Objected), 1)
	require.Len(t, h.standing(a), 2)
	got, err := h.reviews.Review(t.Context(), r.ReviewID)
	require.NoError(t, err)
	require.Equal(t, &consent.ReviewResolution{By: "accord", Why: "not reviewed within 7 days", As: consent.WasRefusal, At: h.now}, got.Resolution)
	_, err = h.resolve(r.ReviewID, consent.WasNoRefusal)
	require.ErrorIs(t, err, consent.ErrConflict)
}

// What somebody wrote into the store after the seven days, past the reviewer,
// lifts nothing.
func TestLateResolutionPastTheReviewer(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	r := h.says(a, likely)
	h.pass(consent.ReviewWithin)
	late := consent.ReviewResolution{By: "reviewer", Why: "looked at the words", As: consent.WasNoRefusal, At: h.now}
	_, err := h.reviews.ResolveReview(t.Context(), r.ReviewID, late)
	require.NoError(t, err)
	_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, late)
	require.ErrorIs(t, err, consent.ErrEvidence)
	require.Len(t, h.standing(a), 2, "it is a refusal by now")
}

// More reviews than fit a page of the sweep, the last of them not due.
func TestSweepPages(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	as := h.people(rented.ID, 3)
	for n := range 205 {
		require.NotZero(t, h.says(as[n%3], likely).ReviewID)
		h.pass(time.Second)
	}
	h.pass(consent.ReviewWithin - 5*time.Second)
	n, err := h.reviewer.Sweep(t.Context(), time.Time{})
	require.NoError(t, err)
	require.Equal(t, 201, n)
}

func TestReviewWasYes(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.people(rented.ID, 1)[0]
	h.launch(asking("one", martin))
	h.run("one")
	h.launch(asking("two", dupont))
	h.run("two")
	sent := h.carrier.Inbox()
	require.NotEmpty(t, sent)
	h.pass(time.Minute)
	r := h.says(a, "euh peut-être bien")
	require.NotZero(t, r.ReviewID)
	v, err := h.reviews.Review(t.Context(), r.ReviewID)
	require.NoError(t, err)
	yes := consent.ReviewResolution{By: "claude", Why: "called back", As: consent.WasYes, Request: uuid.New()}
	_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, yes)
	require.ErrorIs(t, err, consent.ErrEvidence, "no such request")
	yes.Request = v.Dispatches[0]
	for range 2 {
		_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, yes)
		require.NoError(t, err)
	}
	given := h.acts(a, consent.Given)
	require.Len(t, given, 1)
	require.Equal(t, "euh peut-être bien", given[0].Evidence.Text)
	require.Equal(t, yes.Request, given[0].Dispatch)

	// The same request again, and a yes before a STOP.
	h.pass(time.Minute)
	open := v
	open.ID = uuid.New()
	_, err = h.reviews.OpenReview(t.Context(), h.keys.ID(), open)
	require.NoError(t, err)
	_, err = h.reviewer.Resolve(t.Context(), open.ID, yes)
	require.ErrorIs(t, err, consent.ErrEvidence, "answered")
}

func TestReviewNoYesAfterStop(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.people(rented.ID, 1)[0]
	h.launch(asking("one", martin))
	h.run("one")
	h.pass(time.Minute)
	r := h.says(a, "euh peut-être bien")
	v, err := h.reviews.Review(t.Context(), r.ReviewID)
	require.NoError(t, err)
	h.pass(time.Minute)
	h.says(a, "STOP")
	_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, consent.ReviewResolution{By: "c", Why: "w", As: consent.WasYes, Request: v.Dispatches[0]})
	require.ErrorIs(t, err, consent.ErrEvidence)
	require.Empty(t, h.acts(a, consent.Given))
}

// A no that only the ledger has ends the yes, too.
func TestReviewNoYesAfterALaterNo(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.people(rented.ID, 1)[0]
	h.launch(asking("one", martin))
	h.run("one")
	h.pass(time.Minute)
	r := h.says(a, "euh peut-être bien")
	v, err := h.reviews.Review(t.Context(), r.ReviewID)
	require.NoError(t, err)
	_, err = h.register.Record(t.Context(), consent.Statement{Address: a, Act: consent.Act{
		ID: uuid.New(), Kind: consent.Objected, By: consent.ByPerson, Grade: consent.Witnessed, Happened: h.now, Evidence: &consent.Evidence{Document: "form"},
	}})
	require.NoError(t, err)
	_, err = h.reviewer.Resolve(t.Context(), r.ReviewID, consent.ReviewResolution{By: "c", Why: "w", As: consent.WasYes, Request: v.Dispatches[0]})
	require.ErrorIs(t, err, consent.ErrEvidence)
}

func TestReviewErasedAndRotated(t *testing.T) {
	t.Parallel()

	h := newReviewHost(t)
	a := h.contacted()
	r := h.says(a, likely)
	require.NoError(t, h.register.Erase(t.Context(), a))
	v, err := h.reviews.Review(t.Context(), r.ReviewID)
	require.NoError(t, err)
	require.Empty(t, v.Words)
	require.Nil(t, v.Resolution)

	next, err := h.keys.Rotated([]byte("a second secret of the tests"))
	require.NoError(t, err)
	require.NoError(t, suppression.Rotate(t.Context(), h.keys, next, h.contacts, h.list, h.ledger, h.outbox, h.reviews))
	h.keys = next
	h.wireReviewsOnly()
	_, err = h.resolve(r.ReviewID, consent.WasNoRefusal)
	require.NoError(t, err)
	require.Empty(t, h.standing(a))
}

func (h *reviewHost) wireReviewsOnly() {
	var err error
	h.register, err = consent.NewRegister(h.ledger, h.list, h.keys, &consent.RegisterOptions{Clock: h, Reviews: h.reviews})
	require.NoError(h.t, err)
	h.reviewer, err = consent.NewReviewer(h.register)
	require.NoError(h.t, err)
}

func TestInboxWithoutReviews(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	r := h.says(a, likely)
	require.True(t, r.Review)
	require.Zero(t, r.ReviewID)
	_, err := consent.NewReviewer(h.register)
	require.Error(t, err)
}
