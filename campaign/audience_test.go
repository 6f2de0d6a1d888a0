package campaign_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func where(attribute string, op campaign.Op, vs ...contact.Value) campaign.Audience {
	return campaign.Audience{Conditions: []campaign.Condition{{Attribute: attribute, Op: op, Values: vs}}}
}

func TestAudienceValidate(t *testing.T) {
	t.Parallel()

	n, d := contact.Number(18), contact.Date(2006, time.June, 9)
	for name, tt := range map[string]struct {
		audience campaign.Audience
		want     string
	}{
		"everybody":               {campaign.Audience{}, ""},
		"one of several":          {where("city", campaign.Is, contact.Text("Lyon"), contact.Text("")), ""},
		"none of several kinds":   {where("x", campaign.IsNot, n, d, contact.Bool(true)), ""},
		"at least a number":       {where("age", campaign.AtLeast, n), ""},
		"at most a date":          {where("born", campaign.AtMost, d), ""},
		"present":                 {where("age", campaign.Present), ""},
		"absent":                  {where("age", campaign.Absent), ""},
		"no attribute":            {where("", campaign.Is, n), `audience: Conditions[0] on "": Attribute is empty`},
		"no comparison":           {where("age", "", n), `audience: Conditions[0] on "age": unknown Op ""`},
		"another comparison":      {where("age", "like", n), `audience: Conditions[0] on "age": unknown Op "like"`},
		"is nothing":              {where("age", campaign.Is), `audience: Conditions[0] on "age": Values is empty`},
		"is not nothing":          {where("age", campaign.IsNot), `audience: Conditions[0] on "age": Values is empty`},
		"at least nothing":        {where("age", campaign.AtLeast), `audience: Conditions[0] on "age": want one value`},
		"at most two":             {where("age", campaign.AtMost, n, n), `audience: Conditions[0] on "age": want one value`},
		"at least a text":         {where("age", campaign.AtLeast, contact.Text("18")), `audience: Conditions[0] on "age": want a number or a date, got a text`},
		"at most a bool":          {where("age", campaign.AtMost, contact.Bool(true)), `audience: Conditions[0] on "age": want a number or a date, got a bool`},
		"present with a value":    {where("age", campaign.Present, n), `audience: Conditions[0] on "age": want no value`},
		"absent with a value":     {where("age", campaign.Absent, n), `audience: Conditions[0] on "age": want no value`},
		"the second of two wrong": {campaign.Audience{Conditions: append(where("age", campaign.Present).Conditions, where("city", campaign.Is).Conditions...)}, `audience: Conditions[1] on "city": Values is empty`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.want == "" {
				require.NoError(t, tt.audience.Validate())
				return
			}
			require.EqualError(t, tt.audience.Validate(), tt.want)
		})
	}
}

func TestAudienceIncludes(t *testing.T) {
	t.Parallel()

	p := &contact.Contact{Attributes: []contact.Attribute{
		{Name: "age", Value: contact.Number(41)}, {Name: "born", Value: contact.Date(1983, time.March, 1)},
		{Name: "city", Value: contact.Text("Lyon")}, {Name: "empty", Value: contact.Text("")}, {Name: "member", Value: contact.Bool(false)},
	}}
	n, text := contact.Number, contact.Text
	for name, tt := range map[string]struct {
		audience campaign.Audience
		want     bool
	}{
		"no conditions":               {campaign.Audience{}, true},
		"is":                          {where("city", campaign.Is, text("Paris"), text("Lyon")), true},
		"is in other letters":         {where("city", campaign.Is, text("lyon")), false},
		"is of another kind":          {where("age", campaign.Is, text("41")), false},
		"is without it":               {where("street", campaign.Is, text("")), false},
		"is empty":                    {where("empty", campaign.Is, text("")), true},
		"is false":                    {where("member", campaign.Is, contact.Bool(false)), true},
		"is not":                      {where("city", campaign.IsNot, text("Paris")), true},
		"is not one of them":          {where("city", campaign.IsNot, text("Paris"), text("Lyon")), false},
		"is not without it":           {where("street", campaign.IsNot, text("Paris")), false},
		"at least the very number":    {where("age", campaign.AtLeast, n(41)), true},
		"at least one more":           {where("age", campaign.AtLeast, n(42)), false},
		"at most the very number":     {where("age", campaign.AtMost, n(41)), true},
		"at most one less":            {where("age", campaign.AtMost, n(40)), false},
		"at least a day":              {where("born", campaign.AtLeast, contact.Date(1983, time.March, 1)), true},
		"at most the day before":      {where("born", campaign.AtMost, contact.Date(1983, time.February, 28)), false},
		"a date is no number":         {where("born", campaign.AtLeast, n(0)), false},
		"a number is no date":         {where("age", campaign.AtMost, contact.Date(2100, time.January, 1)), false},
		"at least without it":         {where("height", campaign.AtLeast, n(-1)), false},
		"present":                     {where("empty", campaign.Present), true},
		"present without it":          {where("street", campaign.Present), false},
		"absent":                      {where("street", campaign.Absent), true},
		"absent with it":              {where("empty", campaign.Absent), false},
		"both of two":                 {campaign.Audience{Conditions: append(where("age", campaign.Present).Conditions, where("city", campaign.Is, text("Lyon")).Conditions...)}, true},
		"one of two is not enough":    {campaign.Audience{Conditions: append(where("age", campaign.Present).Conditions, where("city", campaign.Is, text("Paris")).Conditions...)}, false},
		"names are the same when ==":  {where("City", campaign.Present), false},
		"a text that looks like none": {where("city", campaign.Is, text("Lyon ")), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, tt.audience.Validate())
			require.Equal(t, tt.want, tt.audience.Includes(p))
			// What is kept as evidence chooses the same people.
			b, err := json.Marshal(tt.audience)
			require.NoError(t, err)
			var kept campaign.Audience
			require.NoError(t, json.Unmarshal(b, &kept))
			require.Equal(t, tt.want, kept.Includes(p))
		})
	}
}

func TestAudienceGuard(t *testing.T) {
	t.Parallel()

	schema := campaign.Schema{
		"age": campaign.Ordinary, "faith": campaign.SpecialCategory, "name": campaign.Surname, "born_in": campaign.Birthplace, "unsure": campaign.Undeclared,
		"Religion_2": campaign.Ordinary, "nom_de_famille": campaign.Ordinary, "lieu_naissance": campaign.Ordinary, "union_member": campaign.Ordinary,
		"date_naissance": campaign.Ordinary, "odd": 99,
	}
	const because = " (GDPR art. 9; CNIL, FR-POL-15)"
	for attribute, want := range map[string]string{
		"age":            "",
		"date_naissance": "",
		"faith":          `cannot filter on "faith", which is special-category`,
		"name":           `cannot filter on "name", which is surname`,
		"born_in":        `cannot filter on "born_in", which is birthplace`,
		"unsure":         `cannot filter on "unsure", which is undeclared`,
		"city":           `cannot filter on "city", which is undeclared`,
		"odd":            `cannot filter on "odd", which is sensitivity-99`,
		// However they are declared.
		"Religion_2":     `cannot filter on "Religion_2", which is special-category`,
		"nom_de_famille": `cannot filter on "nom_de_famille", which is special-category`,
		"lieu_naissance": `cannot filter on "lieu_naissance", which is special-category`,
		"union_member":   `cannot filter on "union_member", which is special-category`,
	} {
		a := where("age", campaign.Present)
		a.Conditions = append(a.Conditions, where(attribute, campaign.Absent).Conditions...)
		if want == "" {
			require.NoError(t, a.Guard(schema))
			continue
		}
		require.EqualError(t, a.Guard(schema), "audience: Conditions[1]: a political campaign "+want+because)
	}
	require.NoError(t, (&campaign.Audience{}).Guard(nil), "the whole base needs no schema")
	a := where("age", campaign.Present)
	require.Error(t, a.Guard(nil))
}

// The guard is for political campaigns: others may choose by what people told
// them.
func TestGuardIsForPolitics(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.people(rented.ID, 1)
	c := content("c", martin)
	c.Audience = where("religion", campaign.Absent)
	_, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.ErrorContains(t, err, `campaign "c": audience: Conditions[0]: a political campaign cannot filter on "religion"`)
	c.Request.Purpose, c.Request.Election = contact.Commercial, ""
	p, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	require.Equal(t, 1, p.Audience)
}

func TestSensitivityText(t *testing.T) {
	t.Parallel()

	for s, want := range map[campaign.Sensitivity]string{
		campaign.Undeclared: "undeclared", campaign.Ordinary: "ordinary", campaign.SpecialCategory: "special-category",
		campaign.Surname: "surname", campaign.Birthplace: "birthplace", 7: "sensitivity-7",
	} {
		text, err := s.MarshalText()
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
}
