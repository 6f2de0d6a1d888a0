package contact_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// slow is a file whose second part comes when it is told to.
type slow struct {
	first, second     io.Reader
	reading, released chan struct{}
}

func (s *slow) Read(p []byte) (int, error) {
	if n, err := s.first.Read(p); err == nil {
		return n, nil
	}
	select {
	case <-s.reading:
	default:
		close(s.reading)
	}
	<-s.released
	return s.second.Read(p)
}

// An import that failed does not return while somebody still reads its file.
func TestImportWaitsForItsGoroutines(t *testing.T) {
	t.Parallel()

	var lines []string
	for line := range crowd(3000) {
		lines = append(lines, line)
	}
	file := &slow{strings.NewReader(strings.Join(lines[:500], "")), strings.NewReader(strings.Join(lines[500:], "")), make(chan struct{}), make(chan struct{})}
	failed, done := make(chan struct{}), make(chan error, 1)
	store := &watched{put: func(int) error { close(failed); return errors.New("the disk is full") }}
	o := options
	o.Workers, o.Batch = 3, 10
	go func() {
		_, err := contact.ImportCSV(context.Background(), file, store, o)
		done <- err
	}()
	<-failed
	<-file.reading
	for range 10_000 {
		runtime.Gosched()
	}
	require.Empty(t, done)
	close(file.released)
	require.EqualError(t, <-done, "contact: import: lines 2 to 11: the disk is full")
}

// What RowAhead returns is called in the order of the file, for the lines that
// go into a batch and no others, whoever read them.
func TestImportRowAhead(t *testing.T) {
	t.Parallel()

	for _, workers := range []int{0, 1, 4} {
		var s watched
		var order []int
		o := options
		o.Workers, o.Batch = workers, 100
		o.RowAhead = func(line int, c *contact.Contact, get func(string) string) (func(), error) {
			if got := get("id"); got != string(c.ID) || get("none") != "" {
				return nil, errors.New("another line")
			}
			switch line % 10 {
			case 3:
				return nil, errors.New("a three")
			case 4:
				return nil, nil
			case 5:
				c.Origins = nil
			}
			return func() { order = append(order, line) }, nil
		}
		report, err := contact.ImportCSV(t.Context(), reading(crowd(2500)), &s, o)
		require.NoError(t, err)
		require.Equal(t, []int{2500, 2000, 500}, []int{report.Lines, report.Created, report.Rejected})
		require.Equal(t, "line 3: a three", report.Rejects[0].Error())
		require.Equal(t, "line 5: no origin", report.Rejects[1].Error())
		require.Len(t, order, 1750)
		require.IsIncreasing(t, order)
	}
	o := options
	o.Row = func(int, *contact.Contact, func(string) string) error { return nil }
	o.RowAhead = func(int, *contact.Contact, func(string) string) (func(), error) { return nil, nil }
	_, err := contact.ImportCSV(t.Context(), strings.NewReader(people), new(watched), o)
	require.EqualError(t, err, "contact: import: Row and RowAhead are both set")
}
