package campaign_test

import (
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestTemplateErrors(t *testing.T) {
	t.Parallel()

	text := func(s string, fs ...campaign.Field) campaign.Template {
		return campaign.Template{Language: "fr", Text: s, Fields: fs}
	}
	field := func(f campaign.Field) campaign.Template { return text("{{"+f.Name+"}}", f) }
	subject := func(s string) campaign.Template {
		return campaign.Template{Language: "fr", Subject: s, Text: "x"}
	}
	const sms, email = contact.SMS, contact.EmailChannel
	for name, tt := range map[string]struct {
		channel  contact.Channel
		template campaign.Template
		want     string
	}{
		"no text":                       {sms, text(""), `Text is empty`},
		"no end":                        {sms, text("été {{nom"), `Text, line 1, column 5: {{ without }}`},
		"no end, on the third line":     {sms, text("été\r\n\nà {{nom"), `Text, line 3, column 3: {{ without }}`},
		"half an end":                   {sms, text("{{nom}"), `Text, line 1, column 1: {{ without }}`},
		"no start":                      {sms, text("été }}"), `Text, line 1, column 5: }} without {{`},
		"the end before the start":      {sms, text("a}}{{origin}}"), `Text, line 1, column 2: }} without {{`},
		"a start alone after a place":   {sms, text("{{origin}} {{"), `Text, line 1, column 12: {{ without }}`},
		"an end alone after a place":    {sms, text("{{origin}}é}}"), `Text, line 1, column 12: }} without {{`},
		"an unknown place":              {sms, text("à {{nom}}"), `Text, line 1, column 3: {{nom}} is not a declared field`},
		"an empty place":                {sms, text("{{}}"), `Text, line 1, column 1: {{}} is not a declared field`},
		"spaces in a place":             {sms, text("{{ nom }}", campaign.Field{Name: "nom"}), `Text, line 1, column 1: a place is written without spaces: {{nom}}`},
		"other letters":                 {sms, text("{{Origin}}"), `Text, line 1, column 1: {{Origin}} is not a declared field`},
		"three braces":                  {sms, text("{{{origin}}}"), `Text, line 1, column 1: {{{origin}} is not a declared field`},
		"a place in a place":            {sms, text("{{a{{origin}}}}"), `Text, line 1, column 1: {{a{{origin}} is not a declared field`},
		"code":                          {sms, text("{{if .x}}"), `Text, line 1, column 1: {{if .x}} is not a declared field`},
		"an accent after a place":       {sms, text("{{origin}}\u0301"), `Text, line 1, column 11: an accent that would join the value before it`},
		"broken letters":                {sms, text("a\xff"), `Text is not valid UTF-8`},
		"no language":                   {sms, campaign.Template{Text: "x"}, `Language is not a BCP 47 tag`},
		"a locale":                      {sms, campaign.Template{Language: "fr_FR", Text: "x"}, `Language is not a BCP 47 tag`},
		"a subject for a telephone":     {sms, subject("x"), `Subject is set, and the channel is sms`},
		"HTML for a telephone":          {sms, campaign.Template{Language: "fr", Text: "x", HTML: true}, `HTML is set, and the channel is sms`},
		"an unknown place in Subject":   {email, subject("à {{nom}}"), `Subject, line 1, column 3: {{nom}} is not a declared field`},
		"broken letters in Subject":     {email, subject("\xc3"), `Subject is not valid UTF-8`},
		"two lines in Subject":          {email, subject("a\r\nBcc: x"), `Subject, line 1, column 2: a control character or a line end`},
		"a Unicode line end in Subject": {email, subject("été\u2028b"), `Subject, line 1, column 4: a control character or a line end`},
		"a field without a name":        {sms, field(campaign.Field{}), `Fields[0]: Name "" is not a name`},
		"a name with a brace":           {sms, field(campaign.Field{Name: "a}b"}), `Fields[0]: Name "a}b" is not a name`},
		"a name with a space":           {sms, field(campaign.Field{Name: "a b"}), `Fields[0]: Name "a b" is not a name`},
		"a name of two lines":           {sms, field(campaign.Field{Name: "a\nb"}), `Fields[0]: Name "a\nb" is not a name`},
		"a field of every template":     {sms, field(campaign.Field{Name: "origin"}), `Fields[0]: "origin" is known to every template`},
		"another one":                   {sms, field(campaign.Field{Name: "notice"}), `Fields[0]: "notice" is known to every template`},
		"a field twice":                 {sms, text("{{a}}", campaign.Field{Name: "a"}, campaign.Field{Name: "a"}), `Fields[1]: "a" is declared twice`},
		"a field that is not used":      {sms, text("{{a}}", campaign.Field{Name: "a"}, campaign.Field{Name: "b"}), `Fields[1]: "b" is not used`},
		"a negative length":             {sms, field(campaign.Field{Name: "a", MaxLength: -1}), `Fields[0]: MaxLength is negative`},
		"a length for no date":          {sms, field(campaign.Field{Name: "a", Type: campaign.DateField, MaxLength: 9}), `Fields[0]: MaxLength is less than the 10 characters that a date takes`},
		"a length for no link":          {sms, field(campaign.Field{Name: "a", Type: campaign.LinkField, MaxLength: 8}), `Fields[0]: MaxLength is less than the 9 characters that a link takes`},
		"an unknown type":               {sms, field(campaign.Field{Name: "a", Type: "bool"}), `Fields[0]: unknown Type "bool"`},
		"a date in German":              {sms, campaign.Template{Language: "de", Text: "{{a}}", Fields: []campaign.Field{{Name: "a", Type: campaign.DateField}}}, `Fields[0]: a date can be written in French and English only`},
		"a number in German":            {sms, campaign.Template{Language: "de", Text: "{{a}}", Fields: []campaign.Field{{Name: "a", Type: campaign.NumberField}}}, `Fields[0]: a number can be written in French and English only`},
		"a default that is too long":    {sms, field(campaign.Field{Name: "a", Default: "été", MaxLength: 2}), `Fields[0]: Default is longer than MaxLength`},
		"a default longer than usual":   {sms, field(campaign.Field{Name: "a", Default: strings.Repeat("é", 41)}), `Fields[0]: Default is longer than MaxLength`},
		"a blank default":               {sms, field(campaign.Field{Name: "a", Default: "\u00a0 "}), `Fields[0]: Default is blank`},
		"a default of two lines":        {sms, field(campaign.Field{Name: "a", Default: "a\nb"}), `Fields[0]: Default holds a character that a value may not`},
		"a default that is no link":     {sms, field(campaign.Field{Name: "a", Type: campaign.LinkField, Default: "http://x.example"}), `Fields[0]: Default is not a link that starts with https://`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.template.Language == "" {
				_, err := tt.template.Fill(tt.channel, noticeURL, origin)
				require.EqualError(t, err, `campaign: template "": `+tt.want)
				return
			}
			_, err := tt.template.Fill(tt.channel, noticeURL, origin)
			require.EqualError(t, err, `campaign: template "`+tt.template.Language+`": `+tt.want)
		})
	}
	_, err := text("{{notice}}").Fill(sms, "", origin)
	require.EqualError(t, err, `campaign: template "fr": Text, line 1, column 1: {{notice}} is used, and the NoticeURL of the request is empty`)
	_, err = text("{{notice}}").Fill(sms, "https://x\n", origin)
	require.EqualError(t, err, `campaign: template "fr": Text, line 1, column 1: {{notice}} is used, and the NoticeURL of the request holds a control character`)
}

func TestTemplateFill(t *testing.T) {
	t.Parallel()

	ada := contact.Contact{Attributes: []contact.Attribute{
		{Name: "nom", Value: contact.Text("Ada & <Zoé>")}, {Name: "piège", Value: contact.Text("{{origin}}")},
	}}
	for name, tt := range map[string]struct {
		template campaign.Template
		want     string
	}{
		"nothing to fill in":           {campaign.Template{Text: "Votez. {x} } { }\\ %s"}, "Votez. {x} } { }\\ %s"},
		"origin and link":              {campaign.Template{Text: "{{origin}}: {{notice}}"}, "Concours SARL: " + noticeURL},
		"side by side":                 {campaign.Template{Text: "{{origin}}{{origin}}"}, "Concours SARLConcours SARL"},
		"a text":                       {campaign.Template{Text: "Bonjour {{nom}}!", Fields: []campaign.Field{{Name: "nom"}}}, "Bonjour Ada & <Zoé>!"},
		"what is filled in is no code": {campaign.Template{Text: "{ {{piège}} }", Fields: []campaign.Field{{Name: "piège"}}}, "{ {{origin}} }"},
		"nor with its neighbours":      {campaign.Template{Text: "{{piège}}{{nom}}}", Fields: []campaign.Field{{Name: "nom"}, {Name: "piège"}}}, "{{origin}}Ada & <Zoé>}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.template.Language = "fr"
			got, err := tt.template.Fill(contact.SMS, noticeURL, origin, ada)
			require.NoError(t, err)
			require.Equal(t, campaign.Filled{Content: consent.Content{Language: "fr", Text: tt.want}}, got[0])
		})
	}

	mail := campaign.Template{Language: "fr", Subject: "Pour {{nom}}", Text: "{{nom}}", Fields: []campaign.Field{{Name: "nom"}}}
	got, err := mail.Fill(contact.EmailChannel, noticeURL, origin, ada)
	require.NoError(t, err)
	require.Equal(t, consent.Content{Language: "fr", Subject: "Pour Ada & <Zoé>", Text: "Ada & <Zoé>"}, got[0].Content, "a text that is no HTML is not escaped")
	got, err = campaign.Template{Language: "fr", Subject: "{{nom}}", Text: "x", Fields: []campaign.Field{{Name: "nom"}}}.Fill(
		contact.EmailChannel, noticeURL, origin, contact.Contact{Attributes: []contact.Attribute{{Name: "nom", Value: contact.Text("Ada\r\nBcc: x")}}})
	require.NoError(t, err)
	require.Equal(t, campaign.Filled{Code: campaign.CodeValueWrong, Place: "nom"}, got[0], "a value cannot start a header")
}

// The name of the origin comes from files, and is held to what names are.
func TestTemplateOrigin(t *testing.T) {
	t.Parallel()

	template := campaign.Template{Language: "fr", Text: "Par {{origin}}"}
	for name, tt := range map[string]struct {
		origin *contact.Origin
		want   consent.Code
	}{
		"none":              {nil, campaign.CodeValue},
		"without a name":    {&contact.Origin{}, campaign.CodeValue},
		"as long as may be": {&contact.Origin{Collector: strings.Repeat("é", 60)}, ""},
		"too long":          {&contact.Origin{Collector: strings.Repeat("é", 61)}, campaign.CodeValueLong},
		"two lines":         {&contact.Origin{Collector: "a\nb"}, campaign.CodeValueWrong},
	} {
		got, err := template.Fill(contact.SMS, noticeURL, tt.origin, contact.Contact{})
		require.NoError(t, err)
		require.Equal(t, tt.want, got[0].Code, name)
	}
}

// A value stands in the place of what the template says, and says nothing for
// it: not who writes, not how to refuse, not the link, not the origin.
func TestAValueCannotForge(t *testing.T) {
	t.Parallel()

	whole := "Alex Martin: {{mot}}, votez. {{notice}} Par {{origin}}. STOP"
	for name, tt := range map[string]struct {
		text, value string
		want        campaign.Class
	}{
		"all there":                {whole, "Ada", campaign.Class{State: campaign.Ready}},
		"the stop mention":         {strings.Replace(whole, " STOP", "", 1), "STOP", campaign.Class{State: campaign.Excluded, Code: "content.stop"}},
		"the identity":             {strings.Replace(whole, "Alex Martin", "Nous", 1), "Alex Martin", campaign.Class{State: campaign.Excluded, Code: "content.identity"}},
		"the notice":               {strings.Replace(whole, "{{notice}}", "", 1), noticeURL, campaign.Class{State: campaign.Excluded, Code: "content.notice"}},
		"the origin":               {strings.Replace(whole, "{{origin}}", "eux", 1), "Concours SARL", campaign.Class{State: campaign.Excluded, Code: "content.origin"}},
		"a stop that ends a word":  {strings.Replace(whole, " STOP", " STOP{{mot}}", 1), "PER", campaign.Class{State: campaign.Excluded, Code: "content.stop"}},
		"a stop that stays a word": {strings.Replace(whole, " STOP", " STOP{{mot}}", 1), "!", campaign.Class{State: campaign.Ready}},
		"a link that goes on":      {strings.Replace(whole, "{{notice}}", "{{notice}}{{mot}}", 1), "/autre", campaign.Class{State: campaign.Excluded, Code: "content.notice"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t)
			h.agree(martin, h.people(rented.ID, 1)...)
			h.put(contact.Contact{
				ID: "P00", Base: rented.ID, Points: []contact.Point{{Address: number(0)}},
				Origins:    []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
				Attributes: []contact.Attribute{{Name: "mot", Value: contact.Text(tt.value)}},
			})
			c := content("c", martin)
			c.Templates[0].Text, c.Templates[0].Fields = tt.text, []campaign.Field{{Name: "mot", MaxLength: 60}}
			p, err := h.planner.Preview(t.Context(), c, time.Time{})
			require.NoError(t, err)
			require.Len(t, p.Tally, 1)
			for class := range p.Tally {
				require.Equal(t, tt.want.State, class.State, class)
				if tt.want.State == campaign.Excluded {
					require.Equal(t, tt.want.Code, class.Code)
				}
			}
		})
	}
}

// Nor can it do so at the last moment, when the value has changed since the
// launch.
func TestAValueCannotForgeLater(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	person := func(value string, years int, o *contact.Origin) contact.Contact {
		return contact.Contact{
			ID: "P00", Base: rented.ID, Points: []contact.Point{{Address: number(0)}},
			Origins:    []contact.Provenance{{Origin: o, Collected: h.now.AddDate(-years, 0, 0)}},
			Attributes: []contact.Attribute{{Name: "mot", Value: contact.Text(value)}},
		}
	}
	h.put(person("Ada", 2, origin))
	h.agree(martin, number(0))
	c := content("c", martin)
	// The words name one origin; a value names another.
	c.Templates[0].Text = strings.Replace(c.Templates[0].Text, "{{origin}}", "Concours SARL {{mot}}", 1)
	c.Templates[0].Fields = []campaign.Field{{Name: "mot"}}
	require.Equal(t, 1, h.launch(c).In(campaign.Ready))
	other := *origin
	other.Supplier = "Autre SARL"
	h.put(person("Autre SARL", 1, &other))
	require.Equal(t, campaign.Summary{Denied: 1}, h.run("c"))
	require.Equal(t, campaign.Tally{{State: campaign.Excluded, Code: "content.origin"}: 1}, h.tally("c"))
}
