package campaign_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
)

// reported returns the report of the story, with IDs that do not change.
func reported(t *testing.T) *campaign.Report {
	t.Helper()
	s := newStory(t)
	s.told()
	r := s.report()
	for i := range r.Late {
		r.Late[i].Attempt.Dispatch = uuid.UUID{15: byte(i + 1)}
	}
	for i := range r.Segments.Differences {
		r.Segments.Differences[i].Attempt.Dispatch = uuid.UUID{14: 1, 15: byte(i + 1)}
	}
	return r
}

// What leaves the process and stays is the same byte for byte.
func TestReportOutputs(t *testing.T) {
	t.Parallel()

	r := reported(t)
	r.Name = "=Européennes; 1er envoi"
	r.Shares = []campaign.Figure{{Key: "=cmd|'/C calc'!A0", Count: r.Count("handed-over")}}
	require.NoError(t, r.Check())
	var fr, en bytes.Buffer
	require.NoError(t, r.WriteCSV(&fr, language.MustParse("fr-RE")))
	require.NoError(t, r.WriteCSV(&en, language.German))
	asJSON, err := json.MarshalIndent(r, "", "  ")
	require.NoError(t, err)
	for name, got := range map[string][]byte{
		"report.fr.csv": fr.Bytes(), "report.en.csv": en.Bytes(), "report.json": asJSON,
		"report.fr.txt": []byte(r.Text(language.French)), "report.en.txt": []byte(r.Text(language.English)),
		"report.client.fr.txt": []byte(r.For(campaign.Viewer{Kind: campaign.AClient, Party: martin.ID}).Text(language.French)),
	} {
		golden(t, name, got)
	}
	var back campaign.Report
	require.NoError(t, json.Unmarshal(asJSON, &back))
	again, err := json.MarshalIndent(&back, "", "  ")
	require.NoError(t, err)
	require.Equal(t, string(asJSON), string(again))
	require.NoError(t, back.Check())

	lines := strings.Split(fr.String(), "\r\n")
	require.Equal(t, "\ufeffrubrique;libellé;code;date;envoi;valeur", lines[0])
	require.Contains(t, lines, "Par part;'=cmd|'/C calc'!A0;shares/=cmd|'/C calc'!A0;;;56")
	require.Contains(t, fr.String(), ";segments/cost;;;3,87\r\n")
	require.Contains(t, en.String(), ";segments/cost;;;3.87\r\n")
}

// golden compares got with a file. With UPDATE_GOLDEN=1 it writes the file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "run again with UPDATE_GOLDEN=1")
	require.Equal(t, string(want), string(got))
}

// Whatever line of a report is changed by one, Check names it.
func TestReportCheck(t *testing.T) {
	t.Parallel()

	r := reported(t)
	r.Shares = []campaign.Figure{{Key: "Nord", Count: r.Count("handed-over")}}
	require.NoError(t, r.Check())
	text, err := json.Marshal(r)
	require.NoError(t, err)
	for name, change := range map[string]func(*campaign.Report){
		"ordered is":                          func(r *campaign.Report) { r.Ordered.Count++ },
		"ordered/excluded/refusal is":         func(r *campaign.Report) { part(&r.Ordered, "excluded", "refusal", "suppression.refusal").Count++ },
		"attempts is":                         func(r *campaign.Report) { r.Attempts.Parts[0].Count-- },
		"returned/refusals is":                func(r *campaign.Report) { part(&r.Returned, "refusals").Count-- },
		"what the launch counted":             func(r *campaign.Report) { r.Launched++ },
		"attempts/accepted, against":          func(r *campaign.Report) { a := part(&r.Attempts, "accepted"); a.Count++; r.Attempts.Count++ },
		"tried and retries, against attempts": func(r *campaign.Report) { r.Retries++ },
		"hours/handed_over":                   func(r *campaign.Report) { r.Hours.HandedOver[0].Count++ },
		"days/handed_over":                    func(r *campaign.Report) { r.Days.HandedOver = nil },
		"hours/delivered":                     func(r *campaign.Report) { r.Hours.Delivered[0].Count-- },
		"days/delivered":                      func(r *campaign.Report) { r.Days.Delivered[0].Count-- },
		"hours/refusals":                      func(r *campaign.Report) { r.Hours.Refusals[0].Count-- },
		"days/refusals":                       func(r *campaign.Report) { r.Days.Refusals[0].Count-- },
		"languages":                           func(r *campaign.Report) { r.Languages = r.Languages[:1] },
		"shares":                              func(r *campaign.Report) { r.Shares[0].Count++ },
		"segments/cost":                       func(r *campaign.Report) { r.Segments.Due++ },
	} {
		var changed campaign.Report
		require.NoError(t, json.Unmarshal(text, &changed))
		change(&changed)
		require.ErrorContains(t, changed.Check(), name)
	}
}

func part(f *campaign.Figure, path ...string) *campaign.Figure {
	for _, key := range path {
		for i := range f.Parts {
			if f.Parts[i].Key == key {
				f = &f.Parts[i]
				break
			}
		}
	}
	return f
}

// An outbox that loses or repeats a row is found out by what the launch counted.
func TestReportOverABrokenOutbox(t *testing.T) {
	t.Parallel()

	s := newStory(t)
	s.told()
	for name, o := range map[string]losing{"loses": {Outbox: s.outbox, Records: s.outbox, lose: true}, "repeats": {Outbox: s.outbox, Records: s.outbox}} {
		reports, err := campaign.NewReporter(s.gate, s.register, o)
		require.NoError(t, err)
		_, err = reports.Report(t.Context(), "vote", nil)
		require.ErrorContains(t, err, "ordered, against what the launch counted", name)
	}
	_, err := campaign.NewReporter(s.gate, s.register, struct{ campaign.Outbox }{s.outbox})
	require.ErrorIs(t, err, campaign.ErrNoRecords)
	_, err = s.reports.Report(t.Context(), "nothing", nil)
	require.ErrorIs(t, err, contact.ErrNotFound)
}

// The night when clocks are put back has two hours of one name, and both are
// said; the day that follows has 25 hours.
func TestReportHoursWhenClocksGoBack(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	a := h.people(rented.ID, 4)
	h.agree(martin, a...)
	h.launch(content("vote", martin))
	start := time.Date(2024, 10, 26, 23, 30, 0, 0, time.UTC) // half past one in Paris
	h.pass(start.Sub(h.now))
	l, err := h.outbox.Lease(t.Context(), "vote", "w", 10*time.Hour)
	require.NoError(t, err)
	for _, row := range l.Rows {
		id := campaign.AttemptID{Dispatch: row.Dispatch, No: 1}
		_, err := h.outbox.Mark(t.Context(), l, []campaign.AttemptID{id})
		require.NoError(t, err)
		require.NoError(t, h.outbox.Settle(t.Context(), []campaign.Settlement{{Attempt: id, Kind: campaign.Answered, Outcome: provider.Outcome{Kind: provider.Accepted}, At: h.now}}))
		h.pass(time.Hour)
	}
	reports, err := campaign.NewReporter(h.gate, h.register, h.outbox)
	require.NoError(t, err)
	r, err := reports.Report(t.Context(), "vote", &campaign.ReportOptions{Zone: paris})
	require.NoError(t, err)
	require.Equal(t, []string{"2024-10-27T01:00:00+02:00", "2024-10-27T02:00:00+02:00", "2024-10-27T02:00:00+01:00", "2024-10-27T03:00:00+01:00"}, starts(r.Hours.HandedOver))
	require.Equal(t, []string{"2024-10-27T00:00:00+02:00"}, starts(r.Days.HandedOver))
	text := r.Text(language.French)
	for _, hour := range []string{"27/10/2024 01:00, ", "27/10/2024 02:00 CEST, ", "27/10/2024 02:00 CET, ", "27/10/2024 03:00, "} {
		require.Contains(t, text, hour+"remis au routeur : 1\n")
	}
	require.Equal(t, 4, r.Segments.Uncounted)
	require.Equal(t, []campaign.Figure{{Key: "", Count: 4}}, r.Languages)
	require.Equal(t, consent.Words{}, r.Says["x"])
}

// While messages go, each row is in one place all the same.
func TestReportWhileItRuns(t *testing.T) {
	t.Parallel()

	h := newHost(t)
	h.agree(martin, h.people(rented.ID, 200)...)
	h.launch(content("vote", martin))
	reports, err := campaign.NewReporter(h.gate, h.register, h.outbox)
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := h.runner.Run(t.Context(), "vote")
		done <- err
	}()
	for running := true; running; {
		select {
		case err := <-done:
			require.NoError(t, err)
			running = false
		default:
		}
		r, err := reports.Report(t.Context(), "vote", &campaign.ReportOptions{PageSize: 9})
		require.NoError(t, err)
		require.Equal(t, 200, r.Ordered.Count)
		if !running {
			require.Equal(t, 200, r.Count("handed-over"))
		}
	}
}
