package contact_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestSenderValidate(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		sender contact.Sender
		want   string // "" for none
		reply  string
	}{
		"a short code":                   {contact.Sender{Value: "36180", Kind: contact.ShortCode}, "", "36180"},
		"a short code that answers":      {contact.Sender{Value: "36180", Kind: contact.ShortCode, ReplyTo: "36111"}, "", "36111"},
		"letters":                        {contact.Sender{Value: "MAIRIE", Kind: contact.Alphanumeric, ReplyTo: "36180"}, "", "36180"},
		"letters and digits, eleven":     {contact.Sender{Value: "Mairie12345", Kind: contact.Alphanumeric, ReplyTo: "36180"}, "", "36180"},
		"a number":                       {contact.Sender{Value: "+33639980000", Kind: contact.LongNumber}, "", "+33639980000"},
		"a mailbox":                      {contact.Sender{Value: "info@example.org", Kind: contact.Mailbox}, "", "info@example.org"},
		"nothing":                        {contact.Sender{}, "contact: sender: Value is empty", ""},
		"no kind":                        {contact.Sender{Value: "36180"}, `contact: sender: unknown Kind ""`, "36180"},
		"another kind":                   {contact.Sender{Value: "36180", Kind: "pigeon"}, `contact: sender: unknown Kind "pigeon"`, "36180"},
		"a short code of two":            {contact.Sender{Value: "36", Kind: contact.ShortCode}, "contact: sender: a short code has 3 to 8 digits", "36"},
		"a short code of nine":           {contact.Sender{Value: "361801234", Kind: contact.ShortCode}, "contact: sender: a short code has 3 to 8 digits", "361801234"},
		"a short code of letters":        {contact.Sender{Value: "3618O", Kind: contact.ShortCode}, "contact: sender: a short code has 3 to 8 digits", "3618O"},
		"letters that nobody can answer": {contact.Sender{Value: "MAIRIE", Kind: contact.Alphanumeric}, "contact: sender: ReplyTo is empty, and an alphanumeric sender cannot be answered", ""},
		"twelve letters":                 {contact.Sender{Value: "MAIRIEDEPARI", Kind: contact.Alphanumeric}, "contact: sender: an alphanumeric sender has at most 11 characters, got 12", ""},
		"no letter":                      {contact.Sender{Value: "12345", Kind: contact.Alphanumeric}, "contact: sender: an alphanumeric sender has at least one letter", ""},
		"a space":                        {contact.Sender{Value: "LA MAIRIE", Kind: contact.Alphanumeric}, "contact: sender: an alphanumeric sender has letters and digits only (byte 2)", ""},
		"an accent":                      {contact.Sender{Value: "ÉLU", Kind: contact.Alphanumeric}, "contact: sender: an alphanumeric sender has letters and digits only (byte 0)", ""},
		"a national number":              {contact.Sender{Value: "0639980000", Kind: contact.LongNumber}, "contact: sender: Value: contact: phone number: no leading plus sign: not an address", "0639980000"},
		"no mailbox":                     {contact.Sender{Value: "info", Kind: contact.Mailbox}, "contact: sender: Value: contact: e-mail address: no @ sign: not an address", "info"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tt.sender.Validate()
			if tt.want == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, tt.want)
			}
			require.Equal(t, tt.reply, tt.sender.ReplyPath())
		})
	}
}

func TestBaseValidate(t *testing.T) {
	t.Parallel()

	whole := contact.Base{ID: "b", Name: "Fichier", Owner: contact.Party{ID: "owner"}, Mode: contact.Rented}
	require.NoError(t, whole.Validate())
	for want, change := range map[string]func(*contact.Base){
		"contact: base: ID is empty":                         func(b *contact.Base) { b.ID = "" },
		`contact: base "b": Mode is not own, rented or sold`: func(b *contact.Base) { b.Mode = contact.NoMode },
		`contact: base "b": Owner has no ID`:                 func(b *contact.Base) { b.Owner = contact.Party{} },
	} {
		b := whole
		change(&b)
		require.EqualError(t, b.Validate(), want)
	}
	for mode, name := range map[contact.BaseMode]string{contact.NoMode: "none", contact.Own: "own", contact.Rented: "rented", contact.Sold: "sold"} {
		text, err := mode.MarshalText()
		require.NoError(t, err)
		require.Equal(t, name, string(text))
		var back contact.BaseMode
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, mode, back)
	}
	require.EqualError(t, new(contact.BaseMode).UnmarshalText([]byte("lent")), `contact: unknown base mode "lent"`)
}

func TestContactValidate(t *testing.T) {
	t.Parallel()

	origin := &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
	point := contact.Point{Address: phoneOf(t, "+33639980000")}
	text := contact.Text("x")
	tests := map[string]struct {
		contact contact.Contact
		want    string
	}{
		"the least":              {contact.Contact{ID: "P1", Base: "b"}, ""},
		"more":                   {contact.Contact{ID: "P1", Base: "b", Points: []contact.Point{point}, Attributes: []contact.Attribute{{"a", text}, {"b", text}}, Origins: []contact.Provenance{{Origin: origin}}}, ""},
		"no ID":                  {contact.Contact{Base: "b"}, "contact: ID is empty"},
		"no base":                {contact.Contact{ID: "P1"}, `contact "P1": Base is empty`},
		"an empty address":       {contact.Contact{ID: "P1", Base: "b", Points: []contact.Point{point, {}}}, `contact "P1": Points[1] has no address`},
		"attributes not sorted":  {contact.Contact{ID: "P1", Base: "b", Attributes: []contact.Attribute{{"b", text}, {"a", text}}}, `contact "P1": Attributes are not sorted by name, or have one twice`},
		"an attribute twice":     {contact.Contact{ID: "P1", Base: "b", Attributes: []contact.Attribute{{"a", text}, {"a", text}}}, `contact "P1": Attributes are not sorted by name, or have one twice`},
		"a provenance of nobody": {contact.Contact{ID: "P1", Base: "b", Origins: []contact.Provenance{{Origin: origin}, {}}}, `contact "P1": Origins[1]: contact: origin: none`},
		"an origin of no kind":   {contact.Contact{ID: "P1", Base: "b", Origins: []contact.Provenance{{Origin: &contact.Origin{Collector: "x"}}}}, `contact "P1": Origins[0]: contact: origin: Kind is empty`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.want == "" {
				require.NoError(t, tt.contact.Validate())
			} else {
				require.EqualError(t, tt.contact.Validate(), tt.want)
			}
		})
	}
}

func TestContactReads(t *testing.T) {
	t.Parallel()

	first, second, mail := phoneOf(t, "+33639980001"), phoneOf(t, "+33639980002"), emailOf(t, "ada@example.org")
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	c := contact.Contact{
		ID: "P1", Base: "b",
		Points:     []contact.Point{{Address: mail}, {Address: first}, {Address: second}},
		Attributes: []contact.Attribute{{"age", contact.Number(41)}, {"city", contact.Text("Brest")}},
		Origins: []contact.Provenance{
			{Collected: year(2021)},
			{Collected: year(2023), Fields: []string{"city", contact.FieldZone}},
			{Collected: year(2022)},
		},
	}
	for channel, want := range map[contact.Channel]contact.Address{
		contact.SMS: first, contact.RCS: first, contact.LiveVoice: first, contact.EmailChannel: mail, contact.NoChannel: {},
	} {
		p, ok := c.Point(channel)
		require.Equal(t, !want.IsZero(), ok)
		require.True(t, p.Address == want, channel)
	}
	value, ok := c.Attribute("city")
	require.True(t, ok)
	require.Equal(t, contact.Text("Brest"), value)
	_, ok = c.Attribute("town")
	require.False(t, ok)

	require.Same(t, &c.Origins[1], c.Latest())
	require.Nil(t, (&contact.Contact{}).Latest())
	require.NotNil(t, (&contact.Contact{Origins: make([]contact.Provenance, 1)}).Latest(), "an undated one is one")
	require.Equal(t, year(2023), c.Collected("city"))
	require.Equal(t, year(2023), c.Collected(contact.FieldZone))
	require.Equal(t, year(2022), c.Collected(contact.FieldLanguage))
	require.Zero(t, (&contact.Contact{}).Collected("city"))
	require.True(t, contact.Fingerprint{}.IsZero())
	require.False(t, contact.Fingerprint{15: 1}.IsZero())
}

func TestChannels(t *testing.T) {
	t.Parallel()

	all := []contact.Channel{contact.SMS, contact.RCS, contact.EmailChannel, contact.AutomatedVoice, contact.VoicemailDrop, contact.LiveVoice}
	for i, c := range all {
		require.True(t, c.Valid())
		read, err := contact.ParseChannel(c.String())
		require.NoError(t, err)
		require.Equal(t, c, read)
		require.True(t, c.Siblings().Has(c), "a channel is its own sibling")
		for j, d := range all {
			require.Equal(t, i == j, contact.Channels(c).Has(d))
			require.Equal(t, c.Siblings().Has(d), d.Siblings().Has(c), "of siblings each is the other's")
		}
	}
	require.Equal(t, "sms+rcs", contact.SMS.Siblings().String())
	require.Equal(t, "automated-voice+voicemail-drop", contact.VoicemailDrop.Siblings().String())
	require.Equal(t, "email", contact.EmailChannel.Siblings().String())
	require.Equal(t, "live-voice", contact.LiveVoice.Siblings().String())
	require.Equal(t, "any", contact.Channels(contact.NoChannel).String())
	require.Equal(t, "channel-9", contact.Channel(9).String())
	require.False(t, contact.Channel(9).Valid())
	require.False(t, contact.NoChannel.Valid())
	require.True(t, contact.Channels(all...).Valid())
	require.False(t, contact.ChannelSet(0x80).Valid())

	for _, set := range []contact.ChannelSet{0, contact.Channels(all...), contact.SMS.Siblings(), contact.Channels(contact.EmailChannel)} {
		text, err := set.MarshalText()
		require.NoError(t, err)
		back := contact.ChannelSet(0xFF)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, set, back)
	}
	var set contact.ChannelSet
	require.EqualError(t, set.UnmarshalText([]byte("sms+fax")), `contact: unknown channel "fax"`)
	require.EqualError(t, new(contact.Channel).UnmarshalText([]byte("none")), `contact: unknown channel "none"`)
}

func TestPurposes(t *testing.T) {
	t.Parallel()

	all := []contact.Purpose{contact.Commercial, contact.Political, contact.Service, contact.Membership, contact.Charity, contact.Survey, "of-the-host"}
	for _, p := range all {
		require.True(t, p.ValidForMessage())
		for _, q := range all {
			require.Equal(t, p == q, p.Covers(q), "%s and %s", p, q)
		}
		require.True(t, contact.Purpose("").Covers(p))
		require.Equal(t, p != contact.Service, contact.Prospecting.Covers(p), p)
	}
	require.False(t, contact.Prospecting.ValidForMessage())
	require.False(t, contact.Purpose("").ValidForMessage())
}

func TestTerritoryOfNumbers(t *testing.T) {
	t.Parallel()

	for number, want := range map[string]contact.Territory{
		"+33639980000": "FR", "+33199001234": "FR", "+262692123456": "RE", "+262693123456": "RE", "+262262123456": "RE",
		"+262639123456": "YT", "+262269123456": "YT", "+590690123456": "GP", "+594694123456": "GF", "+596696123456": "MQ",
		"+508411234": "PM", "+687751234": "NC", "+689871234": "PF", "+681721234": "WF",
		"+32470123456": "BE", "+352621123456": "LU", "+41781234567": "CH", "+37761234567": "MC", "+447700900123": "GB", "+442079460958": "GB",
		"+12125550123": "", "+79161234567": "", "+262111111111": "", "+8880000000": "", "+3300000": "FR", "+999999999999999": "",
	} {
		require.Equalf(t, want, phoneOf(t, number).Territory(), "%s", number)
	}
	require.Empty(t, emailOf(t, "a@example.org").Territory())
	require.Empty(t, contact.Address{}.Territory())
}

// A zone that cannot be loaded would make every hour a wrong one.
func TestZones(t *testing.T) {
	t.Parallel()

	known := []contact.Territory{
		"FR", "RE", "YT", "GP", "MF", "BL", "GF", "MQ", "PM", "NC", "PF", "WF", "BE", "LU", "CH", "MC", "AD", "DE", "AT", "NL", "ES", "PT", "IT", "IE",
		"GB", "DK", "SE", "NO", "FI", "PL", "CZ", "SK", "HU", "RO", "BG", "GR", "HR", "SI", "LT", "LV", "EE", "MT", "CY",
		"US", "CA",
	}
	for _, territory := range known {
		require.NotEmpty(t, territory.Zones(), territory)
		for _, zone := range territory.Zones() {
			_, err := time.LoadLocation(zone)
			require.NoError(t, err, territory)
		}
	}
	require.Equal(t, []string{"Europe/Paris"}, contact.Territory("FR").Zones())
	require.Equal(t, contact.Territory("GP").Zones(), contact.Territory("BL").Zones())
	require.Len(t, contact.Territory("PF").Zones(), 3)
	require.Nil(t, contact.Territory("BR").Zones())
	require.Nil(t, contact.Territory("").Zones())
}

// The identities of notices and origins are in ledgers for years, so a change
// to how they are made is a change to the API. These were computed by another
// program, from the description alone.
func TestIdentities(t *testing.T) {
	t.Parallel()

	notice := contact.Notice{
		Language: "fr", Text: "J’accepte les offres des partenaires.", URL: "https://example.org/partenaires",
		Partners: []string{"Aspirateurs Dupont", "Concours & Cadeaux"}, PartnersVersion: "2022-05",
	}
	origin := contact.Origin{
		Kind: contact.RentedFile, Collector: "competition.example", Supplier: "Fichiers SARL", Contract: "C-1", Form: "v3", Notice: notice.ID(),
		Purposes: []contact.Purpose{contact.Commercial, contact.Survey}, Recipients: []string{"partners"},
		Hops: []contact.Hop{
			{From: "competition.example", To: "Fichiers SARL", Contract: "C-0", At: time.Date(2022, 5, 1, 2, 0, 0, 0, time.FixedZone("", 7200))},
			{From: "Fichiers SARL", To: "Campagnes SAS"},
		},
	}
	own := contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"}
	for want, id := range map[string]interface{ MarshalText() ([]byte, error) }{
		"741f15b10f869298ff5de12179c61c5bb5ffcbc3da530dbf2d0855705dff54d0": notice.ID(),
		"ee716816a92aa664a16cfa45616de80586f826b4b8a7818b4ca1e57affb977a0": contact.Notice{}.ID(),
		"78120b4591118ea041e8cbe10fa1c683e4f25f07df7c04655114ec27ada66fd1": origin.ID(),
		"0511d4863846b116fce8e8cbba30880dcb07b785c8de73b4fb40da476a253e38": own.ID(),
	} {
		text, err := id.MarshalText()
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	require.Equal(t, "741f15b10f86", notice.ID().String())
	require.Equal(t, "none", contact.NoticeID{}.String())
	require.Equal(t, "78120b459111", origin.ID().String())
	require.Equal(t, "competition.example → Fichiers SARL → Campagnes SAS", origin.Path())
	require.Equal(t, "martin.example", own.Named())

	text, err := json.Marshal(origin)
	require.NoError(t, err)
	var back contact.Origin
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, origin.ID(), back.ID(), "through JSON and back it is the same")
	var id contact.OriginID
	require.NoError(t, id.UnmarshalText([]byte(strings.ToUpper("78120b4591118ea041e8cbe10fa1c683e4f25f07df7c04655114ec27ada66fd1"))))
	require.Equal(t, origin.ID(), id)
	for _, bad := range []string{"", "none", "78120b459111", strings.Repeat("g", 64)} {
		require.EqualError(t, id.UnmarshalText([]byte(bad)), "contact: notice ID: want 64 hexadecimal digits")
	}
	require.Equal(t, origin.ID(), id, "a failure changes nothing")
}

// No two notices or origins share an identity because a piece of text moved
// from one field to the next.
func TestIdentitiesAreApart(t *testing.T) {
	t.Parallel()

	notices := []contact.Notice{
		{Text: "ab"}, {Text: "a", URL: "b"}, {Language: "ab"}, {Partners: []string{"ab"}}, {Partners: []string{"a", "b"}}, {PartnersVersion: "ab"}, {},
	}
	origins := []contact.Origin{
		{Kind: "ab"}, {Kind: "a", Collector: "b"}, {Supplier: "ab"}, {Contract: "ab"}, {Form: "ab"}, {Notice: contact.NoticeID{1}},
		{Purposes: []contact.Purpose{"a", "b"}}, {Purposes: []contact.Purpose{"a"}, Recipients: []string{"b"}}, {Recipients: []string{"a", "b"}},
		{Hops: []contact.Hop{{From: "a", To: "b"}}}, {Hops: []contact.Hop{{From: "ab"}}}, {Hops: []contact.Hop{{From: "a"}, {To: "b"}}}, {},
	}
	seen := map[string]bool{}
	for _, n := range notices {
		seen[n.ID().String()] = true
	}
	for _, o := range origins {
		seen[o.ID().String()] = true
	}
	require.Len(t, seen, len(notices)+len(origins))
}

func TestKinds(t *testing.T) {
	t.Parallel()

	require.Equal(t, []string{"none", "phone", "email"}, []string{contact.NoAddress.String(), contact.Phone.String(), contact.Email.String()})
	require.Equal(t, []string{"text", "number", "date", "bool"}, []string{
		contact.TextValue.String(), contact.NumberValue.String(), contact.DateValue.String(), contact.BoolValue.String(),
	})
	require.Equal(t, []string{"none", "created", "merged", "unchanged"}, []string{
		contact.Merge(0).String(), contact.Created.String(), contact.Merged.String(), contact.Unchanged.String(),
	})
	for value, want := range map[contact.Value]string{
		contact.Text("Brest"): "Brest", contact.Number(-3): "-3", contact.Date(2024, 6, 9): "2024-06-09", contact.Bool(true): "true", contact.Bool(false): "false", {}: "",
	} {
		require.Equal(t, want, value.String())
	}
	require.Equal(t, int64(-3), contact.Number(-3).Int())
	require.Equal(t, int64(1), contact.Bool(true).Int())
	require.Equal(t, time.Date(2024, 6, 9, 0, 0, 0, 0, time.UTC).Unix(), contact.Date(2024, 6, 9).Int())
	require.Equal(t, contact.Date(2024, 3, 1), contact.Date(2024, 2, 30), "as package time counts")
	for _, text := range []string{`1.5`, `{"date":"9 June"}`, `null1`, `[1]`} {
		require.Error(t, json.Unmarshal([]byte(text), new(contact.Value)), text)
	}
}

func TestScopePrints(t *testing.T) {
	t.Parallel()

	require.Equal(t, "everything", contact.Scope{}.String())
	full := contact.Scope{Controller: "martin", Group: "party", Base: "b", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}
	require.Equal(t, "controller=martin group=party base=b purpose=prospecting channels=sms+rcs", full.String())
	text, err := json.Marshal(full)
	require.NoError(t, err)
	var back contact.Scope
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, full, back)
}
