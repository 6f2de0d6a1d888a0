package consent_test

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// march returns an instant of March 2024, so that tables read as a calendar.
func march(day int) time.Time { return time.Date(2024, 3, day, 9, 0, 0, 0, time.UTC) }

// say returns an act of kind about martin's political SMS, by the person on a
// day in March, as changed.
func say(n int, kind consent.ActKind, day int, change ...func(*consent.Act)) consent.Act {
	a := agreed(n)
	a.Kind, a.Happened, a.Recorded = kind, march(day), march(day)
	for _, c := range change {
		c(&a)
	}
	return a
}

func byFile(a *consent.Act)      { a.By, a.Grade, a.Source = consent.ByFile, consent.Asserted, "supplier" }
func commercial(a *consent.Act)  { a.Purposes = []contact.Purpose{contact.Commercial} }
func byEmail(a *consent.Act)     { a.Channels = contact.Channels(contact.EmailChannel) }
func toDurand(a *consent.Act)    { a.Grantees = consent.Grantees{Parties: []contact.PartyID{"durand"}} }
func toGroup(a *consent.Act)     { a.Grantees = consent.Grantees{Groups: []contact.GroupID{"horizon"}} }
func everything(a *consent.Act)  { a.Purposes, a.Channels, a.Grantees = nil, 0, consent.Grantees{} }
func prospecting(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Prospecting} }
func until(day int) func(*consent.Act) {
	return func(a *consent.Act) { a.Expires = march(day) }
}
func of(subject string) func(*consent.Act) {
	return func(a *consent.Act) { a.Subject = subject }
}
func for2027(a *consent.Act) { a.Election = "fr-presidential-2027" }
func for2024(a *consent.Act) { a.Election = "fr-european-2024" }
func category(asker contact.PartyID) func(*consent.Act) {
	return func(a *consent.Act) {
		a.Grantees, a.Base = consent.Grantees{Category: "candidates"}, "base"
		if asker != "" {
			a.Grantees.Parties = []contact.PartyID{asker}
		}
	}
}

// question is whether martin may send political SMS for the European election
// from the base that she rents.
func question() consent.Question {
	r := politicalRequest()
	return consent.Question{Target: r.Target(), Election: r.Election, Owner: owner.ID}
}

func TestFold(t *testing.T) {
	t.Parallel()

	const (
		given, asked, refused, withdrawn = consent.Given, consent.Asked, consent.Refused, consent.Withdrawn
		objected, gone                   = consent.Objected, consent.Disconnected
	)
	tests := map[string]struct {
		acts []consent.Act
		want consent.State
		miss consent.Miss // what the nearest grant lacks
	}{
		"nobody asked":                             {nil, consent.NeverAsked, 0},
		"she was asked and is silent":              {[]consent.Act{say(1, asked, 1)}, consent.WasAsked, 0},
		"she said yes":                             {[]consent.Act{say(1, given, 1)}, consent.IsGiven, 0},
		"she was asked and said yes":               {[]consent.Act{say(1, asked, 1), say(2, given, 2)}, consent.IsGiven, 0},
		"she was asked and said no":                {[]consent.Act{say(1, asked, 1), say(2, refused, 2)}, consent.IsRefused, 0},
		"she said yes, then stop":                  {[]consent.Act{say(1, given, 1), say(2, withdrawn, 2)}, consent.IsWithdrawn, 0},
		"she objected out of the blue":             {[]consent.Act{say(1, objected, 1)}, consent.IsObjected, 0},
		"she said stop, then yes":                  {[]consent.Act{say(1, withdrawn, 1), say(2, given, 2)}, consent.IsGiven, 0},
		"she said yes, stop, yes, no":              {[]consent.Act{say(1, given, 1), say(2, withdrawn, 2), say(3, given, 3), say(4, refused, 4)}, consent.IsRefused, 0},
		"no wins at the same instant":              {[]consent.Act{say(1, given, 1), say(2, refused, 1)}, consent.IsRefused, 0},
		"a file says yes":                          {[]consent.Act{say(1, given, 1, byFile)}, consent.IsGiven, 0},
		"a later file does not beat her no":        {[]consent.Act{say(1, refused, 1), say(2, given, 20, byFile)}, consent.IsRefused, 0},
		"nor does an earlier one":                  {[]consent.Act{say(1, refused, 10), say(2, given, 1, byFile)}, consent.IsRefused, 0},
		"nor does the host":                        {[]consent.Act{say(1, refused, 1), say(2, given, 20, func(a *consent.Act) { a.By = consent.ByHost })}, consent.IsRefused, 0},
		"a file's no ends her earlier yes":         {[]consent.Act{say(1, given, 1), say(2, objected, 2, byFile)}, consent.IsObjected, 0},
		"her later yes beats a file's no":          {[]consent.Act{say(1, objected, 1, byFile), say(2, given, 2)}, consent.IsGiven, 0},
		"a yes dated before a stop, which arrives": {[]consent.Act{say(1, withdrawn, 5), say(2, given, 4)}, consent.IsWithdrawn, 0},
		"what happens later does not count yet":    {[]consent.Act{say(1, given, 1), say(2, withdrawn, 26)}, consent.IsGiven, 0},
		"nor does a later yes":                     {[]consent.Act{say(1, given, 26)}, consent.NeverAsked, 0},

		"she agreed to something else":          {[]consent.Act{say(1, given, 1, commercial)}, consent.NeverAsked, consent.OtherPurpose},
		"to another channel":                    {[]consent.Act{say(1, given, 1, byEmail)}, consent.NeverAsked, consent.OtherChannel},
		"to another candidate":                  {[]consent.Act{say(1, given, 1, toDurand)}, consent.NeverAsked, consent.OtherParty},
		"for another election":                  {[]consent.Act{say(1, given, 1, for2027)}, consent.NeverAsked, consent.OtherElection},
		"for this election":                     {[]consent.Act{say(1, given, 1, for2024)}, consent.IsGiven, 0},
		"to the group of the candidate":         {[]consent.Act{say(1, given, 1, toGroup)}, consent.IsGiven, 0},
		"to something else of somebody else":    {[]consent.Act{say(1, given, 1, commercial, toDurand)}, consent.NeverAsked, 0},
		"to two things, each lacking one":       {[]consent.Act{say(1, given, 1, commercial), say(2, given, 1, toDurand)}, consent.NeverAsked, consent.OtherPurpose | consent.OtherParty},
		"somebody else in the house agreed":     {[]consent.Act{say(1, given, 1, of("bob"))}, consent.NeverAsked, consent.OtherSubject},
		"the same person agreed":                {[]consent.Act{say(1, given, 1, of("ada"))}, consent.IsGiven, 0},
		"somebody of the house, unknown":        {[]consent.Act{say(1, given, 1)}, consent.IsGiven, 0},
		"somebody else in the house said no":    {[]consent.Act{say(1, given, 1, of("ada")), say(2, objected, 2, of("bob"))}, consent.IsObjected, 0},
		"a no to other things does not touch":   {[]consent.Act{say(1, given, 1), say(2, withdrawn, 2, commercial)}, consent.IsGiven, 0},
		"a no on another channel":               {[]consent.Act{say(1, given, 1), say(2, withdrawn, 2, byEmail)}, consent.IsGiven, 0},
		"a no to somebody else":                 {[]consent.Act{say(1, given, 1), say(2, withdrawn, 2, toDurand)}, consent.IsGiven, 0},
		"a no to the group":                     {[]consent.Act{say(1, given, 1), say(2, withdrawn, 2, toGroup)}, consent.IsWithdrawn, 0},
		"a no to all prospecting":               {[]consent.Act{say(1, given, 1), say(2, objected, 2, prospecting)}, consent.IsObjected, 0},
		"a no to everything and everybody":      {[]consent.Act{say(1, given, 1), say(2, objected, 2, everything)}, consent.IsObjected, 0},
		"a no to a category":                    {[]consent.Act{say(1, given, 1), say(2, objected, 2, category(""))}, consent.IsObjected, 0},
		"a no for another election":             {[]consent.Act{say(1, given, 1), say(2, refused, 2, for2027)}, consent.IsRefused, 0},
		"asked about something else":            {[]consent.Act{say(1, asked, 1, commercial)}, consent.NeverAsked, 0},
		"the owner asked for candidates":        {[]consent.Act{say(1, given, 1, category("fichiers"))}, consent.IsGiven, 0},
		"somebody asked for candidates":         {[]consent.Act{say(1, given, 1, category("durand"))}, consent.NeverAsked, consent.OtherParty},
		"a category on this base":               {[]consent.Act{say(1, given, 1, category(""))}, consent.IsGiven, 0},
		"a category on another base":            {[]consent.Act{say(1, given, 1, category(""), func(a *consent.Act) { a.Base = "other" })}, consent.NeverAsked, consent.OtherParty},
		"a category on no base":                 {[]consent.Act{say(1, given, 1, category(""), func(a *consent.Act) { a.Base = "" })}, consent.NeverAsked, consent.OtherParty},
		"the grant has an end to come":          {[]consent.Act{say(1, given, 1, until(26))}, consent.IsGiven, 0},
		"the grant ends at this instant":        {[]consent.Act{say(1, given, 1, until(25))}, consent.IsExpired, consent.Lapsed},
		"the grant ended":                       {[]consent.Act{say(1, given, 1, until(20))}, consent.IsExpired, consent.Lapsed},
		"the grant ended, and there is another": {[]consent.Act{say(1, given, 5, until(20)), say(2, given, 1)}, consent.IsGiven, consent.Lapsed},
		"the grant ended, then she said no":     {[]consent.Act{say(1, given, 1, until(20)), say(2, refused, 21)}, consent.IsRefused, 0},

		"the number changed hands":              {[]consent.Act{say(1, given, 1), say(2, gone, 2)}, consent.NeverAsked, 0},
		"at the same instant":                   {[]consent.Act{say(1, given, 2), say(2, gone, 2)}, consent.NeverAsked, 0},
		"and the new holder agreed":             {[]consent.Act{say(1, given, 1), say(2, gone, 2), say(3, given, 3)}, consent.IsGiven, 0},
		"and the no of the old holder stays":    {[]consent.Act{say(1, refused, 1), say(2, gone, 2)}, consent.IsRefused, 0},
		"it will change hands":                  {[]consent.Act{say(1, given, 1), say(2, gone, 26)}, consent.IsGiven, 0},
		"it changed hands twice, told in order": {[]consent.Act{say(1, gone, 5), say(2, gone, 2), say(3, given, 4)}, consent.NeverAsked, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			q := question()
			q.Subject = "ada"
			s := consent.Fold(tt.acts, &q, march(25))
			require.Equal(t, tt.want.String(), s.State.String())
			require.Equal(t, tt.miss, s.Nearly)
		})
	}
}

// Which controllers a grant must name depends on who sends.
func TestFoldControllers(t *testing.T) {
	t.Parallel()

	names := func(ids ...contact.PartyID) consent.Act {
		return say(1, consent.Given, 1, func(a *consent.Act) { a.Grantees = consent.Grantees{Parties: ids} })
	}
	both := []contact.Party{martin, durand}
	tests := map[string]struct {
		controllers []contact.Party
		owner       contact.PartyID
		act         consent.Act
		want        bool
	}{
		"the owner of a rented base need not be named": {[]contact.Party{martin, owner}, "fichiers", names("martin"), true},
		"naming the owner alone is not enough":         {[]contact.Party{martin, owner}, "fichiers", names("fichiers"), false},
		"an owner who asks alone must be named":        {[]contact.Party{owner}, "fichiers", names("fichiers"), true},
		"and is not covered by another":                {[]contact.Party{owner}, "fichiers", names("martin"), false},
		"each of two controllers must be named":        {both, "", names("martin"), false},
		"and both are":                                 {both, "", names("durand", "martin"), true},
		"the owner of an own base is one like any":     {both, "", names("durand"), false},
		"nobody is not covered":                        {nil, "", names("martin"), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			q := question()
			q.Target.Controllers, q.Owner = tt.controllers, tt.owner
			s := consent.Fold([]consent.Act{tt.act}, &q, march(25))
			require.Equal(t, tt.want, s.State == consent.IsGiven)
		})
	}
	// Either of two controllers may be refused, and the message is both's.
	q := question()
	q.Target.Controllers, q.Owner = both, ""
	s := consent.Fold([]consent.Act{names("martin", "durand"), say(2, consent.Withdrawn, 2, toDurand)}, &q, march(25))
	require.Equal(t, consent.IsWithdrawn, s.State)
}

// Of several grants, the one that proves most stands.
func TestFoldBestGrant(t *testing.T) {
	t.Parallel()

	audited := func(a *consent.Act) { a.Grade = consent.Audited }
	withForm := func(a *consent.Act) { a.Form = "v3" }
	tests := map[string]struct {
		acts     []consent.Act
		want     int
		category bool
	}{
		"her own words before a later file":    {[]consent.Act{say(0, consent.Given, 1), say(1, consent.Given, 9, byFile)}, 0, false},
		"an audit before a later assertion":    {[]consent.Act{say(0, consent.Given, 1, byFile, audited), say(1, consent.Given, 9, byFile)}, 0, false},
		"a form before a later line":           {[]consent.Act{say(0, consent.Given, 1, byFile, withForm), say(1, consent.Given, 9, byFile)}, 0, false},
		"a name before a later category":       {[]consent.Act{say(0, consent.Given, 1), say(1, consent.Given, 9, category("fichiers"))}, 0, false},
		"a witnessed category before a file":   {[]consent.Act{say(0, consent.Given, 1, category("fichiers")), say(1, consent.Given, 9, byFile)}, 0, true},
		"the person before the host":           {[]consent.Act{say(0, consent.Given, 1), say(1, consent.Given, 9, func(a *consent.Act) { a.By = consent.ByHost })}, 0, false},
		"and otherwise the latest":             {[]consent.Act{say(0, consent.Given, 9), say(1, consent.Given, 1)}, 0, false},
		"one that has not ended":               {[]consent.Act{say(0, consent.Given, 1, byFile), say(1, consent.Given, 9, until(20))}, 0, false},
		"of one instant, the greater ID":       {[]consent.Act{say(9, consent.Given, 1), say(1, consent.Given, 1)}, 0, false},
		"of grants that ended, the latest one": {[]consent.Act{say(0, consent.Given, 9, until(20)), say(1, consent.Given, 1, until(21))}, 0, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			q := question()
			for _, acts := range [][]consent.Act{tt.acts, {tt.acts[1], tt.acts[0]}} {
				s := consent.Fold(acts, &q, march(25))
				require.Equal(t, tt.acts[tt.want].ID, acts[s.Act].ID)
				require.Equal(t, tt.category, s.Category)
			}
		})
	}
}

func TestFoldLastContact(t *testing.T) {
	t.Parallel()

	q := question()
	acts := []consent.Act{
		say(1, consent.Related, 3), say(2, consent.Given, 9, byFile), say(3, consent.Asked, 12, func(a *consent.Act) { a.By = consent.ByCarrier }),
		say(4, consent.Given, 26),
	}
	s := consent.Fold(acts, &q, march(25))
	require.Equal(t, march(3), s.LastContact, "only what the person did, and not yet what they will")
	require.Equal(t, march(9), s.LastGrant)
	acts = append(acts, say(5, consent.Disconnected, 10))
	s = consent.Fold(acts, &q, march(25))
	require.Zero(t, s.LastContact, "it was another person's")
	require.Zero(t, s.LastGrant)
	require.Equal(t, march(10), s.Cut)
	s = consent.Fold(nil, &q, march(25))
	require.Equal(t, consent.Standing{Act: -1, Refusal: -1}, s)
}
