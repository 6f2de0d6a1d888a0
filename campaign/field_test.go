package campaign_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

func TestFieldValues(t *testing.T) {
	t.Parallel()

	const missing, wrong, long = campaign.CodeValue, campaign.CodeValueWrong, campaign.CodeValueLong
	text, number, date, link := campaign.TextField, campaign.NumberField, campaign.DateField, campaign.LinkField
	said := func(s string) contact.Value { return contact.Text(s) }
	for name, tt := range map[string]struct {
		field campaign.Field
		value contact.Value
		want  string
		code  consent.Code
	}{
		"a text":                      {campaign.Field{Type: text}, said("Zoé"), "Zoé", ""},
		"a text by default":           {campaign.Field{}, said("Zoé"), "Zoé", ""},
		"an accent written apart":     {campaign.Field{}, said("Zoe\u0301"), "Zoé", ""},
		"as it stands":                {campaign.Field{}, said(" Zoé\u00a0"), " Zoé\u00a0", ""},
		"a family of joined pictures": {campaign.Field{}, said("👩\u200d👧"), "👩\u200d👧", ""},
		"a number for a text":         {campaign.Field{}, contact.Number(1), "", wrong},
		"a date for a text":           {campaign.Field{}, contact.Date(2024, time.June, 9), "", wrong},
		"a bool for a text":           {campaign.Field{}, contact.Bool(true), "", wrong},
		"an empty text":               {campaign.Field{}, said(""), "", missing},
		"a blank text":                {campaign.Field{}, said(" \t\u00a0"), "", missing},
		"a blank text with a default": {campaign.Field{Default: "vous"}, said(" "), "vous", ""},
		"a wrong one with a default":  {campaign.Field{Default: "vous"}, contact.Number(1), "", wrong},
		"a long one with a default":   {campaign.Field{Default: "x", MaxLength: 2}, said("abc"), "", long},
		"forty characters":            {campaign.Field{}, said(strings.Repeat("é", 40)), strings.Repeat("é", 40), ""},
		"one more":                    {campaign.Field{}, said(strings.Repeat("é", 41)), "", long},
		"one more, plain":             {campaign.Field{}, said(strings.Repeat("e", 41)), "", long},
		"counted as composed":         {campaign.Field{MaxLength: 1}, said("e\u0301"), "é", ""},
		"two lines":                   {campaign.Field{}, said("a\nb"), "", wrong},
		"a carriage return":           {campaign.Field{}, said("a\rb"), "", wrong},
		"a tab":                       {campaign.Field{}, said("a\tb"), "", wrong},
		"a Unicode line end":          {campaign.Field{}, said("a\u2028b"), "", wrong},
		"a control character":         {campaign.Field{}, said("a\x00b"), "", wrong},
		"a C1 control character":      {campaign.Field{}, said("a\u0085b"), "", wrong},
		"a right-to-left override":    {campaign.Field{}, said("a\u202eb"), "", wrong},
		"an isolate":                  {campaign.Field{}, said("a\u2066b"), "", wrong},
		"an Arabic letter mark":       {campaign.Field{}, said("a\u061cb"), "", wrong},
		"a space without width":       {campaign.Field{}, said("a\u200bb"), "", wrong},
		"a tag character":             {campaign.Field{}, said("a\U000e0041b"), "", wrong},
		"what could not be read":      {campaign.Field{}, said("a\ufffdb"), "", wrong},
		"broken letters":              {campaign.Field{}, said("a\xffb"), "", wrong},
		"an accent that joins":        {campaign.Field{}, said("\u0301a"), "", wrong},
		"a vowel that joins":          {campaign.Field{}, said("\u1161"), "", wrong},
		"a number":                    {campaign.Field{Type: number}, contact.Number(-41), "-41", ""},
		"a year":                      {campaign.Field{Type: number}, contact.Number(2024), "2024", ""},
		"five digits":                 {campaign.Field{Type: number}, contact.Number(-12345), "-12 345", ""},
		"six digits":                  {campaign.Field{Type: number}, contact.Number(123456), "123 456", ""},
		"the longest number":          {campaign.Field{Type: number}, contact.Number(math.MinInt64), "-9 223 372 036 854 775 808", ""},
		"as many as it takes":         {campaign.Field{Type: number, MaxLength: 6}, contact.Number(12345), "12 345", ""},
		"one less":                    {campaign.Field{Type: number, MaxLength: 5}, contact.Number(12345), "", long},
		"a text for a number":         {campaign.Field{Type: number}, said("41"), "", wrong},
		"a blank text for a number":   {campaign.Field{Type: number, Default: "peu"}, said(" "), "peu", ""},
		"a bool for a number":         {campaign.Field{Type: number}, contact.Bool(true), "", wrong},
		"a date for a number":         {campaign.Field{Type: number}, contact.Date(2024, time.June, 9), "", wrong},
		"a day":                       {campaign.Field{Type: date}, contact.Date(2024, time.June, 9), "9 juin 2024", ""},
		"the first":                   {campaign.Field{Type: date}, contact.Date(1024, time.September, 1), "1er septembre 1024", ""},
		"a number for a date":         {campaign.Field{Type: date}, contact.Number(2024), "", wrong},
		"a text for a date":           {campaign.Field{Type: date}, said("2024-06-09"), "", wrong},
		"a year of three digits":      {campaign.Field{Type: date}, contact.Date(999, time.December, 31), "", wrong},
		"a year of five digits":       {campaign.Field{Type: date}, contact.Date(10000, time.January, 1), "", wrong},
		"a link":                      {campaign.Field{Type: link}, said("https://x.example/a?b=c&d#e~[]"), "https://x.example/a?b=c&d#e~[]", ""},
		"a link in clear":             {campaign.Field{Type: link}, said("http://x.example"), "", wrong},
		"a script":                    {campaign.Field{Type: link}, said("javascript:alert(1)"), "", wrong},
		"a link in capitals":          {campaign.Field{Type: link}, said("HTTPS://x.example"), "", wrong},
		"no host":                     {campaign.Field{Type: link}, said("https:///a"), "", wrong},
		"a port alone":                {campaign.Field{Type: link}, said("https://:443"), "", wrong},
		"a user name":                 {campaign.Field{Type: link}, said("https://a@x.example"), "", wrong},
		"a host that looks like one":  {campaign.Field{Type: link}, said("https://ex\u0430mple.org"), "", wrong},
		"a space in a link":           {campaign.Field{Type: link}, said("https://x.example/a b"), "", wrong},
		"a quote in a link":           {campaign.Field{Type: link}, said(`https://x.example/"b`), "", wrong},
		"a bad escape in a host":      {campaign.Field{Type: link}, said("https://%zz"), "", wrong},
		"a link of a hundred":         {campaign.Field{Type: link}, said("https://x.example/" + strings.Repeat("a", 82)), "https://x.example/" + strings.Repeat("a", 82), ""},
		"a link of one more":          {campaign.Field{Type: link}, said("https://x.example/" + strings.Repeat("a", 83)), "", long},
		"a number for a link":         {campaign.Field{Type: link}, contact.Number(1), "", wrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.field.Name = "f"
			template := campaign.Template{Language: "fr", Text: "<{{f}}>", Fields: []campaign.Field{tt.field}}
			got, err := template.Fill(contact.SMS, noticeURL, origin, contact.Contact{Attributes: []contact.Attribute{{Name: "f", Value: tt.value}}})
			require.NoError(t, err)
			if tt.code != "" {
				require.Equal(t, campaign.Filled{Code: tt.code, Place: "f"}, got[0])
				return
			}
			require.Empty(t, got[0].Code)
			require.Equal(t, "<"+tt.want+">", got[0].Content.Text)
		})
	}
	got, err := campaign.Template{Language: "fr", Text: "{{f}}", Fields: []campaign.Field{{Name: "f"}}}.Fill(contact.SMS, noticeURL, origin, contact.Contact{})
	require.NoError(t, err)
	require.Equal(t, campaign.Filled{Code: missing, Place: "f"}, got[0], "no attribute at all")
}

// Each language writes numbers and days in its own way, and none leaves the
// alphabet of an SMS.
func TestTongues(t *testing.T) {
	t.Parallel()

	for language, want := range map[string]string{
		"fr": "1er aout 2024, 12 345", "FR-ca": "1er aout 2024, 12 345", "en": "1 August 2024, 12,345", "en-GB": "1 August 2024, 12,345", "en-US": "August 1, 2024, 12,345",
	} {
		template := campaign.Template{Language: language, Text: "{{d}}, {{n}}", Fields: []campaign.Field{{Name: "d", Type: campaign.DateField}, {Name: "n", Type: campaign.NumberField}}}
		var people []contact.Contact
		for day := range 366 {
			at := time.Date(2024, time.August, 1+day, 0, 0, 0, 0, time.UTC)
			people = append(people, contact.Contact{Attributes: []contact.Attribute{
				{Name: "d", Value: contact.Date(at.Date())}, {Name: "n", Value: contact.Number(12345)},
			}})
		}
		got, err := template.Fill(contact.SMS, noticeURL, origin, people...)
		require.NoError(t, err)
		require.Equal(t, want, got[0].Content.Text, language)
		for _, f := range got {
			require.Empty(t, f.Code)
			require.Equal(t, provider.GSM7, provider.CountSMS(f.Content.Text).Encoding, f.Content.Text)
		}
		mail, err := template.Fill(contact.EmailChannel, noticeURL, origin, people[0])
		require.NoError(t, err)
		require.Equal(t, strings.Replace(want, "aout", "août", 1), mail[0].Content.Text)
	}
}

// What is missing, what is wrong and what is too long are told apart, in the
// preview and in what is frozen, and no reason repeats a value.
func TestReasonsOfTemplates(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	values := []contact.Value{contact.Text("Ada"), contact.Text(""), contact.Number(7), contact.Text("secret\u202e"), contact.Text("secretsecret")}
	for i, v := range values {
		h.put(contact.Contact{
			ID: contact.ID(rune('a' + i)), Base: rented.ID, Points: []contact.Point{{Address: number(i)}},
			Origins:    []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
			Attributes: []contact.Attribute{{Name: "prénom", Value: v}},
		})
		h.agree(martin, number(i))
	}
	h.put(contact.Contact{ID: "z", Base: rented.ID, Points: []contact.Point{{Address: number(9)}}, Origins: []contact.Provenance{{Origin: &contact.Origin{Kind: contact.RentedFile, Collector: "a\nb", Form: "v3"}, Collected: h.now.AddDate(-1, 0, 0)}}})
	h.agree(martin, number(9))
	c := content("c", martin)
	c.Templates[0].Text += " {{prénom}}"
	c.Templates[0].Fields = []campaign.Field{{Name: "prénom", MaxLength: 10}}
	p, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	require.Equal(t, 1, p.Messages)
	out := func(code consent.Code) campaign.Class { return campaign.Class{State: campaign.Excluded, Code: code} }
	require.Equal(t, 1, p.Tally[out(campaign.CodeValue)])
	require.Equal(t, 3, p.Tally[out(campaign.CodeValueWrong)])
	require.Equal(t, 1, p.Tally[out(campaign.CodeValueLong)])
	require.Equal(t, 6, p.Audience)
	require.Equal(t, "The contact has no value for {{prénom}}.", p.Reasons[campaign.CodeValue].Says.En)
	require.Equal(t, "La valeur pour {{prénom}} est plus longue que le champ ne le permet.", p.Reasons[campaign.CodeValueLong].Says.Fr)
	require.Contains(t, p.Reasons[campaign.CodeValueWrong].Says.En, "is of another type")
	for _, r := range p.Reasons {
		require.NotContains(t, r.Says.En+r.Says.Fr, "secret")
	}
	require.Equal(t, p.Tally, h.launch(c))
}
