package campaign_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

func TestBounds(t *testing.T) {
	t.Parallel()

	gsm := func(units, segments int) provider.SMSCount {
		return provider.SMSCount{Encoding: provider.GSM7, Units: units, Segments: segments}
	}
	ucs := func(units, segments int) provider.SMSCount {
		return provider.SMSCount{Encoding: provider.UCS2, Units: units, Segments: segments}
	}
	bounds := func(shortest, gsm7, longest campaign.Length) campaign.Bounds {
		return campaign.Bounds{Language: "fr", Shortest: shortest, LongestGSM7: gsm7, Longest: longest}
	}
	one := func(l campaign.Length) campaign.Bounds { return bounds(l, l, l) }
	n := func(characters int, count provider.SMSCount) campaign.Length {
		return campaign.Length{Characters: characters, SMS: count}
	}
	field := func(f campaign.Field) []campaign.Field { f.Name = "f"; return []campaign.Field{f} }
	for name, tt := range map[string]struct {
		text    string
		fields  []campaign.Field
		clause  int
		origins []*contact.Origin
		want    campaign.Bounds
	}{
		"words alone":             {"Votez €", nil, 0, nil, one(n(7, gsm(8, 1)))},
		"with a clause":           {strings.Repeat("a", 150), nil, 11, nil, one(n(150, gsm(161, 2)))},
		"words outside of GSM-7":  {"Votez œ", nil, 3, nil, one(n(7, ucs(10, 1)))},
		"the notice":              {"{{notice}}", nil, 0, nil, one(n(28, gsm(28, 1)))},
		"any origin":              {"{{origin}}", nil, 0, nil, bounds(n(1, gsm(1, 1)), n(60, gsm(120, 1)), n(60, ucs(120, 2)))},
		"one origin":              {"{{origin}}", nil, 0, []*contact.Origin{origin, nil}, one(n(13, gsm(13, 1)))},
		"two origins":             {"{{origin}}", nil, 0, []*contact.Origin{origin, {Collector: "ABC"}}, bounds(n(3, gsm(3, 1)), n(13, gsm(13, 1)), n(13, gsm(13, 1)))},
		"the shorter is the dear": {strings.Repeat("a", 90) + "{{origin}}", nil, 0, []*contact.Origin{{Collector: "œ"}, {Collector: "abc"}}, bounds(n(91, gsm(93, 1)), n(93, ucs(91, 2)), n(93, ucs(91, 2)))},
		"a text":                  {"{{f}}", field(campaign.Field{}), 0, nil, bounds(n(1, gsm(1, 1)), n(40, gsm(80, 1)), n(40, ucs(80, 2)))},
		"a text of three":         {"{{f}}", field(campaign.Field{MaxLength: 3}), 0, nil, bounds(n(1, gsm(1, 1)), n(3, gsm(6, 1)), n(3, ucs(6, 1)))},
		"twice":                   {"{{f}} {{f}}", field(campaign.Field{MaxLength: 3}), 0, nil, bounds(n(3, gsm(3, 1)), n(7, gsm(13, 1)), n(7, ucs(13, 1)))},
		"among foreign words":     {"œ{{f}}", field(campaign.Field{MaxLength: 3}), 0, nil, bounds(n(2, ucs(2, 1)), n(4, ucs(4, 1)), n(4, ucs(7, 1)))},
		"a number":                {"{{f}}", field(campaign.Field{Type: campaign.NumberField}), 0, nil, bounds(n(1, gsm(1, 1)), n(26, gsm(26, 1)), n(26, gsm(26, 1)))},
		"a date":                  {"{{f}}", field(campaign.Field{Type: campaign.DateField}), 0, nil, bounds(n(10, gsm(10, 1)), n(18, gsm(18, 1)), n(18, gsm(18, 1)))},
		"a date or a word":        {"{{f}}", field(campaign.Field{Type: campaign.DateField, Default: "ici"}), 0, nil, bounds(n(3, gsm(3, 1)), n(18, gsm(18, 1)), n(18, gsm(18, 1)))},
		"a date or a wide word":   {"{{f}}", field(campaign.Field{Type: campaign.DateField, Default: "[ici]"}), 0, nil, bounds(n(5, gsm(5, 1)), n(18, gsm(36, 1)), n(18, gsm(36, 1)))},
		"a date or foreign words": {"{{f}}", field(campaign.Field{Type: campaign.DateField, Default: "bientôt"}), 0, nil, bounds(n(7, gsm(7, 1)), n(18, gsm(36, 1)), n(18, ucs(36, 1)))},
		"a link":                  {"{{f}}", field(campaign.Field{Type: campaign.LinkField, MaxLength: 30}), 0, nil, bounds(n(9, gsm(9, 1)), n(30, gsm(60, 1)), n(30, gsm(60, 1)))},
		// 152 septets leave room for one more, and a pair does not fit.
		"a pair over the end": {strings.Repeat("a", 152) + "{{f}}" + strings.Repeat("a", 151), field(campaign.Field{MaxLength: 1}), 0, nil, bounds(n(304, gsm(304, 2)), n(304, gsm(305, 2)), n(304, ucs(305, 5)))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := content("c", martin)
			c.Templates[0].Text, c.Templates[0].Fields = tt.text, tt.fields
			got, err := c.Bounds(tt.clause, tt.origins...)
			require.NoError(t, err)
			require.Equal(t, []campaign.Bounds{tt.want}, got)
		})
	}

	c := content("c", martin)
	c.Templates[0].Text = "{{nom}}"
	_, err := c.Bounds(0)
	require.ErrorContains(t, err, "{{nom}} is not a declared field")
	c = content("c", martin)
	_, err = c.Bounds(0, &contact.Origin{Collector: strings.Repeat("a", 61)})
	require.EqualError(t, err, `campaign "c": bounds: the name of an origin is empty, too long, or holds what a message may not`)
	c = asking("c", martin)
	got, err := c.Bounds(0, origin)
	require.NoError(t, err)
	asked, err := c.Ask.Content(origin)
	require.NoError(t, err)
	count := provider.CountSMS(asked.Text)
	require.Equal(t, []campaign.Bounds{one(n(utf8.RuneCountInString(asked.Text), count))}, got)
}

// random makes templates and people who fit them, or almost.
type random struct{ *rand.Rand }

// alphabets are what words and values are made of: plain letters, pairs of
// septets, letters outside of GSM-7, pairs of code units, and what HTML or a
// link escapes.
var alphabets = [][]rune{[]rune("abcXYZ 09.,!?"), []rune("a€[]{|}^~\\"), []rune("éèàùÇôœЖ漢"), []rune("a😀𝄞👩"), []rune(`<>&"'%+/ `)}

func (r random) text(most int) string {
	from := alphabets[r.IntN(len(alphabets))]
	out := make([]rune, r.IntN(most+1))
	for i := range out {
		out[i] = from[r.IntN(len(from))]
	}
	return string(out)
}

func (r random) words(most int) string {
	return strings.NewReplacer("{", "(", "}", ")").Replace(r.text(most))
}

var places = []string{"{{t}}", "{{n}}", "{{d}}", "{{l}}", "{{origin}}", "{{notice}}"}

func (r random) template(html bool) campaign.Template {
	t := campaign.Template{Language: []string{"fr", "en", "en-US"}[r.IntN(3)], HTML: html}
	for range 1 + r.IntN(6) {
		words := r.words(90)
		if html {
			words = strings.NewReplacer("<", "&lt;", "&", "&amp;").Replace(words)
		}
		t.Text += words + places[r.IntN(len(places))]
		if html && r.IntN(3) == 0 {
			t.Text += `<a title="{{t}}" href="https://x.example/?t={{t}}&n={{n}}">x</a><a href='{{l}}'>y</a>`
		}
	}
	most := func() int { return []int{0, 10 + r.IntN(60)}[r.IntN(2)] }
	for _, f := range []campaign.Field{{Name: "t", MaxLength: most()}, {Name: "n", Type: campaign.NumberField, MaxLength: most()}, {Name: "d", Type: campaign.DateField, MaxLength: most()}, {Name: "l", Type: campaign.LinkField, MaxLength: most()}} {
		if !strings.Contains(t.Text, "{{"+f.Name+"}}") {
			continue
		}
		if r.IntN(3) == 0 {
			f.Default = "x" + r.text(8)
			if f.Type == campaign.LinkField {
				f.Default = "https://y"
			}
		}
		t.Fields = append(t.Fields, f)
	}
	return t
}

func (r random) person() contact.Contact {
	values := []contact.Attribute{
		{Name: "d", Value: contact.Date(2000+r.IntN(50), time.Month(1+r.IntN(12)), 1+r.IntN(28))},
		{Name: "l", Value: contact.Text("https://x" + strings.Repeat([]string{"a", "~"}[r.IntN(2)], r.IntN(70)))},
		{Name: "n", Value: contact.Number(r.Int64() >> r.IntN(64) * []int64{1, -1}[r.IntN(2)])},
		{Name: "t", Value: contact.Text(r.text(60))},
	}
	var p contact.Contact
	for _, v := range values {
		if r.IntN(6) > 0 {
			p.Attributes = append(p.Attributes, v)
		}
	}
	return p
}

// Whatever is filled in, a text is as long as the bounds said before anybody
// knew the values.
func TestBoundsHold(t *testing.T) {
	t.Parallel()

	const seed = 20240609
	r := random{rand.New(rand.NewPCG(seed, 0))}
	made, reached := 0, 0
	for range 1000 {
		c := content("c", martin)
		html := r.IntN(4) == 0
		if html {
			c.Request.Channel = contact.EmailChannel
		}
		c.Templates = []campaign.Template{r.template(html)}
		from := &contact.Origin{Collector: "O" + r.text(59)}
		clause := r.IntN(3) * 7
		loose, err := c.Bounds(clause)
		require.NoError(t, err, "seed %d: %q", seed, c.Templates[0].Text)
		exact, err := c.Bounds(clause, from)
		require.NoError(t, err)
		require.LessOrEqual(t, exact[0].Longest.SMS.Segments, loose[0].Longest.SMS.Segments)
		var people []contact.Contact
		for range 8 {
			people = append(people, r.person())
		}
		filled, err := c.Templates[0].Fill(c.Request.Channel, noticeURL, from, people...)
		require.NoError(t, err)
		for _, f := range filled {
			if f.Code != "" {
				continue
			}
			made++
			for _, b := range []campaign.Bounds{loose[0], exact[0]} {
				within(t, b, f.Content, c.Request.Channel, clause)
			}
			if c.Request.Channel == contact.SMS && provider.CountSMSWith(f.Content.Text, clause).Segments == exact[0].Longest.SMS.Segments {
				reached++
			}
		}
	}
	require.Greater(t, made, 2000, "texts that could be made, seed %d", seed)
	require.Greater(t, reached, made/10, "texts that need as much as the bound says, seed %d", seed)
}

// within fails where content is shorter or longer than b says.
func within(t *testing.T, b campaign.Bounds, content consent.Content, channel contact.Channel, clause int) {
	t.Helper()
	says := fmt.Sprintf("%+v\n%q", b, content.Text)
	characters := utf8.RuneCountInString(content.Text)
	require.LessOrEqual(t, b.Shortest.Characters, characters, says)
	require.GreaterOrEqual(t, b.Longest.Characters, characters, says)
	if channel != contact.SMS {
		return
	}
	count := provider.CountSMSWith(content.Text, clause)
	require.LessOrEqual(t, b.Shortest.SMS.Segments, count.Segments, says)
	require.GreaterOrEqual(t, b.Longest.SMS.Segments, count.Segments, says)
	if count.Encoding == provider.GSM7 {
		require.GreaterOrEqual(t, b.LongestGSM7.SMS.Segments, count.Segments, says)
		require.GreaterOrEqual(t, b.LongestGSM7.SMS.Units, count.Units, says)
	}
}

// A template that cannot fit is not launched, and a person whose text does not
// fit is left out.
func TestMaxSegments(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 2)...)
	h.put(contact.Contact{
		ID: "P01", Base: rented.ID, Points: []contact.Point{{Address: number(1)}},
		Origins:    []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
		Attributes: []contact.Attribute{{Name: "mot", Value: contact.Text(strings.Repeat("œ", 20))}},
	})
	c := content("c", martin)
	c.Templates[0].Text += " {{mot}}"
	c.Templates[0].Fields = []campaign.Field{{Name: "mot", Default: "x"}}
	c.MaxSegments = 1
	p, err := h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	out := campaign.Class{State: campaign.Excluded, Code: campaign.CodeTextLong}
	require.Equal(t, 1, p.Tally[out])
	require.Equal(t, 1, p.Messages)
	require.Equal(t, map[int]int{1: 1}, p.BySegments)
	require.Equal(t, "The text needs more segments than the campaign allows (1).", p.Reasons[campaign.CodeTextLong].Says.En)

	// The words alone take one character too many.
	short := c.Templates[0].Text
	bounds, err := c.Bounds(0)
	require.NoError(t, err)
	fits := 160 - bounds[0].Shortest.SMS.Units
	c.Templates[0].Text = short + strings.Repeat("a", fits)
	_, err = h.planner.Preview(t.Context(), c, time.Time{})
	require.NoError(t, err)
	c.Templates[0].Text = short + strings.Repeat("a", fits+1)
	_, err = h.planner.Launch(t.Context(), c)
	require.EqualError(t, err, `campaign "c": the shortest message in "fr" needs 2 segments, and MaxSegments is 1`)
	_, err = h.outbox.Campaign(t.Context(), "c")
	require.ErrorIs(t, err, contact.ErrNotFound)

	ask := asking("ask", martin)
	ask.MaxSegments, ask.Ask.Party = 1, strings.Repeat("a", 60)
	_, err = h.planner.Launch(t.Context(), ask)
	require.EqualError(t, err, `campaign "ask": the shortest message in "fr" needs 2 segments, and MaxSegments is 1`)

	// A value that grew since the launch is found when the turn comes.
	c.Templates[0].Text = short
	require.Equal(t, campaign.Tally{{State: campaign.Ready}: 1, out: 1}, readyAnd(h.launch(c)))
	h.put(contact.Contact{
		ID: "P00", Base: rented.ID, Points: []contact.Point{{Address: number(0)}},
		Origins:    []contact.Provenance{{Origin: origin, Collected: h.now.AddDate(-1, 0, 0)}},
		Attributes: []contact.Attribute{{Name: "mot", Value: contact.Text(strings.Repeat("œ", 20))}},
	})
	require.Equal(t, 1, h.run("c").Gone)
	require.Equal(t, campaign.Tally{out: 2}, h.tally("c"))

	c.Request.Channel = contact.EmailChannel
	require.EqualError(t, c.Validate(), `campaign "c": MaxSegments is set, and Request.Channel is email`)
	c.MaxSegments = -1
	require.EqualError(t, c.Validate(), `campaign "c": MaxSegments is negative`)
}

// readyAnd drops the codes of those who are ready.
func readyAnd(t campaign.Tally) campaign.Tally {
	out := campaign.Tally{}
	for class, n := range t {
		if class.State == campaign.Ready {
			class.Code = ""
		}
		out[class] += n
	}
	return out
}
