package campaign_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// stopFile reads files of a carrier whose clock is a minute ahead and on the
// time of Paris.
func stopFile(t *testing.T, kept *[]string) campaign.StopFile {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	return campaign.StopFile{
		Name: "stops.csv", Carrier: "test", From: "Numéro", At: "Date", To: "Court", Text: "Message", Zone: paris, Ahead: time.Minute,
		ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
		Unreadable: func(_ int, raw string, _ error) error { *kept = append(*kept, raw); return nil },
	}
}

func (h *host) file(text string, f campaign.StopFile) campaign.StopFileReport {
	h.t.Helper()
	report, err := h.inbox.ReceiveFile(context.Background(), strings.NewReader(text), f)
	require.NoError(h.t, err)
	require.Equal(h.t, report.Lines, report.Refused+report.Others+report.Again+report.Unreadable)
	return report
}

// A person refused at 12:00, the carrier tells us at 18:00, and at 15:00 a
// message went: it is on the report, those before 12:00 and those of others are
// not, and nothing goes any more.
func TestReceiveFile(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	as := h.people(rented.ID, 3)
	h.agree(martin, as...)
	h.agree(dupont, as...)
	own := content("own", dupont)
	h.people("own", 3)
	own.Request.Base = contact.Base{ID: "own", Name: "ours", Owner: dupont, Mode: contact.Own}
	own.Request.Controllers = []contact.Party{dupont}
	own.Request.Sender = contact.Sender{Value: "36181", Kind: contact.ShortCode, Owner: dupont.ID}
	h.launch(content("before", martin))
	h.launch(content("after", martin))
	h.launch(own)
	h.now = time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	require.Equal(t, 3, h.run("before").HandedOver)
	h.now = time.Date(2024, 6, 3, 13, 0, 0, 0, time.UTC) // 15:00 in Paris
	require.Equal(t, 3, h.run("after").HandedOver)
	require.Equal(t, 3, h.run("own").HandedOver)
	h.now = time.Date(2024, 6, 3, 16, 0, 0, 0, time.UTC)

	var kept []string
	file := "Num\xe9ro;Court;Message;Date\r\n" +
		"06 39 98 00 00;36180;STOP;03/06/2024 12:01\r\n" +
		"0639980001;36180;Quel bureau de vote ?;03/06/2024 12:05\r\n" +
		"06 39 98;36180;STOP;03/06/2024 12:05\r\n" +
		"0639980002;36180;STOP;hier\r\n" +
		"0639980000;36180;STOP;03/06/2024 12:01\r\n" +
		"0639980002;36180;\"STOP\r\n"
	report := h.file(file, stopFile(t, &kept))
	noon := time.Date(2024, 6, 3, 10, 0, 0, 0, time.UTC)
	require.Equal(t, campaign.StopFileReport{
		Lines: 6, Refused: 1, Others: 1, Again: 1, Unreadable: 3, Review: 1,
		Late: []campaign.LateMessage{
			{Line: 2, Dispatch: campaign.NewDispatch("after", h.keys.Fingerprint(as[0])), Campaign: "after", Refused: noon, Sent: time.Date(2024, 6, 3, 13, 0, 0, 0, time.UTC), Known: h.now},
		},
	}, report)
	require.Equal(t, []string{"06 39 98;36180;STOP;03/06/2024 12:05", "0639980002;36180;STOP;hier", `0639980002;36180;"STOP`}, kept)
	h.launch(content("next", martin))
	require.Equal(t, 2, h.run("next").HandedOver)

	h.pass(time.Hour)
	again := h.file(file, stopFile(t, &kept))
	require.Equal(t, []int{0, 0, 3}, []int{again.Refused, again.Others, again.Again})
	require.Equal(t, report.Late[0].Known, again.Late[0].Known, "we knew when we knew")
}

// What the carrier sent live is not new in its file, where both name it.
func TestReceiveFileKnowsWhatCameLive(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	live := h.handle(provider.Event{ID: "mo-1", Kind: provider.InboundText, From: a, To: "36180", Text: "STOP", Sent: h.now})
	require.Len(t, live.Refused, 1)
	var kept []string
	f := stopFile(t, &kept)
	f.EventID = "id"
	report := h.file("id,numero,court,message,date\nmo-1,0639980000,36180,STOP,2024-06-03 10:00\n", f)
	require.Equal(t, campaign.StopFileReport{Lines: 1, Again: 1}, report)
}

// A file without words is one of refusals that the carrier holds.
func TestReceiveFileWithoutWords(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	as := h.people(rented.ID, 2)
	h.agree(martin, as...)
	h.launch(content("c", martin))
	var kept []string
	f := stopFile(t, &kept)
	f.To, f.Text, f.Sender = "", "", "36180"
	report := h.file("date|numero\n2024-06-03|0639980000\n", f)
	require.Equal(t, campaign.StopFileReport{Lines: 1, Refused: 1, Cancelled: 1}, report, "nothing had gone: whom it answers nobody knows, so it reaches all")
	require.Equal(t, campaign.Summary{HandedOver: 1}, h.run("c"))
}

// The person refused, was asked again before we knew, and said yes: the refusal
// stands, and a human is told of the yes.
func TestReceiveFileAfterALaterYes(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	a := h.people(rented.ID, 1)[0]
	h.launch(asking("ask", martin))
	require.Equal(t, 1, h.run("ask").HandedOver)
	h.pass(time.Hour)
	require.True(t, h.says(a, "OUI").Given)
	h.pass(time.Hour)
	var kept []string
	report := h.file("Numero;Court;Message;Date\n0639980000;36180;STOP;03/06/2024 08:00\n", stopFile(t, &kept))
	require.Equal(t, []int{1, 1}, []int{report.Refused, report.Review})
	require.Len(t, report.Late, 1, "the request itself")
	p, err := h.planner.Preview(t.Context(), content("later", martin), time.Time{})
	require.NoError(t, err)
	require.Equal(t, campaign.Tally{{State: campaign.Excluded, Code: consent.CodeRefused}: 1}, p.Tally)
	got := h.handle(provider.Event{ID: "stop-2", Kind: provider.InboundText, From: a, To: "36180", Text: "STOP", Sent: h.now.Add(-3 * time.Hour)})
	require.Len(t, got.LaterYes, 1)
	require.Empty(t, h.says(a, "STOP").LaterYes, "a STOP of now is the last word")
}

func TestReceiveFileRefuses(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	var kept []string
	full := errors.New("no place to keep it")
	for name, tt := range map[string]struct {
		change     func(*campaign.StopFile)
		file, want string
	}{
		"no carrier":     {func(f *campaign.StopFile) { f.Carrier = "" }, "", `campaign: stop file "stops.csv": Carrier is empty`},
		"no number":      {func(f *campaign.StopFile) { f.From = "" }, "", `campaign: stop file "stops.csv": From is empty: which column has the number?`},
		"no date":        {func(f *campaign.StopFile) { f.At = "" }, "", `campaign: stop file "stops.csv": At is empty: which column says when?`},
		"no sender":      {func(f *campaign.StopFile) { f.To = "" }, "", `campaign: stop file "stops.csv": neither To nor Sender says what was answered`},
		"no place":       {func(f *campaign.StopFile) { f.Unreadable = nil }, "", `campaign: stop file "stops.csv": Unreadable is nil, and unreadable refusals must be kept`},
		"no encoding":    {func(f *campaign.StopFile) { f.Encoding = 99 }, "", `campaign: stop file "stops.csv": Encoding is none of the known ones`},
		"no separator":   {func(f *campaign.StopFile) { f.Separator = '"' }, "", `campaign: stop file "stops.csv": Separator is not an ASCII character that can stand between fields`},
		"an empty file":  {nil, "", `campaign: stop file "stops.csv": header: the file is empty, not even a header`},
		"another column": {nil, "numero;message;date\n", `campaign: stop file "stops.csv": column "Court": no such column`},
		"a full disk": {func(f *campaign.StopFile) { f.Unreadable = func(int, string, error) error { return full } },
			"numero;court;message;date\n;;;\n", `campaign: stop file "stops.csv": line 2: no place to keep it`},
	} {
		t.Run(name, func(t *testing.T) {
			f := stopFile(t, &kept)
			if tt.change != nil {
				tt.change(&f)
			}
			_, err := h.inbox.ReceiveFile(t.Context(), strings.NewReader(tt.file), f)
			require.EqualError(t, err, tt.want)
		})
	}
	report := h.file("numero;court;message;date\n", stopFile(t, &kept))
	require.Zero(t, report, "a header only")
}
