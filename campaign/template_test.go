package campaign_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestTemplateErrors(t *testing.T) {
	t.Parallel()

	field := func(f campaign.Field) campaign.Template {
		return campaign.Template{Language: "fr", Text: "{{" + f.Name + "}}", Fields: []campaign.Field{f}}
	}
	text := func(s string) campaign.Template { return campaign.Template{Language: "fr", Text: s} }
	for name, tt := range map[string]struct {
		template campaign.Template
		want     string
	}{
		"no text":                       {text(""), `Text is empty`},
		"no end":                        {text("été {{nom"), `Text, character 5: {{ without }}`},
		"no end, on the second line":    {text("été\n{{nom"), `Text, character 5: {{ without }}`},
		"half an end":                   {text("{{nom}"), `Text, character 1: {{ without }}`},
		"no start":                      {text("été }}"), `Text, character 5: }} without {{`},
		"the end before the start":      {text("a}}{{origin}}"), `Text, character 2: }} without {{`},
		"a start alone after a place":   {text("{{origin}} {{"), `Text, character 12: {{ without }}`},
		"an end alone after a place":    {text("{{origin}}é}}"), `Text, character 12: }} without {{`},
		"an unknown place":              {text("à {{nom}}"), `Text, character 3: {{nom}} is not a declared field`},
		"an empty place":                {text("{{}}"), `Text, character 1: {{}} is not a declared field`},
		"spaces in a place":             {text("{{ origin }}"), `Text, character 1: {{ origin }} is not a declared field`},
		"other letters":                 {text("{{Origin}}"), `Text, character 1: {{Origin}} is not a declared field`},
		"three braces":                  {text("{{{origin}}}"), `Text, character 1: {{{origin}} is not a declared field`},
		"a place in a place":            {text("{{a{{origin}}}}"), `Text, character 1: {{a{{origin}} is not a declared field`},
		"code":                          {text("{{if .x}}"), `Text, character 1: {{if .x}} is not a declared field`},
		"an unknown place in Subject":   {campaign.Template{Language: "fr", Subject: "à {{nom}}", Text: "x"}, `Subject, character 3: {{nom}} is not a declared field`},
		"broken letters":                {text("a\xff"), `Text is not valid UTF-8`},
		"broken letters in Subject":     {campaign.Template{Language: "fr", Subject: "\xc3", Text: "x"}, `Subject is not valid UTF-8`},
		"a field without a name":        {field(campaign.Field{}), `Fields[0]: Name "" is not a name`},
		"a name with a brace":           {field(campaign.Field{Name: "a}b"}), `Fields[0]: Name "a}b" is not a name`},
		"a name with a space":           {field(campaign.Field{Name: "a b"}), `Fields[0]: Name "a b" is not a name`},
		"a name of two lines":           {field(campaign.Field{Name: "a\nb"}), `Fields[0]: Name "a\nb" is not a name`},
		"a field of every template":     {field(campaign.Field{Name: "origin"}), `Fields[0]: "origin" is known to every template`},
		"another one":                   {field(campaign.Field{Name: "notice"}), `Fields[0]: "notice" is known to every template`},
		"a field twice":                 {campaign.Template{Language: "fr", Text: "{{a}}", Fields: []campaign.Field{{Name: "a"}, {Name: "a"}}}, `Fields[1]: "a" is declared twice`},
		"a field that is not used":      {campaign.Template{Language: "fr", Text: "{{a}}", Fields: []campaign.Field{{Name: "a"}, {Name: "b"}}}, `Fields[1]: "b" is not used`},
		"a negative length":             {field(campaign.Field{Name: "a", MaxLength: -1}), `Fields[0]: MaxLength is negative`},
		"a default that is too long":    {field(campaign.Field{Name: "a", Default: "été", MaxLength: 2}), `Fields[0]: Default is longer than MaxLength`},
		"a default longer than usual":   {field(campaign.Field{Name: "a", Default: strings.Repeat("é", 41)}), `Fields[0]: Default is longer than MaxLength`},
		"the first thing that is wrong": {campaign.Template{Language: "fr", Text: "}} {{x}}", Fields: []campaign.Field{{Name: "a"}}}, `Text, character 1: }} without {{`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.template.Compile()
			require.EqualError(t, err, `campaign: template "fr": `+tt.want)
		})
	}
}

func TestTemplateRender(t *testing.T) {
	t.Parallel()

	ada := &contact.Contact{Attributes: []contact.Attribute{
		{Name: "nom", Value: contact.Text("Ada & <Zoé>")}, {Name: "vide", Value: contact.Text("")}, {Name: "age", Value: contact.Number(-41)},
		{Name: "né", Value: contact.Date(1982, time.February, 28)}, {Name: "membre", Value: contact.Bool(true)},
		{Name: "ligne", Value: contact.Text("a\nb")}, {Name: "retour", Value: contact.Text("a\rb")}, {Name: "cassé", Value: contact.Text("a\xff")},
		{Name: "piège", Value: contact.Text("{{origin}}")}, {Name: "quarante", Value: contact.Text(strings.Repeat("é", 40))}, {Name: "quarante-et-un", Value: contact.Text(strings.Repeat("é", 41))},
	}}
	fields := func(text string, fs ...campaign.Field) campaign.Template {
		return campaign.Template{Language: "fr", Text: text, Fields: fs}
	}
	named := func(names ...string) (fs []campaign.Field) {
		for _, n := range names {
			fs = append(fs, campaign.Field{Name: n})
		}
		return fs
	}
	for name, tt := range map[string]struct {
		template campaign.Template
		want     string // "" for a value that is missing or too long
	}{
		"nothing to fill in":           {fields("Votez. {x} } { }"), "Votez. {x} } { }"},
		"origin and link":              {fields("{{origin}}: {{notice}}"), "Concours SARL: " + noticeURL},
		"side by side":                 {fields("{{origin}}{{origin}}"), "Concours SARLConcours SARL"},
		"a text":                       {fields("Bonjour {{nom}}!", named("nom")...), "Bonjour Ada & <Zoé>!"},
		"a number, a date and a bool":  {fields("{{age}} {{né}} {{membre}}", named("age", "né", "membre")...), "-41 1982-02-28 true"},
		"what is filled in is no code": {fields("<{{piège}}>", named("piège")...), "<{{origin}}>"},
		"a brace after a place":        {fields("{{age}}}", named("age")...), "-41}"},
		"as long as allowed":           {fields("{{quarante}}", named("quarante")...), strings.Repeat("é", 40)},
		"one more":                     {fields("{{quarante-et-un}}", named("quarante-et-un")...), ""},
		"one more, and allowed":        {fields("{{quarante-et-un}}", campaign.Field{Name: "quarante-et-un", MaxLength: 41}), strings.Repeat("é", 41)},
		"as long as said":              {fields("{{age}}", campaign.Field{Name: "age", MaxLength: 3}), "-41"},
		"longer than said":             {fields("{{age}}", campaign.Field{Name: "age", MaxLength: 2}), ""},
		"longer, with a default":       {fields("{{age}}", campaign.Field{Name: "age", MaxLength: 2, Default: "x"}), ""},
		"missing":                      {fields("{{ville}}", named("ville")...), ""},
		"missing, with a default":      {fields("À {{ville}}", campaign.Field{Name: "ville", Default: "Lyon"}), "À Lyon"},
		"empty":                        {fields("{{vide}}", named("vide")...), ""},
		"empty, with a default":        {fields("À {{vide}}", campaign.Field{Name: "vide", Default: "Lyon"}), "À Lyon"},
		"two lines":                    {fields("{{ligne}}", named("ligne")...), ""},
		"a carriage return":            {fields("{{retour}}", named("retour")...), ""},
		"broken letters":               {fields("{{cassé}}", named("cassé")...), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := tt.template.Compile()
			require.NoError(t, err)
			got, err := c.Render(ada, origin, noticeURL)
			if tt.want == "" {
				require.ErrorIs(t, err, campaign.ErrValue)
				require.Zero(t, got)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got.Text)
			require.Equal(t, "fr", got.Language)
		})
	}
	t.Run("HTML", func(t *testing.T) {
		t.Parallel()
		c, err := campaign.Template{Language: "fr", Subject: "Pour {{nom}}", Text: "<p>{{nom}}</p> {{origin}} {{notice}}", HTML: true, Fields: named("nom")}.Compile()
		require.NoError(t, err)
		got, err := c.Render(ada, &contact.Origin{Supplier: `"A&B" <x>`}, noticeURL+"?a=1&b=2")
		require.NoError(t, err)
		require.Equal(t, "<p>Ada &amp; &lt;Zoé&gt;</p> &#34;A&amp;B&#34; &lt;x&gt; "+noticeURL+"?a=1&amp;b=2", got.Text)
		require.Equal(t, "Pour Ada & <Zoé>", got.Subject, "a subject is no HTML")
	})
	t.Run("no origin", func(t *testing.T) {
		t.Parallel()
		c, err := fields("Par {{origin}}").Compile()
		require.NoError(t, err)
		for _, o := range []*contact.Origin{nil, {}} {
			_, err = c.Render(ada, o, noticeURL)
			require.ErrorIs(t, err, campaign.ErrValue)
		}
		c, err = fields("Votez.").Compile()
		require.NoError(t, err)
		got, err := c.Render(ada, nil, "")
		require.NoError(t, err)
		require.Equal(t, "Votez.", got.Text)
	})
	t.Run("a subject that lacks a value", func(t *testing.T) {
		t.Parallel()
		c, err := campaign.Template{Language: "fr", Subject: "{{ville}}", Text: "x", Fields: named("ville")}.Compile()
		require.NoError(t, err)
		_, err = c.Render(ada, origin, noticeURL)
		require.ErrorIs(t, err, campaign.ErrValue)
	})
}

var place = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// Whatever the words are: compiling and filling in never panics, what stands
// outside of places survives, and no place does.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{
		"Votez.", "{{nom}}", "Bonjour {{nom}}, {{origin}} {{notice}}", "{{", "}}", "{{nom}}}", "{{{nom}}}", "{}{{nom}}{}", "{{nom}}{{nom}}", "é{{nom", "a\xff", "{{}}", "<{{nom}}>",
	} {
		f.Add(text, "nom", "Ada", false)
		f.Add(text, "nom", "<{{origin}}>&", true)
	}
	f.Add("{{a}} b", "a", strings.Repeat("é", 41), false)
	f.Fuzz(func(t *testing.T, text, name, value string, asHTML bool) {
		template := campaign.Template{Language: "fr", Text: text, HTML: asHTML, Fields: []campaign.Field{{Name: name}}}
		c, err := template.Compile()
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), `campaign: template "fr": `), err)
			return
		}
		require.Contains(t, text, "{{"+name+"}}", "a field that is not used")
		p := &contact.Contact{Attributes: []contact.Attribute{{Name: name, Value: contact.Text(value)}}}
		got, err := c.Render(p, origin, noticeURL)
		bad := value == "" || utf8.RuneCountInString(value) > 40 || !utf8.ValidString(value) || strings.ContainsAny(value, "\r\n")
		if bad {
			require.ErrorIs(t, err, campaign.ErrValue)
			return
		}
		require.NoError(t, err)
		escape := func(s string) string { return s }
		if asHTML {
			escape = html.EscapeString
		}
		// The same by another way: a pattern for the places, looked at once.
		known := map[string]string{"{{" + name + "}}": value, "{{origin}}": "Concours SARL", "{{notice}}": noticeURL}
		want := place.ReplaceAllStringFunc(text, func(at string) string {
			v, ok := known[at]
			require.Truef(t, ok, "%q was taken for a place", at)
			return escape(v)
		})
		require.Equal(t, want, got.Text)
	})
}
