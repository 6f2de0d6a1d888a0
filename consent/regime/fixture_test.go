package regime_test

import (
	"fmt"
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

var (
	martin = contact.Party{ID: "martin", Name: "Jeanne Martin"}
	owner  = contact.Party{ID: "fichiers", Name: "Fichiers SARL"}
)

// monday is Monday 3 June 2024, 10:00 in Paris.
var monday = time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)

var paris = must(time.LoadLocation("Europe/Paris"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // a programmer's error in a test
	}
	return v
}

const noticeURL = "https://martin.example/infos"

// request returns a message of purpose on a rented base, about the European
// election where it is political.
func request(purpose contact.Purpose, change ...func(*consent.Request)) consent.Request {
	r := consent.Request{
		Campaign: "c1", Client: "martin", Base: contact.Base{ID: "base", Owner: owner, Mode: contact.Rented},
		Controllers: []contact.Party{martin, owner}, Purpose: purpose, Kind: consent.ContentMessage, Channel: contact.SMS,
		Sender: contact.Sender{Value: "36180", Kind: contact.ShortCode, Owner: "martin"}, NoticeURL: noticeURL,
	}
	if purpose == contact.Political {
		r.Election = "fr-european-2024"
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func asking(r *consent.Request) { r.Kind = consent.ConsentRequest }
func own(r *consent.Request) {
	r.Base.Mode, r.Base.Owner, r.Controllers = contact.Own, martin, []contact.Party{martin}
}

// facts returns what is known of a person in metropolitan France whose data came
// from a supplier two years ago, of whom there is no act, and a text in which
// nothing lacks. p is the plan that they are for.
func facts(p *consent.Plan, change ...func(*consent.Facts)) consent.Facts {
	f := consent.Facts{
		AddressKind: contact.Phone, SentKnown: true, Collected: p.At().AddDate(-2, 0, 0),
		Origin:  &contact.Origin{Kind: contact.RentedFile, Collector: "jeu.example", Supplier: "Fichiers SARL"},
		Content: consent.Inspection{Identity: true, Stop: true, Notice: true, Origin: true},
		Place:   p.Place("", "", "FR"),
	}
	if p.Request().Kind == consent.ConsentRequest {
		f.Content.Form = consent.ConsentRequest
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

// acts makes facts have acts, numbered in order.
func acts(list ...consent.Act) func(*consent.Facts) {
	return func(f *consent.Facts) {
		for i := range list {
			list[i].ID = uuid.UUID{0: 1, 15: byte(i)}
		}
		f.Acts = list
	}
}

// yes is a person's own yes to martin's messages of a purpose by SMS, a month
// before the instant.
func yes(purpose contact.Purpose, at time.Time, change ...func(*consent.Act)) consent.Act {
	a := consent.Act{
		Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed, Purposes: []contact.Purpose{purpose},
		Channels: contact.Channels(contact.SMS), Grantees: consent.Grantees{Parties: []contact.PartyID{"martin"}},
		Base: "base", Happened: at.AddDate(0, -1, 0), Evidence: &consent.Evidence{Text: "OUI"},
	}
	for _, c := range change {
		c(&a)
	}
	return a
}

// gate returns a gate over the French pack, as changed.
func gate(t testing.TB, change ...func(*consent.Pack)) *consent.Gate {
	t.Helper()
	pack := regime.France()
	for _, c := range change {
		c(&pack)
	}
	k, err := suppression.NewKeyring([]byte("pepper 0123456789"))
	require.NoError(t, err)
	g, err := consent.OpenGate(t.Context(), &memory.Ledger{}, &memory.Suppressions{}, k, pack, nil)
	require.NoError(t, err)
	return g
}

// judged is a verdict that can be read.
type judged struct {
	consent.Verdict
	code    consent.Code
	reasons []consent.Reason
}

// String returns the outcome and the codes of all reasons, such as
// "deny: content.stop, consent.given".
func (j judged) String() string {
	d := consent.Decision{Outcome: j.Outcome, Reasons: j.reasons, Until: j.Until}
	return d.String()
}

func judge(t testing.TB, g *consent.Gate, req consent.Request, at time.Time, change ...func(*consent.Facts)) judged {
	t.Helper()
	p, err := g.Plan(req, at)
	require.NoError(t, err)
	fs, vs := []consent.Facts{facts(p, change...)}, make([]consent.Verdict, 1)
	p.Judge(fs, vs)
	return judged{vs[0], p.Code(&vs[0]), p.Reasons(&fs[0], &vs[0])}
}

// judgeIn is judge for a person who lives in territory.
func judgeIn(t testing.TB, g *consent.Gate, territory contact.Territory, req consent.Request, when time.Time, change ...func(*consent.Facts)) judged {
	t.Helper()
	p, err := g.Plan(req, when)
	require.NoError(t, err)
	place := p.Place(territory, "", "FR")
	return judge(t, g, req, when, append(change, func(f *consent.Facts) { f.Place = place })...)
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04:05", text, paris)
	require.NoError(t, err, fmt.Sprint("not an instant in Paris: ", text))
	return when
}
