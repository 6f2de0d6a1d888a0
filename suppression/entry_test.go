package suppression_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)

func refusal(f contact.Fingerprint) suppression.Entry {
	return suppression.Entry{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: f, Reason: suppression.Replied,
		Scope: contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}, Happened: noon, Recorded: noon,
	}
}

func TestEntryValidate(t *testing.T) {
	t.Parallel()

	id := uuid.MustParse("00000000-0000-0000-0000-000000000001")
	tests := map[string]struct {
		change func(*suppression.Entry)
		want   string
	}{
		"no ID":                   {func(e *suppression.Entry) { e.ID = uuid.Nil }, "entry 00000000-0000-0000-0000-000000000000: ID is empty"},
		"no class":                {func(e *suppression.Entry) { e.Class = 0 }, "entry " + id.String() + ": Class is not refusal, hygiene or exclusion"},
		"unknown class":           {func(e *suppression.Entry) { e.Class = 9 }, "entry " + id.String() + ": Class is not refusal, hygiene or exclusion"},
		"no fingerprint":          {func(e *suppression.Entry) { e.Fingerprint = contact.Fingerprint{} }, "entry " + id.String() + ": Fingerprint is empty"},
		"no reason":               {func(e *suppression.Entry) { e.Reason = "" }, "entry " + id.String() + ": Reason is empty"},
		"no time":                 {func(e *suppression.Entry) { e.Happened = time.Time{} }, "entry " + id.String() + ": Happened is the zero time"},
		"not recorded":            {func(e *suppression.Entry) { e.Recorded = time.Time{} }, "entry " + id.String() + ": Recorded is the zero time"},
		"a refusal that ends":     {func(e *suppression.Entry) { e.Until = noon }, "entry " + id.String() + ": Until is set, and a refusal never ends by itself"},
		"an exclusion of nobody":  {func(e *suppression.Entry) { e.Class = suppression.Exclusion }, "entry " + id.String() + ": Client is empty, and an exclusion belongs to a client"},
		"a refusal of one client": {func(e *suppression.Entry) { e.Client = "x" }, "entry " + id.String() + ": Client is set, and only an exclusion belongs to a client"},
		"a scope of no channel":   {func(e *suppression.Entry) { e.Scope.Channels = 128 }, "entry " + id.String() + ": Scope: contact: scope: Channels has unknown bits 0x80"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := refusal(contact.Fingerprint{1})
			e.ID = id
			require.NoError(t, e.Validate())
			tt.change(&e)
			require.EqualError(t, e.Validate(), "suppression: "+tt.want)
		})
	}
}

func TestEntryReaches(t *testing.T) {
	t.Parallel()

	martin := contact.Party{ID: "martin", Group: "party"}
	owner := contact.Party{ID: "fichiers"}
	message := contact.Target{Controllers: []contact.Party{martin, owner}, Base: "rented", Purpose: contact.Political, Channel: contact.SMS}
	service := message
	service.Purpose = contact.Service
	own := contact.Target{Controllers: []contact.Party{{ID: "dupont"}}, Base: "own", Purpose: contact.Political, Channel: contact.SMS}
	voice := message
	voice.Channel = contact.LiveVoice
	stop := contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}

	refused := func(s contact.Scope) suppression.Entry {
		return suppression.Entry{Class: suppression.Refusal, Scope: s}
	}
	dead := suppression.Entry{Class: suppression.Hygiene, Until: noon}
	client := suppression.Entry{Class: suppression.Exclusion, Client: "martin", Until: noon}
	june := suppression.Entry{Class: suppression.Exclusion, Client: "martin", Campaign: "june"}
	narrow := suppression.Entry{Class: suppression.Exclusion, Client: "martin", Scope: contact.Scope{Base: "own"}}
	before, at, years := noon.Add(-1), noon, noon.AddDate(50, 0, 0)

	tests := map[string]struct {
		entry    suppression.Entry
		target   contact.Target
		campaign string
		client   contact.PartyID
		at       time.Time
		want     bool
	}{
		"everything, for ever":              {refused(contact.Scope{}), service, "june", "martin", years, true},
		"a stop, fifty years later":         {refused(stop), message, "june", "martin", years, true},
		"a stop, whoever is the client":     {refused(stop), message, "june", "fichiers", at, true},
		"a stop leaves service alone":       {refused(stop), service, "june", "martin", at, false},
		"a stop leaves other controllers":   {refused(stop), own, "june", "dupont", at, false},
		"a stop leaves other channels":      {refused(stop), voice, "june", "martin", at, false},
		"a group":                           {refused(contact.Scope{Group: "party"}), message, "june", "martin", at, true},
		"another group":                     {refused(contact.Scope{Group: "club"}), message, "june", "martin", at, false},
		"the base, for any client":          {refused(contact.Scope{Base: "rented"}), message, "june", "fichiers", at, true},
		"another base":                      {refused(contact.Scope{Base: "rented"}), own, "june", "dupont", at, false},
		"one purpose":                       {refused(contact.Scope{Purpose: contact.Political}), message, "june", "martin", at, true},
		"another purpose":                   {refused(contact.Scope{Purpose: contact.Commercial}), message, "june", "martin", at, false},
		"an end changes no refusal":         {suppression.Entry{Class: suppression.Refusal, Until: before}, message, "june", "martin", at, true},
		"hygiene before its end":            {dead, message, "june", "martin", before, true},
		"hygiene at its end":                {dead, message, "june", "martin", at, false},
		"hygiene without end":               {suppression.Entry{Class: suppression.Hygiene}, message, "june", "martin", years, true},
		"hygiene of another channel":        {suppression.Entry{Class: suppression.Hygiene, Scope: contact.Scope{Channels: contact.Channels(contact.SMS)}}, voice, "june", "martin", at, false},
		"an exclusion, to its client":       {client, message, "june", "martin", before, true},
		"an exclusion, to another client":   {client, message, "june", "dupont", before, false},
		"an exclusion, to nobody's message": {client, message, "june", "", before, false},
		"an exclusion at its end":           {client, message, "june", "martin", at, false},
		"an exclusion from its campaign":    {june, message, "june", "martin", at, true},
		"an exclusion from another":         {june, message, "july", "martin", at, false},
		"an exclusion in its scope only":    {narrow, message, "june", "martin", at, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.entry.Reaches(&tt.target, tt.campaign, tt.client, tt.at))
		})
	}
}

func TestClassText(t *testing.T) {
	t.Parallel()

	for c, name := range []string{"none", "refusal", "hygiene", "exclusion"} {
		text, err := suppression.Class(c).MarshalText()
		require.NoError(t, err)
		require.Equal(t, name, string(text))
		var read suppression.Class
		require.NoError(t, read.UnmarshalText(text))
		require.Equal(t, suppression.Class(c), read)
	}
	require.Equal(t, "class-4", suppression.Class(4).String())
	require.EqualError(t, new(suppression.Class).UnmarshalText([]byte("maybe")), `suppression: unknown class "maybe"`)
}

func TestEntryJSON(t *testing.T) {
	t.Parallel()

	e := refusal(contact.Fingerprint{0xfe})
	got, err := json.Marshal(e)
	require.NoError(t, err)
	require.Contains(t, string(got), `"class":"refusal"`)
	require.Contains(t, string(got), `"channels":"sms+rcs"`)
	require.NotContains(t, string(got), "until")
	var read suppression.Entry
	require.NoError(t, json.Unmarshal(got, &read))
	require.Equal(t, e, read)
}
