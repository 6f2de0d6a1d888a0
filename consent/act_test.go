package consent_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestActValidate(t *testing.T) {
	t.Parallel()

	const prefix = "consent: act 01000000-0000-0000-0000-000000000007: "
	tests := map[string]struct {
		change func(*consent.Act)
		want   string
	}{
		"nothing wrong":            {func(*consent.Act) {}, ""},
		"no ID":                    {func(a *consent.Act) { a.ID = [16]byte{} }, "consent: act 00000000-0000-0000-0000-000000000000: ID is empty"},
		"no kind":                  {func(a *consent.Act) { a.Kind = consent.NoAct }, prefix + "Kind is not one of the kinds"},
		"a kind that is none":      {func(a *consent.Act) { a.Kind = 9 }, prefix + "Kind is not one of the kinds"},
		"an author that is none":   {func(a *consent.Act) { a.By = 4 }, prefix + "By is not one of the authors"},
		"a grade that is none":     {func(a *consent.Act) { a.Grade = 3 }, prefix + "Grade is not one of the grades"},
		"no time":                  {func(a *consent.Act) { a.Happened = time.Time{} }, prefix + "Happened is the zero time"},
		"no time of recording":     {func(a *consent.Act) { a.Recorded = time.Time{} }, prefix + "Recorded is the zero time"},
		"a channel that is none":   {func(a *consent.Act) { a.Channels |= 1 }, prefix + "Channels has unknown bits"},
		"hours before the day":     {func(a *consent.Act) { a.Hours = consent.Hours{From: -1, To: 60} }, prefix + "Hours is not a range within a day"},
		"hours after the day":      {func(a *consent.Act) { a.Hours = consent.Hours{From: 0, To: 24*60 + 1} }, prefix + "Hours is not a range within a day"},
		"hours the wrong way":      {func(a *consent.Act) { a.Hours = consent.Hours{From: 61, To: 60} }, prefix + "Hours is not a range within a day"},
		"the whole day":            {func(a *consent.Act) { a.Hours = consent.Hours{From: 0, To: 24 * 60} }, ""},
		"an end before the start":  {func(a *consent.Act) { a.Expires = a.Happened }, prefix + "Expires is not after Happened"},
		"a no that ends":           {func(a *consent.Act) { a.Kind, a.Expires = consent.Refused, a.Happened.Add(1) }, prefix + "Expires is set, and a no never ends by itself"},
		"a yes to all prospecting": {func(a *consent.Act) { a.Purposes = []contact.Purpose{contact.Commercial, contact.Prospecting} }, prefix + "Purposes[1] is not the purpose of a message"},
		"a no to all prospecting":  {func(a *consent.Act) { a.Kind, a.Purposes = consent.Objected, []contact.Purpose{contact.Prospecting} }, ""},
		"an empty purpose":         {func(a *consent.Act) { a.Kind, a.Purposes = consent.Objected, []contact.Purpose{""} }, prefix + "Purposes[0] is not the purpose of a message"},
		"a yes to no purpose":      {func(a *consent.Act) { a.Purposes = nil }, prefix + "Purposes is empty, and consent is for a purpose"},
		"a yes on no channel":      {func(a *consent.Act) { a.Channels = 0 }, prefix + "Channels is empty, and consent is for a channel (CPCE art. L34-5)"},
		"a yes to nobody":          {func(a *consent.Act) { a.Grantees = consent.Grantees{} }, prefix + "Grantees is empty, and consent is given to somebody"},
		"a yes to a category":      {func(a *consent.Act) { a.Grantees = consent.Grantees{Category: "partners"} }, ""},
		"asked of nobody":          {func(a *consent.Act) { a.Kind, a.Grantees = consent.Asked, consent.Grantees{} }, prefix + "Grantees is empty, and consent is given to somebody"},
		"a no to everything": {func(a *consent.Act) {
			a.Kind, a.Purposes, a.Channels, a.Grantees = consent.Withdrawn, nil, 0, consent.Grantees{}
		}, ""},
		"a relation": {func(a *consent.Act) {
			a.Kind, a.Purposes, a.Channels, a.Grantees = consent.Related, nil, 0, consent.Grantees{}
		}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a := agreed(7)
			a.Recorded = monday
			tt.change(&a)
			if tt.want == "" {
				require.NoError(t, a.Validate())
				return
			}
			require.EqualError(t, a.Validate(), tt.want)
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()

	a := agreed(7)
	a.Recorded, a.Channels = monday, contact.Channels(contact.SMS, contact.RCS)
	b, err := json.Marshal(a)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"id": "01000000-0000-0000-0000-000000000007", "kind": "given", "by": "person", "grade": "witnessed",
		"purposes": ["political"], "channels": "sms+rcs", "grantees": {"parties": ["martin"]},
		"happened": "2024-06-01T10:00:00Z", "recorded": "2024-06-03T08:00:00Z", "evidence": {"text": "OUI", "event": "e-1"}
	}`, string(b))
	var back consent.Act
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, a, back)

	for name, bad := range map[string]struct{ text, want string }{
		"a kind":   {`{"kind": "granted"}`, `consent: unknown act kind "granted"`},
		"a grade":  {`{"grade": ""}`, `consent: unknown grade ""`},
		"a author": {`{"by": "Person"}`, `consent: unknown author "Person"`},
	} {
		require.EqualError(t, json.Unmarshal([]byte(bad.text), &back), bad.want, name)
	}
	require.Equal(t, "act-9 author-4 grade-3 state-7 outcome-3 kind-4",
		consent.ActKind(9).String()+" "+consent.Author(4).String()+" "+consent.Grade(3).String()+" "+
			consent.State(7).String()+" "+consent.Outcome(3).String()+" "+consent.Kind(4).String())
}

func TestGranteesNames(t *testing.T) {
	t.Parallel()

	group := consent.Grantees{Groups: []contact.GroupID{"horizon"}}
	require.True(t, group.Names(&martin))
	require.True(t, group.Names(&party))
	require.False(t, group.Names(&durand))
	alone := consent.Grantees{Groups: []contact.GroupID{""}, Parties: []contact.PartyID{"durand"}}
	require.True(t, alone.Names(&durand))
	require.False(t, alone.Names(&contact.Party{ID: "other"}), "an empty group is no group")
	require.False(t, new(consent.Grantees).Names(&martin))
	require.True(t, new(consent.Grantees).Empty())
}
