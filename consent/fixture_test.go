package consent_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The cast: a candidate and her party, another candidate, and the owner of a
// base whom candidates rent it from.
var (
	martin = contact.Party{ID: "martin", Name: "Jeanne Martin", Group: "horizon", Aliases: []string{"J. Martin"}}
	party  = contact.Party{ID: "parti", Name: "Parti Horizon", Group: "horizon"}
	durand = contact.Party{ID: "durand", Name: "Paul Durand"}
	owner  = contact.Party{ID: "fichiers", Name: "Fichiers SARL"}
)

// monday is Monday 3 June 2024, 10:00 in Paris: within every hour, and four
// days before the first silence of the European election.
var monday = time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)

const noticeURL = "https://martin.example/infos"

// goodText has every mention that a first political message needs.
const goodText = "Jeanne Martin: votez le 9 juin. Source: Fichiers SARL. Infos " + noticeURL + " STOP au 36180"

func phone(t testing.TB, n int) contact.Address {
	t.Helper()
	a, err := contact.PhoneFromDigits(33_639_980_000 + uint64(n))
	require.NoError(t, err)
	return a
}

func keyring(t testing.TB, secret string) *suppression.Keyring {
	t.Helper()
	k, err := suppression.NewKeyring([]byte(secret + " 0123456789abcdef"))
	require.NoError(t, err)
	return k
}

// id returns an ID that depends on n alone.
func id(n int) uuid.UUID { return uuid.UUID{14: byte(n >> 8), 15: byte(n), 0: 1} }

// politicalRequest is what martin sends about the European election on the base
// that she rents.
func politicalRequest() consent.Request {
	return consent.Request{
		Campaign: "c1", Client: "martin",
		Base:        contact.Base{ID: "base", Name: "Base grand public", Owner: owner, Mode: contact.Rented},
		Controllers: []contact.Party{martin, owner},
		Purpose:     contact.Political, Kind: consent.ContentMessage, Channel: contact.SMS,
		Sender:   contact.Sender{Value: "MARTIN24", Kind: contact.Alphanumeric, Owner: "martin", ReplyTo: "36180"},
		Election: "fr-european-2024", NoticeURL: noticeURL,
	}
}

// with returns a copy of politicalRequest that change has changed.
func with(change func(*consent.Request)) consent.Request {
	r := politicalRequest()
	change(&r)
	return r
}

// world is a gate over memory stores, at an instant that tests move.
type world struct {
	t       testing.TB
	now     time.Time
	ledger  *memory.Ledger
	list    *memory.Suppressions
	keyring *suppression.Keyring
	gate    *consent.Gate
	reg     *consent.Register
}

// newWorld returns a world at monday, whose gate asks the French pack and knows
// of no earlier message. change may be nil.
func newWorld(t testing.TB, change func(*consent.Pack, *consent.GateOptions)) *world {
	t.Helper()
	w := &world{t: t, now: monday, ledger: &memory.Ledger{}, list: &memory.Suppressions{}, keyring: keyring(t, "pepper")}
	clock := consent.ClockFunc(func() time.Time { return w.now })
	pack := regime.France()
	opts := &consent.GateOptions{AllowFiction: true, Clock: clock, Readers: []consent.FactReader{consent.LedgerOnly{}}}
	if change != nil {
		change(&pack, opts)
	}
	var err error
	w.gate, err = consent.OpenGate(t.Context(), w.ledger, w.list, w.keyring, pack, opts)
	require.NoError(t, err)
	w.reg, err = consent.NewRegister(w.ledger, w.list, w.keyring, &consent.RegisterOptions{Clock: clock})
	require.NoError(t, err)
	return w
}

// person returns a recipient with the nth number, whose data came from the
// owner of the base.
func (w *world) person(n int) consent.Recipient {
	w.t.Helper()
	c := &contact.Contact{
		ID: contact.ID("P"), Base: "base", Points: []contact.Point{{Address: phone(w.t, n)}},
		Origins: []contact.Provenance{{
			Origin:    &contact.Origin{Kind: contact.RentedFile, Collector: "jeu-concours.example", Supplier: "Fichiers SARL"},
			Collected: time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC),
		}},
	}
	return consent.Recipient{Contact: c, Point: c.Points[0], Content: consent.Content{Language: "fr", Text: goodText}}
}

// agreed is the person's own yes to martin's political SMS, on 1 June 2024.
func agreed(n int) consent.Act {
	return consent.Act{
		ID: id(n), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{contact.Political}, Channels: contact.Channels(contact.SMS),
		Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}},
		Happened: time.Date(2024, 6, 1, 10, 0, 0, 0, time.UTC),
		Evidence: &consent.Evidence{Text: "OUI", Event: "e-1"},
	}
}

func (w *world) record(n int, acts ...consent.Act) {
	w.t.Helper()
	for _, a := range acts {
		_, err := w.reg.Record(w.t.Context(), consent.Statement{Address: phone(w.t, n), Act: a})
		require.NoError(w.t, err)
	}
}

func (w *world) decide(req consent.Request, r consent.Recipient) consent.Decision {
	w.t.Helper()
	d, err := w.gate.Decide(w.t.Context(), req, r)
	require.NoError(w.t, err)
	return d
}

// clear clears one recipient.
func (w *world) clear(req consent.Request, r consent.Recipient) consent.Clearing {
	w.t.Helper()
	out, err := w.gate.Clear(w.t.Context(), req, []consent.Recipient{r})
	require.NoError(w.t, err)
	require.Len(w.t, out, 1)
	return out[0]
}
