package transparency_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/transparency"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

func both(s string) consent.Words { return consent.Words{En: s + " en", Fr: s + " fr"} }

func party(name string) transparency.Party {
	return transparency.Party{Name: name, Email: "contact@platanes.example", Address: "1 rue des Arbres, Paris", Established: "France"}
}

// whole returns a notice in which every item is told.
func whole() transparency.Notice {
	reach := int64(12345)
	controller, payer := party("Fonds des arbres"), party("Mécène & fils")
	return transparency.Notice{
		Title: "SMS du 3 juin", Sponsor: party("Les Platanes"), ControlledBy: &controller, Payer: &payer,
		From: "2026-03-02", To: "2026-03-13",
		Paid: transparency.Amount{Hundredths: 123456, Currency: "EUR"}, Benefits: transparency.Amount{Currency: "EUR"},
		Campaign: &transparency.Amount{Hundredths: 500000000, Currency: "EUR"},
		Funds:    transparency.Funds{Private: true, InsideUnion: true}, Method: both("invoices"),
		Elections: []string{"municipales de mars 2026"}, Participation: []string{"https://elections.example/vote"},
		Repository: "https://repository.example/1", Report: both("write to us"), ReportURL: "https://martin.example/signaler",
		Previous: both("none before"), Reach: &reach,
		Targeting: &transparency.Targeting{Logic: both("by district"), Groups: both("district 1"), Data: both("postcode"), Refuse: both("STOP")},
	}
}

// untold has, for each optional item, the change that says nothing of it.
var untold = map[transparency.Key]func(*transparency.Notice){
	transparency.KeyController:    func(n *transparency.Notice) { n.ControlledBy = nil },
	transparency.KeyPayer:         func(n *transparency.Notice) { n.Payer = nil },
	transparency.KeyCampaign:      func(n *transparency.Notice) { n.Campaign = nil },
	transparency.KeyElections:     func(n *transparency.Notice) { n.Elections = nil },
	transparency.KeyParticipation: func(n *transparency.Notice) { n.Participation = nil },
	transparency.KeyRepository:    func(n *transparency.Notice) { n.Repository = "" },
	transparency.KeyPrevious:      func(n *transparency.Notice) { n.Previous = consent.Words{} },
	transparency.KeyTargeting:     func(n *transparency.Notice) { n.Targeting = nil },
	transparency.KeyReach:         func(n *transparency.Notice) { n.Reach = nil },
}

func TestMissing(t *testing.T) {
	t.Parallel()

	complete := whole()
	require.Empty(t, complete.Missing())
	for want, change := range map[string]func(*transparency.Notice){
		"12(1)(a) Sponsor.Name":                       func(n *transparency.Notice) { n.Sponsor.Name = " " },
		"12(1)(a) Sponsor.Email":                      func(n *transparency.Notice) { n.Sponsor.Email = "platanes" },
		"12(1)(a) Sponsor.Address":                    func(n *transparency.Notice) { n.Sponsor.Address = "" },
		"12(1)(a) Sponsor.Established":                func(n *transparency.Notice) { n.Sponsor.Established = "" },
		"12(1)(a) ControlledBy.Email":                 func(n *transparency.Notice) { n.ControlledBy.Email = "" },
		"12(1)(b) Payer.Name":                         func(n *transparency.Notice) { n.Payer.Name = "" },
		"12(1)(c) From":                               func(n *transparency.Notice) { n.From = "2 March" },
		"12(1)(c) To":                                 func(n *transparency.Notice) { n.To = "2026-03-01" },
		"12(1)(d) Paid":                               func(n *transparency.Notice) { n.Paid = transparency.Amount{} },
		"12(1)(d) Benefits":                           func(n *transparency.Notice) { n.Benefits = transparency.Amount{Hundredths: -1, Currency: "EUR"} },
		"12(1)(d) Campaign":                           func(n *transparency.Notice) { n.Campaign.Currency = "eur" },
		"12(1)(e) Funds.Public or Private":            func(n *transparency.Notice) { n.Funds.Private = false },
		"12(1)(e) Funds.InsideUnion or OutsideUnion":  func(n *transparency.Notice) { n.Funds.InsideUnion = false },
		"12(1)(f) Method":                             func(n *transparency.Notice) { n.Method = consent.Words{En: " "} },
		"12(1)(g) Elections":                          func(n *transparency.Notice) { n.Elections[0] = "" },
		"12(1)(h) Participation":                      func(n *transparency.Notice) { n.Participation[0] = "http://elections.example" },
		"12(1)(i) Repository":                         func(n *transparency.Notice) { n.Repository = "https://" },
		"12(1)(j) Report":                             func(n *transparency.Notice) { n.Report = consent.Words{} },
		"12(1)(j) ReportURL":                          func(n *transparency.Notice) { n.ReportURL = "javascript:alert(1)" },
		"12(1)(l) Targeting.Logic":                    func(n *transparency.Notice) { n.Targeting.Logic = consent.Words{} },
		"12(1)(l) Targeting.Groups":                   func(n *transparency.Notice) { n.Targeting.Groups = consent.Words{} },
		"12(1)(l) Targeting.Data":                     func(n *transparency.Notice) { n.Targeting.Data = consent.Words{} },
		"12(1)(l) Targeting.Refuse":                   func(n *transparency.Notice) { n.Targeting.Refuse = consent.Words{} },
		"12(1)(m) Reach":                              func(n *transparency.Notice) { *n.Reach = -1 },
		"12(1)(a) Without[\"a\"]":                     func(n *transparency.Notice) { n.Without = map[transparency.Key]string{"a": "secret"} },
		"12(1)(m) Without[\"m\"]":                     func(n *transparency.Notice) { n.Without = map[transparency.Key]string{"m": "and it is there"} },
		"12(1) Without[\"x\"], 12(1) Without[\"zz\"]": func(n *transparency.Notice) { n.Without = map[transparency.Key]string{"zz": "?", "x": "?"} },
	} {
		n := whole()
		change(&n)
		require.Equal(t, want, strings.Join(n.Missing(), ", "))
		_, err := n.Text(language.English)
		require.ErrorIs(t, err, transparency.ErrIncomplete)
		require.ErrorContains(t, err, want)
		_, err = n.HTML(language.English)
		require.ErrorIs(t, err, transparency.ErrIncomplete)
		_, err = n.JSON()
		require.ErrorIs(t, err, transparency.ErrIncomplete)
	}
	n := whole()
	n.Sponsor.Address, n.Sponsor.AddressNotPublic = "", true
	require.Empty(t, n.Missing())
}

// An item is told, or excused with a reason; and only those that may be are.
func TestWithout(t *testing.T) {
	t.Parallel()

	for _, item := range transparency.Items() {
		change := untold[item.Key]
		require.Equal(t, item.Optional, change != nil, item.Key)
		if change == nil {
			continue
		}
		n := whole()
		change(&n)
		require.NotEmpty(t, n.Missing(), "%s: forgotten", item.Key)
		n.Without = map[transparency.Key]string{item.Key: " "}
		require.NotEmpty(t, n.Missing(), "%s: excused without a reason", item.Key)
		n.Without[item.Key] = "there is none"
		require.Empty(t, n.Missing(), "%s: excused", item.Key)
		for lang, name := range map[language.Tag]string{language.English: item.Name.En, language.French: item.Name.Fr} {
			text, err := n.Text(lang)
			require.NoError(t, err)
			require.NotContains(t, text, "\n"+name+"\n")
		}
	}
	empty := transparency.Notice{}
	articles := map[string]bool{}
	for _, m := range empty.Missing() {
		article, _, _ := strings.Cut(m, " ")
		articles[article] = true
	}
	require.Len(t, articles, 13, "an empty notice lacks every one of the thirteen")
}

// Everything that a notice holds is shown, in each language.
func TestRenders(t *testing.T) {
	t.Parallel()

	n := whole()
	shown := []string{
		"SMS du 3 juin", "Les Platanes", "Fonds des arbres", "Mécène & fils", "contact@platanes.example", "1 rue des Arbres, Paris",
		"2026-03-02", "2026-03-13", "municipales de mars 2026", "https://elections.example/vote", "https://repository.example/1", "https://martin.example/signaler",
	}
	said := []string{"invoices", "write to us", "none before", "by district", "district 1", "postcode", "STOP"}
	for lang, own := range map[language.Tag][]string{
		language.English:            {"1,234.56 EUR", "0.00 EUR", "5,000,000.00 EUR", "12,345 people", "from inside the Union", "Name: Les Platanes"},
		language.MustParse("fr-BE"): {"1 234,56 EUR", "0,00 EUR", "5 000 000,00 EUR", "12 345 personnes", "dans l'Union", "Nom : Les Platanes"},
	} {
		suffix := " en"
		if lang != language.English {
			suffix = " fr"
		}
		text, err := n.Text(lang)
		require.NoError(t, err)
		page, err := n.HTML(lang)
		require.NoError(t, err)
		tags := regexp.MustCompile(`<[^>]*>`)
		seen := strings.NewReplacer("&amp;", "&", "&#39;", "'").Replace(tags.ReplaceAllString(string(page), ""))
		for _, out := range []string{text, seen} {
			out = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(out)
			for _, want := range append(append([]string(nil), shown...), own...) {
				require.Contains(t, out, want)
			}
			for _, want := range said {
				require.Contains(t, out, want+suffix)
			}
			for _, item := range transparency.Items() {
				require.Contains(t, out, item.Name.In(lang.String()))
			}
		}
		require.Contains(t, string(page), `<html lang="`+strings.TrimSpace(suffix)+`">`)
		require.Contains(t, string(page), `<a href="https://elections.example/vote">`)
	}
	n.Method.Fr = ""
	text, err := n.Text(language.French)
	require.NoError(t, err)
	require.Contains(t, text, "invoices en", "rather than nothing")
	n.Title = "<script>"
	page, err := n.HTML(language.French)
	require.NoError(t, err)
	require.NotContains(t, string(page), "<script>")
}

func TestJSON(t *testing.T) {
	t.Parallel()

	n := whole()
	n.Payer, n.Without = nil, map[transparency.Key]string{transparency.KeyPayer: "the sponsor pays"}
	b, err := n.JSON()
	require.NoError(t, err)
	var got struct {
		Items []struct {
			Key     transparency.Key
			Article string
			Number  int
			LeftOut bool `json:"left_out"`
		}
		Notice transparency.Notice
	}
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, n, got.Notice, "nothing is lost")
	numbers := map[transparency.Key]int{}
	for i, item := range got.Items {
		require.Equal(t, transparency.Items()[i].Article, item.Article)
		require.Equal(t, item.Key == transparency.KeyPayer, item.LeftOut)
		if item.Number > 0 {
			numbers[item.Key] = item.Number
		}
	}
	require.Equal(t, map[transparency.Key]int{"a": 1, "a.controlled-by": 2, "b": 3, "c": 4, "d": 5}, numbers, "those that were read: EU-TTPA-11")
}

// The items that were read from memory say so.
func TestItems(t *testing.T) {
	t.Parallel()

	for _, item := range transparency.Items() {
		want := consent.Settled
		if item.Key[0] >= 'h' {
			want = consent.Unverified
		}
		require.Equal(t, want, item.Certainty, item.Key)
		require.NotEmpty(t, item.Name.En)
		require.NotEmpty(t, item.Name.Fr)
		require.Equal(t, "12(1)("+string(item.Key[:1])+")", item.Article)
	}
}

func TestFor(t *testing.T) {
	t.Parallel()

	ad := &consent.PoliticalAd{Sponsor: "Les Platanes", ControlledBy: "Fonds des arbres", Election: "9 juin", Targeting: consent.Untargeted}
	n := transparency.For(ad)
	require.Equal(t, "Les Platanes", n.Sponsor.Name)
	require.Equal(t, "Fonds des arbres", n.ControlledBy.Name)
	require.Equal(t, []string{"9 juin"}, n.Elections)
	require.NotContains(t, strings.Join(n.Missing(), " "), "Targeting")
	n = transparency.For(&consent.PoliticalAd{Sponsor: "Les Platanes"})
	require.Contains(t, n.Missing(), "12(1)(l) Targeting.Logic")
	require.Contains(t, n.Missing(), "12(1)(a) ControlledBy", "nobody said that there is none")
	require.Contains(t, n.Missing(), "12(1)(g) Elections")
}

// What art. 9 names is kept for seven years from the last dissemination, to the
// second; of the rest no duration was read.
func TestRecords(t *testing.T) {
	t.Parallel()

	last := time.Date(2026, 3, 13, 23, 59, 59, 0, time.UTC)
	kept := map[string]int{}
	for _, r := range transparency.Records() {
		require.NotEmpty(t, r.What.En)
		require.NotEmpty(t, r.What.Fr)
		require.Contains(t, r.Source.Text, "Regulation (EU) 2024/900 art. ")
		kept[r.Source.Ref]++
		until := r.Until(last)
		if r.Source.Ref == "EU-TTPA-14" {
			require.Equal(t, time.Date(2033, 3, 13, 23, 59, 59, 0, time.UTC), until, r.What.En)
			require.Equal(t, consent.Unverified, r.Certainty)
			continue
		}
		require.Zero(t, until, r.What.En)
	}
	require.Equal(t, map[string]int{"EU-TTPA-14": 7, "EU-TTPA-15": 1, "EU-TTPA-8": 3}, kept)
}
