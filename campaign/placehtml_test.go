package campaign_test

import (
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func inHTML(text string) campaign.Template {
	t := campaign.Template{Language: "fr", Text: text, HTML: true}
	for _, f := range []campaign.Field{{Name: "nom", MaxLength: 80}, {Name: "lien", Type: campaign.LinkField}, {Name: "n", Type: campaign.NumberField}} {
		if strings.Contains(text, "{{"+f.Name+"}}") {
			t.Fields = append(t.Fields, f)
		}
	}
	return t
}

func TestPlacesInHTML(t *testing.T) {
	t.Parallel()

	const name, link = `"><script>alert('1')</script>&javascript:`, "https://x.example/?a=1&b=2"
	const escaped = "&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;javascript:"
	const percent = "%22%3E%3Cscript%3Ealert%28%271%27%29%3C%2Fscript%3E%26javascript%3A"
	ada := contact.Contact{Attributes: []contact.Attribute{
		{Name: "lien", Value: contact.Text(link)}, {Name: "n", Value: contact.Number(12345)}, {Name: "nom", Value: contact.Text(name)},
	}}
	for what, tt := range map[string]struct{ text, want string }{
		"text":                    {"<p>{{nom}}</p>", "<p>" + escaped + "</p>"},
		"text alone":              {"{{nom}}", escaped},
		"after a comment":         {"<!--[if mso]><p><![endif]-->{{nom}}", "<!--[if mso]><p><![endif]-->" + escaped},
		"after a style":           {"<style>p{color:red}</style>{{nom}}", "<style>p{color:red}</style>" + escaped},
		"after a script":          {"<script>var a = '<p>'</script>{{nom}}", "<script>var a = '<p>'</script>" + escaped},
		"a title":                 {"<title>{{nom}}</title>", "<title>" + escaped + "</title>"},
		"the origin and the link": {"{{origin}} {{notice}}", "Concours SARL https://martin.example/infos"},
		"a quoted attribute":      {`<img alt="{{nom}}" src="https://x.example/a.png">`, `<img alt="` + escaped + `" src="https://x.example/a.png">`},
		"in single quotes":        {`<img alt='de {{nom}}'>`, `<img alt='de ` + escaped + `'>`},
		"a link":                  {`<a href="{{lien}}">x</a>`, `<a href="https://x.example/?a=1&amp;b=2">x</a>`},
		"the notice":              {`<a href='{{notice}}'>x</a>`, `<a href='https://martin.example/infos'>x</a>`},
		"a link that goes on":     {`<a href="{{lien}}&c=3">x</a>`, `<a href="https://x.example/?a=1&amp;b=2&c=3">x</a>`},
		"a query":                 {`<a href="https://x.example/?q={{nom}}&n={{n}}">`, `<a href="https://x.example/?q=` + percent + `&n=12%20345">`},
		"a path":                  {`<a href="https://x.example:8443/{{nom}}/">`, `<a href="https://x.example:8443/` + percent + `/">`},
		"a link in a query":       {`<a href="https://x.example/#{{lien}}">`, `<a href="https://x.example/#https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D2">`},
		"an attribute of data":    {`<p data-nom="{{nom}}">`, `<p data-nom="` + escaped + `">`},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			got, err := inHTML(tt.text).Fill(contact.EmailChannel, noticeURL, origin, ada)
			require.NoError(t, err)
			require.Equal(t, tt.want, got[0].Content.Text)
		})
	}
	q, err := url.QueryUnescape(percent)
	require.NoError(t, err)
	require.Equal(t, name, q)
	require.Equal(t, name, html.UnescapeString(escaped))
}

func TestPlacesInHTMLThatAreRefused(t *testing.T) {
	t.Parallel()

	const unsafe = `is where a value cannot be made safe`
	const starts = `starts an address, and is not of type link`
	const host = `is in an address that does not start with https://host/ of the template's own`
	const words = `is in an attribute other than alt, title, summary, label, aria-… and data-…`
	const leads = `is in an address other than the href of a link or the src of a picture`
	for what, tt := range map[string]struct{ text, want string }{
		"a script":                      {"<script>{{nom}}</script>", unsafe},
		"a string of a script":          {"<script>var a = '{{nom}}'</script>", unsafe},
		"a script of data":              {`<script type="application/ld+json">{"a":"{{nom}}"}</script>`, unsafe},
		"a style":                       {"<style>p{color:{{nom}}}</style>", "cannot"},
		"an attribute of style":         {`<p style="color:{{nom}}">`, unsafe},
		"an address in a style":         {`<p style="background:url('{{lien}}')">`, leads},
		"a comment":                     {"<!-- {{nom}} -->", unsafe},
		"an event handler":              {`<a onclick="f('{{nom}}')">`, unsafe},
		"no quotes":                     {"<img alt={{nom}}>", unsafe},
		"no quotes after a word":        {"<img alt=a{{nom}}>", unsafe},
		"an attribute's name":           {`<img {{nom}}="a">`, unsafe},
		"among attributes":              {`<img {{nom}}>`, unsafe},
		"a tag's name":                  {"<{{nom}}>", "follows a < that opens no tag: write &lt;"},
		"a closing tag's name":          {"<p></{{nom}}>", "follows a < that opens no tag"},
		"a name in a title":             {"<title><{{nom}}</title>", "follows a < that opens no tag"},
		"a closing tag":                 {"<p></p {{nom}}>", unsafe},
		"an address":                    {`<a href="{{nom}}">`, starts},
		"an address of a number":        {`<a href="{{n}}">`, starts},
		"the origin as an address":      {`<a href="{{origin}}">`, starts},
		"a scheme":                      {`<a href="{{nom}}://x.example/">`, starts},
		"the rest of a scheme":          {`<a href="java{{nom}}">`, host},
		"what a script does":            {`<a href="javascript:f('{{nom}}')">`, "Text"},
		"a host":                        {`<a href="https://{{nom}}/">`, host},
		"the end of a host":             {`<a href="https://x.example{{nom}}">`, host},
		"a user name":                   {`<a href="https://x@{{nom}}/">`, host},
		"a path without a host":         {`<a href="/{{nom}}">`, host},
		"in clear":                      {`<a href="http://x.example/{{nom}}">`, host},
		"after a link":                  {`<a href="{{lien}}{{nom}}">`, host},
		"two links":                     {`<a href="{{lien}}{{lien}}">`, host},
		"a picture":                     {`<img src="{{nom}}">`, starts},
		"pictures":                      {`<img srcset="{{lien}} 2x">`, unsafe},
		"a document in an attribute":    {`<iframe srcdoc="{{nom}}">`, words},
		"a script's address":            {`<script src="{{lien}}"></script>`, leads},
		"a style's address":             {`<link rel="stylesheet" href="{{lien}}">`, leads},
		"a frame's address":             {`<iframe src="https://x.example/{{nom}}">`, leads},
		"where a page leads":            {`<meta http-equiv="refresh" content="0;url={{lien}}">`, "{{lien}} is"},
		"what a page is about":          {`<meta name="description" content="{{nom}}">`, words},
		"what addresses start with":     {`<base href="{{lien}}">`, leads},
		"where one cannot tell the tag": {`<p title="<" alt="{{nom}}">`, words},
		"what does not end":             {`<p title="{{nom}}`, "Text as HTML"},
		"a quote within":                {`<p title=a"{{nom}}>`, "Text"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			_, err := inHTML(tt.text).Fill(contact.EmailChannel, noticeURL, origin)
			require.ErrorContains(t, err, `campaign: template "fr": Text`)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := inHTML("<p>\n <b>é<script>{{nom}}</script>").Fill(contact.EmailChannel, noticeURL, origin)
	require.ErrorContains(t, err, "Text, line 2, column 14: {{nom}} is where")
}
