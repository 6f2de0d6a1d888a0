package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// review is a likely refusal of the person n, opened at second n.
func review(n byte) consent.Review {
	at := day(2024, 6, 3).Add(time.Duration(n) * time.Second)
	return consent.Review{
		ID: uuid.New(), Cause: consent.LikelyRefusal, Fingerprint: contact.Fingerprint{n}, Words: "laissez-moi", Event: "test/e1",
		Clients: []contact.PartyID{"martin"}, Campaigns: []string{"vote"}, Dispatches: []uuid.UUID{{1, n}}, Refusals: []uuid.UUID{{2, n}},
		Reach: []contact.Scope{{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}},
		Acts: []consent.Act{{
			ID: uuid.UUID{3, n}, Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{contact.Political},
			Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}}, Dispatch: uuid.UUID{1, n}, Happened: at,
		}},
		Happened: at, Opened: at,
	}
}

func resolution(as consent.ReviewOutcome) consent.ReviewResolution {
	r := consent.ReviewResolution{By: "Claude", Why: "read it", As: as, At: day(2024, 6, 4)}
	if as == consent.WasYes {
		r.Request = uuid.UUID{1, 1}
	}
	return r
}

func openReview(t *testing.T, s consent.ReviewStore, rs ...consent.Review) {
	t.Helper()
	for _, r := range rs {
		fresh, err := s.OpenReview(t.Context(), keyA, r)
		require.NoError(t, err)
		require.True(t, fresh)
	}
}

func reviewed(t *testing.T, s consent.ReviewStore, q consent.ReviewQuery) []consent.Review {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	got, err := s.Reviews(t.Context(), keyA, q)
	require.NoError(t, err)
	return got
}

var reviewCases = []testCase{
	{
		name:   "Idempotent",
		clause: "It is idempotent by ID: one that is there already changes nothing, whether it is resolved or not, and gets no words back that are gone.",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			again := r
			again.Opened = r.Opened.Add(time.Hour)
			for range 2 {
				fresh, err := s.Reviews.OpenReview(t.Context(), keyA, again)
				require.NoError(t, err)
				require.False(t, fresh)
				require.Len(t, reviewed(t, s.Reviews, consent.ReviewQuery{}), 1)
				_, err = s.Reviews.ResolveReview(t.Context(), r.ID, resolution(consent.WasRefusal))
				require.NoError(t, err)
			}
			got, err := s.Reviews.Review(t.Context(), r.ID)
			require.NoError(t, err)
			require.Equal(t, r.Resolved(resolution(consent.WasRefusal)), got)
			require.Empty(t, got.Words)
			_, err = s.Reviews.Review(t.Context(), uuid.New())
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	}, {
		name:   "Conflict",
		clause: "Words and Opened are not compared; an ID used for another review fails with ErrConflict.",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			for _, change := range []func(*consent.Review){
				func(r *consent.Review) { r.Fingerprint[0]++ },
				func(r *consent.Review) { r.Cause = consent.UnclearReply },
				func(r *consent.Review) { r.Refusals = append([]uuid.UUID{uuid.New()}, r.Refusals...) },
				func(r *consent.Review) { r.Happened = r.Happened.Add(time.Second) },
			} {
				other := r
				change(&other)
				_, err := s.Reviews.OpenReview(t.Context(), keyA, other)
				require.ErrorIs(t, err, consent.ErrConflict)
			}
			require.Equal(t, []consent.Review{r}, reviewed(t, s.Reviews, consent.ReviewQuery{}))
		},
	}, {
		name:   "Valid",
		clause: "A review that is not valid fails, and so does one with a Resolution.",
		run: func(t *testing.T, s Stores) {
			as := resolution(consent.WasRefusal)
			for _, spoil := range []func(*consent.Review){
				func(r *consent.Review) { r.Cause = "" },
				func(r *consent.Review) { r.Fingerprint = contact.Fingerprint{} },
				func(r *consent.Review) { r.Resolution = &as },
			} {
				r := review(1)
				spoil(&r)
				_, err := s.Reviews.OpenReview(t.Context(), keyA, r)
				require.Error(t, err)
			}
			require.Empty(t, reviewed(t, s.Reviews, consent.ReviewQuery{}))
		},
	}, {
		name:   "Pages",
		clause: "Reviews returns the reviews that a query asks for, oldest first: by Opened and then by the bytes of ID. A review that was resolved keeps its place.",
		run: func(t *testing.T, s Stores) {
			var all []consent.Review
			for n := range byte(5) {
				r := review(5 - n)
				all = append([]consent.Review{r}, all...)
				openReview(t, s.Reviews, r)
			}
			twin := review(5)
			twin.ID = uuid.UUID{0xff}
			openReview(t, s.Reviews, twin)
			all = append(all, twin)
			var got []consent.Review
			q := consent.ReviewQuery{Open: true, Limit: 2}
			for page := reviewed(t, s.Reviews, q); len(page) > 0; page = reviewed(t, s.Reviews, q) {
				got = append(got, page...)
				q.After = page[len(page)-1].ID
				_, err := s.Reviews.ResolveReview(t.Context(), q.After, resolution(consent.WasNoRefusal))
				require.NoError(t, err)
			}
			require.Equal(t, all, got)
			require.Len(t, reviewed(t, s.Reviews, consent.ReviewQuery{Closed: true}), 3)
			for _, q := range []consent.ReviewQuery{{Limit: 0}, {Limit: 1, After: uuid.New()}} {
				_, err := s.Reviews.Reviews(t.Context(), keyA, q)
				require.Error(t, err)
			}
		},
	}, {
		name:   "Query",
		clause: "The zero value of a field asks for all.",
		run: func(t *testing.T, s Stores) {
			other := review(2)
			other.Cause, other.Campaigns, other.Clients = consent.UnclearYes, []string{"x", "offer"}, []contact.PartyID{"x", "dupont"}
			openReview(t, s.Reviews, review(1), other)
			require.Len(t, reviewed(t, s.Reviews, consent.ReviewQuery{}), 2)
			for _, q := range []consent.ReviewQuery{
				{Cause: consent.UnclearYes}, {Campaign: "offer"}, {Client: "dupont"}, {Fingerprint: other.Fingerprint},
				{Open: true, Cause: consent.UnclearYes, Campaign: "x", Client: "x"},
			} {
				require.Equal(t, []consent.Review{other}, reviewed(t, s.Reviews, q))
			}
			require.Empty(t, reviewed(t, s.Reviews, consent.ReviewQuery{Closed: true}))
			require.Empty(t, reviewed(t, s.Reviews, consent.ReviewQuery{Campaign: "vote", Client: "dupont"}))
		},
	}, {
		name:   "Bytes",
		clause: "Texts are the same when == says so, whatever the collation of the database beneath.",
		run: func(t *testing.T, s Stores) {
			for i, text := range hostile {
				r := review(byte(i + 1))
				r.Cause, r.Words, r.Event = consent.ReviewCause("c"+text), text, text
				r.Campaigns, r.Clients = []string{text}, []contact.PartyID{contact.PartyID(text)}
				openReview(t, s.Reviews, r)
				got, err := s.Reviews.Review(t.Context(), r.ID)
				require.NoErrorf(t, err, "%+q", text)
				require.Equalf(t, r, got, "%+q", text)
			}
			for _, text := range hostile {
				if text == "" {
					continue
				}
				require.Lenf(t, reviewed(t, s.Reviews, consent.ReviewQuery{Campaign: text}), 1, "%+q", text)
			}
		},
	}, {
		name:   "Copies",
		clause: "A store keeps and returns copies.",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			r.Campaigns[0], r.Acts[0].Purposes[0] = "x", "x"
			for range 2 {
				got, err := s.Reviews.ResolveReview(t.Context(), r.ID, resolution(consent.WasYes))
				require.NoError(t, err)
				require.Equal(t, "vote", got.Campaigns[0])
				require.Equal(t, contact.Political, got.Acts[0].Purposes[0])
				require.Equal(t, "laissez-moi", got.Words, "the evidence of a yes")
				got.Campaigns[0], got.Acts[0].Purposes[0], got.Resolution.As = "y", "y", consent.WasNothing
				got = reviewed(t, s.Reviews, consent.ReviewQuery{})[0]
				require.Equal(t, "vote", got.Campaigns[0])
				got.Refusals[0], got.Resolution.By = uuid.UUID{}, "y"
			}
		},
	}, {
		name:   "Resolve",
		clause: "It is idempotent: the same resolution again, at whatever time, changes nothing and returns the first. Another one fails with ErrConflict",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			first := resolution(consent.WasNoRefusal)
			for day := range 2 {
				as := first
				as.At = as.At.AddDate(0, 0, day)
				got, err := s.Reviews.ResolveReview(t.Context(), r.ID, as)
				require.NoError(t, err)
				require.Equal(t, r.Resolved(first), got)
			}
			for _, change := range []func(*consent.ReviewResolution){
				func(r *consent.ReviewResolution) { r.By = "another" },
				func(r *consent.ReviewResolution) { r.Why = "another" },
				func(r *consent.ReviewResolution) { r.As = consent.WasRefusal },
			} {
				as := first
				change(&as)
				_, err := s.Reviews.ResolveReview(t.Context(), r.ID, as)
				require.ErrorIs(t, err, consent.ErrConflict)
			}
			_, err := s.Reviews.ResolveReview(t.Context(), uuid.New(), first)
			require.ErrorIs(t, err, contact.ErrNotFound)
			_, err = s.Reviews.ResolveReview(t.Context(), r.ID, consent.ReviewResolution{})
			require.Error(t, err)
		},
	}, {
		name:   "ResolveAtOnce",
		clause: "Another one fails with ErrConflict: of two at the same time one wins.",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			var won atomic.Int64
			var wg sync.WaitGroup
			for n := range 8 {
				wg.Go(func() {
					as := resolution(consent.WasRefusal)
					as.By = string(rune('a' + n))
					if _, err := s.Reviews.ResolveReview(t.Context(), r.ID, as); err == nil {
						won.Add(1)
					}
				})
			}
			wg.Wait()
			require.EqualValues(t, 1, won.Load())
		},
	}, {
		name:   "Erase",
		clause: "EraseReviews removes the words of every review of a fingerprint. The reviews stay, open ones as open as they were: a likely refusal survives.",
		run: func(t *testing.T, s Stores) {
			r, yes, other := review(1), review(1), review(2)
			openReview(t, s.Reviews, r, yes, other)
			_, err := s.Reviews.ResolveReview(t.Context(), yes.ID, resolution(consent.WasYes))
			require.NoError(t, err)
			require.NoError(t, s.Reviews.EraseReviews(t.Context(), keyA, r.Fingerprint))
			require.NoError(t, s.Reviews.EraseReviews(t.Context(), keyA, contact.Fingerprint{99}))
			_, err = s.Reviews.OpenReview(t.Context(), keyA, r)
			require.NoError(t, err)
			r.Words = ""
			got, err := s.Reviews.Review(t.Context(), yes.ID)
			require.NoError(t, err)
			require.Empty(t, got.Words)
			require.Equal(t, []consent.Review{r, other}, reviewed(t, s.Reviews, consent.ReviewQuery{Open: true}))
		},
	}, {
		name:   "Rotate",
		clause: "Rotate replaces every fingerprint f by wrap(f), in one step, when the store's key is from, and does nothing when it is to or when the store is bound to no key yet, which to then becomes. A zero fingerprint stays zero.",
		run: func(t *testing.T, s Stores) {
			r, text := review(1), review(2)
			text.Fingerprint, text.Text, text.Cause = contact.Fingerprint{}, consent.Digest{7}, consent.PoliticalWords
			openReview(t, s.Reviews, r, text)
			for range 2 {
				require.NoError(t, s.Reviews.Rotate(t.Context(), keyA, keyB, wrap))
			}
			require.ErrorIs(t, s.Reviews.Rotate(t.Context(), keyA, contact.KeyID{9}, wrap), suppression.ErrKey)
			r.Fingerprint = wrap(r.Fingerprint)
			got, err := s.Reviews.Reviews(t.Context(), keyB, consent.ReviewQuery{Limit: 9})
			require.NoError(t, err)
			require.Equal(t, []consent.Review{r, text}, got)
		},
	}, {
		name:   "Key",
		clause: "The first call that names a key binds the ReviewStore to it; any call with another key fails with suppression.ErrKey and changes nothing.",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			_, err := s.Reviews.OpenReview(t.Context(), keyB, review(2))
			require.ErrorIs(t, err, suppression.ErrKey)
			_, err = s.Reviews.Reviews(t.Context(), keyB, consent.ReviewQuery{Limit: 1})
			require.ErrorIs(t, err, suppression.ErrKey)
			require.ErrorIs(t, s.Reviews.EraseReviews(t.Context(), keyB, r.Fingerprint), suppression.ErrKey)
			require.Equal(t, []consent.Review{r}, reviewed(t, s.Reviews, consent.ReviewQuery{}))
		},
	}, {
		name:   "Cancelled",
		clause: "A call whose context is done changes nothing, and returns an error with context.Cause in its tree.",
		run: func(t *testing.T, s Stores) {
			r := review(1)
			openReview(t, s.Reviews, r)
			ctx, reason := cancelled(t)
			_, err := s.Reviews.OpenReview(ctx, keyA, review(2))
			require.ErrorIs(t, err, reason)
			_, err = s.Reviews.Review(ctx, r.ID)
			require.ErrorIs(t, err, reason)
			_, err = s.Reviews.Reviews(ctx, keyA, consent.ReviewQuery{Limit: 1})
			require.ErrorIs(t, err, reason)
			_, err = s.Reviews.ResolveReview(ctx, r.ID, resolution(consent.WasRefusal))
			require.ErrorIs(t, err, reason)
			require.ErrorIs(t, s.Reviews.EraseReviews(ctx, keyA, r.Fingerprint), reason)
			require.ErrorIs(t, s.Reviews.Rotate(ctx, keyA, keyB, wrap), reason)
			require.Equal(t, []consent.Review{r}, reviewed(t, s.Reviews, consent.ReviewQuery{}))
		},
	},
}

var liftingCases = []testCase{{
	name:   "LiftByReview",
	clause: "It fails with contact.ErrNotFound when there is no such entry, and for a Lifting that is not valid.",
	run: func(t *testing.T, s Stores) {
		e := refusal(1)
		e.Reason = suppression.LikelyReplied
		add(t, s.List, e)
		for _, l := range []suppression.Lifting{{Entry: e.ID}, {Entry: e.ID, Act: uuid.New(), Review: uuid.New()}} {
			require.Error(t, s.List.Lift(t.Context(), l))
			require.Len(t, match(t, s.List, e.Fingerprint), 1)
		}
		l := suppression.Lifting{Entry: e.ID, Review: uuid.New(), Recorded: day(2024, 6, 5)}
		require.NoError(t, s.List.Lift(t.Context(), l))
		_, lifting, err := s.List.Get(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, &l, lifting)
		changes, err := s.List.Changes(t.Context(), 0, 10)
		require.NoError(t, err)
		require.Equal(t, &l, changes[1].Lifting, "the feed shows the review")
	},
}}
