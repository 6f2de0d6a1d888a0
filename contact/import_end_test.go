package contact_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// watched is a store whose Put can be watched, and fail.
type watched struct {
	memory.Contacts
	put  func(n int) error
	cut  bool // answer for too few
	most int
	puts int
}

func (w *watched) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	w.puts++
	w.most = max(w.most, len(contacts))
	if w.put != nil {
		if err := w.put(w.puts); err != nil {
			return nil, err
		}
	}
	done, err := w.Contacts.Put(ctx, key, contacts)
	if w.cut {
		done = done[1:]
	}
	return done, err
}

// crowd yields the lines of n people.
func crowd(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield("id,phone,mail,age,joined\n") {
			return
		}
		for i := range n {
			if !yield(fmt.Sprintf("P%d,+336%08d,,%d,2024-01-02\n", i, i, i%90)) {
				return
			}
		}
	}
}

func reading(lines iter.Seq[string]) io.Reader {
	return strings.NewReader(strings.Join(slices.Collect(lines), ""))
}

func TestImportGoesInBatches(t *testing.T) {
	t.Parallel()

	for size, puts := range map[int]int{0: 3, 1: 2500, 100: 25, 2500: 1, 10_000: 1} {
		var s watched
		var seen []contact.ImportReport
		o := options
		o.Batch = size
		o.Progress = func(r contact.ImportReport) {
			balanced(t, r)
			seen = append(seen, r)
		}
		report, err := contact.ImportCSV(t.Context(), reading(crowd(2500)), &s, o)
		require.NoError(t, err)
		require.Equal(t, 2500, report.Created)
		require.Equal(t, puts, s.puts)
		require.LessOrEqual(t, s.most, max(size, 1000))
		require.True(t, slices.IsSortedFunc(seen, func(a, b contact.ImportReport) int { return a.Lines - b.Lines }))
		require.Equal(t, report, seen[len(seen)-1])
		require.GreaterOrEqual(t, len(seen), puts)
	}
}

// However an import ends, the report adds up, and to import the file again
// settles what was not.
func TestImportEndsEarly(t *testing.T) {
	t.Parallel()

	full, reason := errors.New("the disk is full"), errors.New("the host is stopping")
	tests := map[string]struct {
		want    error
		text    string
		run     func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error)
		created int
		left    int
	}{
		"the store fails": {full, "contact: import: lines 1002 to 2001: the disk is full", func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error) {
			s.put = func(n int) error {
				if n == 2 {
					return full
				}
				return nil
			}
			return contact.ImportCSV(t.Context(), reading(crowd(2500)), s, o)
		}, 1000, 1000},
		"the store answers for too few": {nil, "contact: import: lines 2 to 1001: the store answered for 999 contacts of 1000", func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error) {
			s.cut = true
			return contact.ImportCSV(t.Context(), reading(crowd(2500)), s, o)
		}, 0, 1000},
		"the host stops between batches": {reason, "contact: import: before line 1002: the host is stopping", func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error) {
			ctx, cancel := context.WithCancelCause(t.Context())
			o.Progress = func(contact.ImportReport) { cancel(reason) }
			return contact.ImportCSV(ctx, reading(crowd(2500)), s, o)
		}, 1000, 0},
		"the host stops in a batch": {reason, "contact: import: before line 1502: the host is stopping", func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error) {
			ctx, cancel := context.WithCancelCause(t.Context())
			o.Row = func(line int, _ *contact.Contact, _ func(string) string) error {
				if line == 1501 {
					cancel(reason)
				}
				return nil
			}
			return contact.ImportCSV(ctx, reading(crowd(2500)), s, o)
		}, 1000, 500},
		"the file cannot be read on": {full, "contact: import: line 1001: the disk is full", func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error) {
			whole := slices.Collect(crowd(2500))
			return contact.ImportCSV(t.Context(), io.MultiReader(strings.NewReader(strings.Join(whole[:1000], "")+"P999,+3363"), iotest.ErrReader(full)), s, o)
		}, 0, 999},
		"the header cannot be read": {full, "contact: import: header: the disk is full", func(t *testing.T, s *watched, o contact.ImportOptions) (contact.ImportReport, error) {
			return contact.ImportCSV(t.Context(), iotest.ErrReader(full), s, o)
		}, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var s watched
			report, err := tt.run(t, &s, options)
			require.EqualError(t, err, tt.text)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
			}
			balanced(t, report)
			require.Equal(t, []int{tt.created, tt.left}, []int{report.Created, report.Unsettled})
			s.put, s.cut = nil, false
			report, err = contact.ImportCSV(t.Context(), reading(crowd(2500)), &s, options)
			require.NoError(t, err)
			require.Equal(t, 2500, report.Created+report.Unchanged)
			require.Len(t, everybody(t, &s), 2500)
		})
	}
}

func TestImportKeepsTheFirstRejects(t *testing.T) {
	t.Parallel()

	file := "id,phone,mail,age,joined\n" + strings.Repeat("A,secret,,,\n", 250)
	for keep, want := range map[int]int{0: 100, 7: 7, -1: 0, 1000: 250} {
		told := 0
		o := options
		o.Keep = keep
		o.Rejected = func(contact.LineError) { told++ }
		report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &memory.Contacts{}, o)
		require.NoError(t, err)
		require.Equal(t, 250, report.Rejected)
		require.Equal(t, 250, told)
		require.Len(t, report.Rejects, want)
	}
}

// The JSON of a report is what a host keeps of an import.
func TestImportReportJSON(t *testing.T) {
	t.Parallel()

	report, err := contact.ImportCSV(t.Context(), strings.NewReader(people), &memory.Contacts{}, options)
	require.NoError(t, err)
	text, err := json.Marshal(report)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"lines": 9, "created": 3, "merged": 0, "unchanged": 1, "rejected": 5, "unsettled": 0, "omitted": 1, "blank": 0, "bytes": `+fmt.Sprint(len(people))+`,
		"rejects": [
			{"line": 4, "column": "id", "reason": "no ID"},
			{"line": 5, "column": "phone", "reason": "contact: phone number: no leading plus sign: not an address"},
			{"line": 6, "column": "age", "reason": "not a whole number"},
			{"line": 7, "column": "joined", "reason": "not a date written 02/01/2006 or 2006-01-02, nor an instant"},
			{"line": 8, "reason": "2 fields, want 6 as in the header"}
		],
		"omissions": [{"line": 10, "column": "mail", "reason": "contact: e-mail address: no @ sign: not an address"}],
		"columns": [
			{"name": "id", "kind": "id"}, {"name": "phone", "kind": "phone"}, {"name": "mail", "kind": "email"}, {"name": "age", "kind": "number"},
			{"name": "joined", "kind": "collected"}
		],
		"ignored": ["other"], "separator": ",", "encoding": "utf-8"
	}`, string(text))

	var back contact.ImportReport
	require.NoError(t, json.Unmarshal(text, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(again))
	require.EqualError(t, back.Rejects[0], report.Rejects[0].Error())
	for what, text := range map[string]string{
		"unknown kind of column": `{"columns": [{"kind": "telepathy"}]}`,
		"unknown encoding":       `{"encoding": "morse"}`,
		"line error":             `{"rejects": [{"line": "four"}]}`,
	} {
		require.ErrorContains(t, json.Unmarshal([]byte(text), new(contact.ImportReport)), what)
	}
}
