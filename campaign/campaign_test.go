package campaign_test

import (
	"math"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestBadCampaigns(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		change func(*campaign.Campaign)
		want   string
	}{
		"no ID":               {func(c *campaign.Campaign) { c.Request.Campaign = "" }, `Campaign is empty`},
		"no client":           {func(c *campaign.Campaign) { c.Request.Client = "" }, `Client is empty`},
		"no purpose":          {func(c *campaign.Campaign) { c.Request.Purpose = "" }, `Purpose is not the purpose of a message`},
		"a class of purposes": {func(c *campaign.Campaign) { c.Request.Purpose = contact.Prospecting }, `Purpose is not the purpose of a message`},
		"no kind":             {func(c *campaign.Campaign) { c.Request.Kind = 0 }, `Kind is not content, consent-request or keyword-reply`},
		"no channel":          {func(c *campaign.Campaign) { c.Request.Channel = 0 }, `Channel is none`},
		"nobody":              {func(c *campaign.Campaign) { c.Request.Controllers = nil }, `Controllers is empty`},
		"without the owner":   {func(c *campaign.Campaign) { c.Request.Controllers = c.Request.Controllers[:1] }, `leaves out the owner of the rented base`},
		"no base":             {func(c *campaign.Campaign) { c.Request.Base.ID = "" }, `Base: contact: base: ID is empty`},
		"no mode":             {func(c *campaign.Campaign) { c.Request.Base.Mode = 0 }, `Mode is not own, rented or sold`},
		"no sender":           {func(c *campaign.Campaign) { c.Request.Sender.Value = "" }, `Sender: contact: sender: Value is empty`},
		"a mute sender": {func(c *campaign.Campaign) {
			c.Request.Sender.Kind, c.Request.Sender.Value = contact.Alphanumeric, "MARTIN"
		}, `ReplyTo is empty`},
		"two elections": {func(c *campaign.Campaign) { c.Request.NoElection = true }, `Election is set, and NoElection too`},
		"a plain link":  {func(c *campaign.Campaign) { c.Request.NoticeURL = "http://x" }, `NoticeURL does not start with https://`},
		"an empty window": {func(c *campaign.Campaign) {
			c.Request.NotBefore = time.Unix(9, 0)
			c.Request.NotAfter = time.Unix(9, 0)
		}, `NotAfter is not after NotBefore`},
		"an empty cap":           {func(c *campaign.Campaign) { c.Request.Caps = []consent.Cap{{Count: 1}} }, `Caps[0] is not a positive count within a positive time`},
		"no words":               {func(c *campaign.Campaign) { c.Templates = nil }, `Templates is empty`},
		"words for a request":    {func(c *campaign.Campaign) { c.Request.Kind = consent.ConsentRequest }, `Ask is empty`},
		"a question for content": {func(c *campaign.Campaign) { c.Ask = &consent.Ask{} }, `Ask is set, and Request.Kind is content`},
		"a keyword campaign": {func(c *campaign.Campaign) {
			c.Request.Kind = consent.KeywordReply
			c.Request.InReplyTo = consent.Inbound{Event: "e", At: time.Unix(1, 0)}
		}, `Request.Kind is keyword-reply`},
		"words and a question": {func(c *campaign.Campaign) {
			c.Request.Kind, c.Ask = consent.ConsentRequest, &consent.Ask{Language: "fr", Who: "Alex Martin", Election: "9 juin", NoticeURL: noticeURL}
		}, `campaign "c": Templates is set, and a consent request has no words but its own`},
		"a question without a language": {func(c *campaign.Campaign) {
			c.Request.Kind, c.Templates, c.Ask = consent.ConsentRequest, nil, &consent.Ask{Who: "Alex Martin"}
		}, `campaign "c": consent: ask: Language "" is not fr or en`},
		"negative attempts":  {func(c *campaign.Campaign) { c.MaxAttempts = -1 }, `campaign "c": MaxAttempts is negative`},
		"no number a second": {func(c *campaign.Campaign) { c.PerSecond = math.NaN() }, `campaign "c": PerSecond is not a number`},
		"no limit a second":  {func(c *campaign.Campaign) { c.PerSecond = math.Inf(1) }, `campaign "c": PerSecond is not a number`},
		"a negative pace":    {func(c *campaign.Campaign) { c.PerSecond = -1 }, `PerSecond is negative`},
		"an empty text":      {func(c *campaign.Campaign) { c.Templates[0].Text = "" }, `template "fr": Text is empty`},
		"an open place":      {func(c *campaign.Campaign) { c.Templates[0].Text = "été {{nom" }, `template "fr": Text, line 1, column 5: {{ without }}`},
		"a closed place":     {func(c *campaign.Campaign) { c.Templates[0].Text = "été }}" }, `template "fr": Text, line 1, column 5: }} without {{`},
		"an unknown place":   {func(c *campaign.Campaign) { c.Templates[0].Text = "{{nom}}" }, `template "fr": Text, line 1, column 1: {{nom}} is not a declared field`},
		"an unused field":    {func(c *campaign.Campaign) { c.Templates[0].Fields = []campaign.Field{{Name: "nom"}} }, `Fields[0]: "nom" is not used`},
		"a field of ours":    {func(c *campaign.Campaign) { c.Templates[0].Fields = []campaign.Field{{Name: "origin"}} }, `Fields[0]: "origin" is known to every template`},
		"a long default": {func(c *campaign.Campaign) {
			c.Templates[0].Fields = []campaign.Field{{Name: "nom", Default: "abc", MaxLength: 2}}
		}, `Fields[0]: Default is longer than MaxLength`},
		"religion":         {condition("religion", campaign.Is, contact.Text("x")), `cannot filter on "religion", which is undeclared`},
		"age as text":      {condition("age", campaign.AtLeast, contact.Text("18")), `Conditions[0] on "age": want a number or a date, got a text`},
		"no comparison":    {condition("age", "like", contact.Text("18")), `Conditions[0] on "age": unknown Op "like"`},
		"no value":         {condition("age", campaign.Is), `Conditions[0] on "age": Values is empty`},
		"a value too many": {condition("age", campaign.Present, contact.Number(1)), `Conditions[0] on "age": want no value`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t)
			c := content("c", martin)
			tt.change(&c)
			_, err := h.planner.Preview(t.Context(), c, time.Time{})
			require.ErrorContains(t, err, tt.want)
			_, err = h.planner.Launch(t.Context(), c)
			require.ErrorContains(t, err, tt.want)
			_, err = h.outbox.Campaign(t.Context(), "c")
			require.ErrorIs(t, err, contact.ErrNotFound, "nothing is left behind")
		})
	}
}

func condition(name string, op campaign.Op, vs ...contact.Value) func(*campaign.Campaign) {
	return func(c *campaign.Campaign) {
		c.Audience.Conditions = []campaign.Condition{{Attribute: name, Op: op, Values: vs}}
	}
}

func TestAudience(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	for i, age := range []int64{17, 18, 40} {
		h.put(contact.Contact{
			ID: contact.ID(rune('a' + i)), Base: rented.ID, Points: []contact.Point{{Address: number(i)}},
			Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}, Attributes: []contact.Attribute{{Name: "age", Value: contact.Number(age)}},
		})
	}
	h.put(contact.Contact{ID: "z", Base: rented.ID, Points: []contact.Point{{Address: number(9)}}, Origins: []contact.Provenance{{Origin: origin, Collected: h.now}}})
	for want, change := range map[int]func(*campaign.Campaign){
		4: func(*campaign.Campaign) {},
		2: condition("age", campaign.AtLeast, contact.Number(18)),
		1: condition("age", campaign.Absent),
		3: condition("age", campaign.Present),
	} {
		c := content("c", martin)
		change(&c)
		p, err := h.planner.Preview(t.Context(), c, time.Time{})
		require.NoError(t, err)
		require.Equal(t, want, p.Audience)
		require.Equal(t, 4, p.Base)
	}
}
