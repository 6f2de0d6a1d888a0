package consent_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

const batch = 1000

// offers is what a supplier says of everybody: a box ticked for offers.
func offers(n int) consent.Act {
	return consent.Act{
		ID: id(20_000 + n), Kind: consent.Given, By: consent.ByFile, Grade: consent.Asserted, Source: "Fichiers SARL", Form: "v3",
		Purposes: []contact.Purpose{contact.Commercial}, Channels: contact.Channels(contact.SMS),
		Grantees: consent.Grantees{Category: "partners"}, Base: "base", Happened: time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC),
	}
}

// crowd returns a plan for the French political pack and the facts of a batch
// of people, of whom each has the acts and entries given.
func crowd(t testing.TB, acts func(int) []consent.Act, refused bool) (*consent.Plan, []consent.Facts) {
	t.Helper()
	w := newWorld(t, nil)
	var people []consent.Recipient
	for n := range batch {
		if acts != nil {
			w.record(n, acts(n)...)
		}
		if refused {
			e := suppression.Entry{
				ID: id(30_000 + n), Class: suppression.Refusal, Fingerprint: w.keyring.Fingerprint(phone(t, n)),
				Scope: contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}, Reason: suppression.Replied,
				Happened: monday, Recorded: monday,
			}
			_, err := w.list.Add(t.Context(), w.keyring.ID(), []suppression.Entry{e})
			require.NoError(t, err)
		}
		people = append(people, w.person(n))
	}
	p, err := w.gate.Plan(politicalRequest(), monday)
	require.NoError(t, err)
	facts := make([]consent.Facts, batch)
	require.NoError(t, w.gate.ReadFacts(t.Context(), p, people, facts))
	return p, facts
}

var crowds = []struct {
	name    string
	acts    func(int) []consent.Act
	refused bool
	want    string
}{
	{"nobody known", nil, false, "consent.never-asked"},
	{"commercial consent only", func(n int) []consent.Act { return []consent.Act{offers(n)} }, false, "consent.other-purpose"},
	{"political consent", func(n int) []consent.Act { return []consent.Act{offers(n), agreed(n)} }, false, "consent.given"},
	{"with a refusal", func(n int) []consent.Act { return []consent.Act{offers(n), agreed(n)} }, true, "suppression.refusal"},
}

// Judging allocates nothing, whoever is judged.
func TestJudgeAllocates(t *testing.T) {
	for _, c := range crowds {
		p, facts := crowd(t, c.acts, c.refused)
		verdicts := make([]consent.Verdict, batch)
		require.Zero(t, testing.AllocsPerRun(5, func() { p.Judge(facts, verdicts) }), c.name)
		for i := range verdicts {
			require.EqualValues(t, c.want, p.Code(&verdicts[i]), c.name)
		}
	}
}

// The budget is 200 ns for one contact in batches of 1,000, state and refusals
// already read.
func BenchmarkJudge(b *testing.B) {
	for _, c := range crowds {
		b.Run(c.name, func(b *testing.B) {
			p, facts := crowd(b, c.acts, c.refused)
			verdicts := make([]consent.Verdict, batch)
			b.ReportAllocs()
			for b.Loop() {
				p.Judge(facts, verdicts)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/contact")
		})
	}
}

// The budget is 500 ns for one contact with keyed fingerprint and memory stores.
func BenchmarkReadAndJudge(b *testing.B) {
	for _, c := range crowds {
		b.Run(c.name, func(b *testing.B) {
			w := newWorld(b, nil)
			var people []consent.Recipient
			for n := range batch {
				if c.acts != nil {
					w.record(n, c.acts(n)...)
				}
				r := w.person(n)
				r.Inspected = &consent.Inspection{Identity: true, Stop: true, Notice: true, Origin: true}
				people = append(people, r)
			}
			p, err := w.gate.Plan(politicalRequest(), monday)
			require.NoError(b, err)
			facts, verdicts := make([]consent.Facts, batch), make([]consent.Verdict, batch)
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, w.gate.ReadFacts(b.Context(), p, people, facts))
				p.Judge(facts, verdicts)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/contact")
		})
	}
}
