package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the tests compare with")

// told runs the quickstart and returns what it printed. It is in memory, unless
// args say otherwise.
func told(t *testing.T, args ...string) string {
	t.Helper()
	if !slices.Contains(args, "-db") {
		args = append([]string{"-db", inMemoryName}, args...)
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, &out))
	return out.String()
}

// document is the part of the JSON that the tests look at.
type document struct {
	Import   struct{ Lines, Created, Merged, Unchanged, Rejected int }
	People   int
	Previews []struct {
		Campaign string
		Audience int
		Messages int
		Tally    map[string]int
	}
	Asked   int
	Answers struct{ Yes, No, Stop, Words int }
	Run     struct {
		HandedOver int `json:"handed_over"`
	}
	Final             map[string]int
	StoppedMidway     int `json:"stopped_midway"`
	MessagedAfterStop int `json:"messaged_after_stop"`
	Sample            struct{ Recorded, Refused int }
	Opposition        struct{ Lines, Pending, Unreadable int }
	Resolved          struct{ Resolved int }
	Second            struct {
		Preview       struct{ Audience int }
		Asked         int
		Untouched     int
		Yes           int
		AmbiguousStop int `json:"ambiguous_stop"`
		AmbiguousYes  int `json:"ambiguous_yes"`
		Widened       []string
	}
	Looked struct {
		Waiting         map[string]int
		Refused, Agreed int
		LeftOpen        int `json:"left_open"`
	}
	Approved struct {
		Proofs     []struct{ Segments int }
		TesterStop bool `json:"tester_stop"`
		Refused    string
		Approvals  int
	}
	Report struct {
		Launched  int
		Ordered   struct{ Count int }
		LateCount int `json:"late_count"`
	}
	Reconciled struct {
		HandedOver int `json:"handed_over"`
		Unbilled   int
	}
	Billed    int
	HandedOn  struct{ Written int } `json:"handed_on"`
	LateStops struct {
		Lines, Refused, Again, Unreadable int
		Late                              []any
	} `json:"late_stops"`
	Verified struct{ Faults []any }
	Forged   struct{ Faults []any }
}

func figuresOf(t *testing.T, args ...string) document {
	t.Helper()
	var d document
	dec := json.NewDecoder(strings.NewReader(told(t, append([]string{"-json"}, args...)...)))
	require.NoError(t, dec.Decode(&d))
	require.False(t, dec.More(), "one document and nothing else")
	return d
}

func sum(tally map[string]int) (n int) {
	for _, k := range tally {
		n += k
	}
	return n
}

func TestStory(t *testing.T) {
	t.Parallel()

	for _, seed := range []string{"1", "2", "3"} {
		d := figuresOf(t, "-seed", seed)
		require.Equal(t, 2048, d.Import.Lines)
		require.Equal(t, 16, d.Import.Rejected)
		require.Equal(t, d.Import.Lines, d.Import.Created+d.Import.Merged+d.Import.Unchanged+d.Import.Rejected)
		for _, p := range d.Previews {
			require.Equalf(t, d.Import.Created, p.Audience, "%s", p.Campaign)
			require.Equalf(t, p.Audience, sum(p.Tally), "%s", p.Campaign)
		}
		require.Len(t, d.Previews, 4)
		require.Zero(t, d.Previews[0].Messages, "commercial consent covers nothing political")
		require.Positive(t, d.Previews[1].Messages)
		require.Positive(t, d.Previews[2].Messages)
		require.LessOrEqual(t, d.Previews[2].Messages, d.Answers.Yes)
		require.Zero(t, d.Previews[3].Messages, "nobody on the eve of the vote")
		require.Positive(t, d.Previews[3].Tally["excluded:election.silence"])

		require.Positive(t, d.StoppedMidway)
		require.Zero(t, d.MessagedAfterStop)
		require.Equal(t, d.Previews[2].Audience, sum(d.Final))
		sent := d.Final["handed-over"] + d.Final["delivered"] + d.Final["undelivered"]
		require.Equal(t, d.Run.HandedOver, sent)
		require.Equal(t, d.Previews[2].Messages, sent+d.Final["cancelled"])

		require.Equal(t, 106, d.Sample.Refused, "the lines that were made to fail")
		require.Equal(t, 240, d.Sample.Recorded+d.Sample.Refused)
		require.Equal(t, d.Opposition.Lines, d.Opposition.Pending+d.Opposition.Unreadable)
		require.Equal(t, 40, d.Resolved.Resolved, "those of the suppliers' file")
		require.Equal(t, d.Second.Preview.Audience, d.Second.Asked, "no refusal of the rental touches the other client's base")
		require.Positive(t, d.Second.Untouched)
		require.Positive(t, d.Second.Yes)
		require.Equal(t, 1, d.Second.AmbiguousStop)
		require.Equal(t, 1, d.Second.AmbiguousYes)
		require.Len(t, d.Second.Widened, 3, "both clients, and the rented base")
		require.GreaterOrEqual(t, d.HandedOn.Written, d.Resolved.Resolved+d.Answers.Stop)
		require.Positive(t, d.Looked.Waiting["likely-refusal"])
		require.Equal(t, 1, d.Looked.Waiting["unclear-yes"], "the OUI of whom both had asked")
		require.Equal(t, []int{1, 1}, []int{d.Looked.Refused, d.Looked.Agreed})
		require.Equal(t, sum(d.Looked.Waiting)-2, d.Looked.LeftOpen)
		require.Len(t, d.Approved.Proofs, 2)
		require.True(t, d.Approved.TesterStop)
		require.Contains(t, d.Approved.Refused, "0 of 2 approvals")
		require.Equal(t, 2, d.Approved.Approvals)
		require.Equal(t, d.Previews[2].Audience, d.Report.Launched)
		require.Equal(t, d.Report.Launched, d.Report.Ordered.Count)
		require.Equal(t, 2, d.Report.LateCount, "those of the late file")
		require.Equal(t, d.Run.HandedOver, d.Billed, "what the carrier recorded")
		require.Equal(t, d.Billed, d.Reconciled.HandedOver)
		require.Zero(t, d.Reconciled.Unbilled)
		l := d.LateStops
		require.Equal(t, []int{6, 2, 3, 1}, []int{l.Lines, l.Refused, l.Again, l.Unreadable})
		require.Len(t, l.Late, 2)

		require.Empty(t, d.Verified.Faults)
		require.Len(t, d.Forged.Faults, 1)
	}
}

// Chains are random, so that they say nothing of an address, and which of them
// comes first is, too.
var chains = regexp.MustCompile(`chain [0-9a-f-]{36} record [0-9]+`)

func TestSameSeedSameStory(t *testing.T) {
	t.Parallel()

	a, b := told(t), told(t)
	require.Equal(t, chains.ReplaceAllString(a, ""), chains.ReplaceAllString(b, ""))
	require.NotContains(t, a, "3998", "no number is printed")
	require.NotContains(t, a, "39 98")
}

// The story as it is printed, in testdata/story.txt, where a reviewer sees what
// a change does to it: go test ./examples/quickstart -run Golden -update.
func TestGoldenStory(t *testing.T) {
	t.Parallel()

	golden := filepath.Join("testdata", "story.txt")
	got := chains.ReplaceAllString(told(t), "chain … record …")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTerritory(t *testing.T) {
	t.Parallel()

	for postcode, want := range map[string]contact.Territory{
		"97400": "RE", "98714": "PF", "75011": "FR", "20000": "FR", "1000": "", "": "", "97150": "GP",
	} {
		require.Equal(t, want, territory(postcode), postcode)
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()

	for want, args := range map[string][]string{
		"-at: want a time like":   {"-at", "tomorrow"},
		"unexpected argument":     {"now"},
		"no such file":            {"-contacts", "none.csv"},
		"flag provided but not d": {"-verbose"},
	} {
		require.ErrorContains(t, run(t.Context(), args, new(bytes.Buffer)), want)
	}
	night := figuresOf(t, "-at", "2024-06-03T23:00:00+02:00")
	require.Less(t, night.Asked, 40, "at night only those overseas where it is day")
}
