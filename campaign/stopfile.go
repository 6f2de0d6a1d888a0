package campaign

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/sheet"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

// A StopFile says how to read a file of answers that a carrier sends hours
// later, CSV with a header in any encoding and with any separator: see
// contact.ImportCSV.
type StopFile struct {
	// Name of the file, for errors.
	Name string
	// Carrier is the one of the events that it sends live, so that an answer that
	// comes both ways is one.
	Carrier string
	// From is the column with the person's number, and ParsePhone reads it; the
	// default is contact.ParseE164.
	From       string
	ParsePhone func(raw string) (contact.Address, error)
	// At is the column that says when the person answered, by the carrier's
	// clock. Layout is as for time.Parse; by default dates are read as France
	// writes them. Zone is that of times that name none; the default is UTC.
	// Ahead is by how much the carrier's clock is ahead of ours.
	At, Layout string
	Zone       *time.Location
	Ahead      time.Duration
	// To is the column with the sender that was answered; Sender stands for it
	// where there is none.
	To, Sender string
	// Text is the column with the person's words. Where there is none, every line
	// is a refusal that the carrier holds.
	Text string
	// Disconnected says that it is no file of answers: each line is a number that
	// had no holder any more at that time. Older grants end; refusals stay.
	Disconnected bool
	// EventID is the column with the carrier's own name for the event. Where
	// there is none, the name is made of number, sender, words and time.
	EventID string
	// Encoding and Separator are found where they are zero.
	Encoding  contact.Encoding
	Separator rune
	// Unreadable is handed every line without a number or a time that can be
	// read, as it stands: a refusal that cannot be read is still one, and the
	// host must keep it. An error from it ends the reading. It is required.
	Unreadable func(line int, raw string, reason error) error
}

// A StopFileReport accounts for every line of a [StopFile]: Lines is the sum of
// Refused, Others, Again and Unreadable, unless an error ended the reading.
type StopFileReport struct {
	Lines int `json:"lines"`
	// Refused lines led to a refusal, Others to something else or nothing; Again
	// were known before, live or from a file. All are stored.
	Refused    int `json:"refused"`
	Others     int `json:"others"`
	Again      int `json:"again"`
	Unreadable int `json:"unreadable"`
	// Review counts the lines among them that a human should look at.
	Review    int `json:"review"`
	Cancelled int `json:"cancelled"` // dispatches
	// Late are the messages that went after the person had refused, and before
	// we knew, each once.
	Late []LateMessage `json:"late,omitempty"`
}

// A LateMessage is one that went after a refusal that nobody had told us of.
type LateMessage struct {
	Line     int                 `json:"line"`
	Dispatch provider.DispatchID `json:"dispatch"`
	Campaign string              `json:"campaign"`
	Refused  time.Time           `json:"refused"` // by the person
	Sent     time.Time           `json:"sent"`
	Known    time.Time           `json:"known"` // by us
}

func (f *StopFile) validate() error {
	fail := func(what string) error { return fmt.Errorf("campaign: stop file %q: %s", f.Name, what) }
	switch {
	case f.Carrier == "":
		return fail("Carrier is empty")
	case f.From == "":
		return fail("From is empty: which column has the number?")
	case f.At == "":
		return fail("At is empty: which column says when?")
	case f.Disconnected && (f.Text != "" || f.To != "" || f.Sender != ""):
		return fail("Disconnected is set, and such a file has neither words nor a sender")
	case f.To == "" && f.Sender == "" && !f.Disconnected:
		return fail("neither To nor Sender says what was answered")
	case f.Unreadable == nil:
		return fail("Unreadable is nil, and unreadable refusals must be kept")
	case f.Encoding > contact.UTF16BE:
		return fail("Encoding is none of the known ones")
	case f.Separator >= 0x80 || strings.ContainsRune("\"\r\n", f.Separator):
		return fail("Separator is not an ASCII character that can stand between fields")
	}
	return nil
}

// ReceiveFile handles the lines of f as [Inbox.Handle] does events, each at the
// time when the person wrote it. A refusal that comes late still wins; one that
// the person has followed up with a yes to a later question stands until a human
// has looked. Reading a file again changes nothing.
//
// After an error the report tells what was stored until then; read the file
// again.
func (in *Inbox) ReceiveFile(ctx context.Context, r io.Reader, f StopFile) (StopFileReport, error) {
	if err := f.validate(); err != nil {
		return StopFileReport{}, err
	}
	if f.ParsePhone == nil {
		f.ParsePhone = contact.ParseE164
	}
	if f.Zone == nil {
		f.Zone = time.UTC
	}
	reading := stopReading{StopFile: f, inbox: in, told: map[provider.DispatchID]bool{}}
	if err := reading.run(ctx, r); err != nil {
		return reading.report, fmt.Errorf("campaign: stop file %q: %w", f.Name, err)
	}
	return reading.report, nil
}

type stopReading struct {
	StopFile
	inbox   *Inbox
	columns struct{ from, at, to, text, id int }
	report  StopFileReport
	told    map[provider.DispatchID]bool // in report.Late
}

func (s *stopReading) run(ctx context.Context, r io.Reader) error {
	rows := sheet.NewReader(r, sheet.Encoding(s.Encoding))
	header, err := rows.Header(byte(s.Separator), func(names []string) int {
		n := 0
		for _, column := range []string{s.From, s.At, s.To, s.Text, s.EventID} {
			if _, err := sheet.Find(names, column); err == nil && column != "" {
				n++
			}
		}
		return n
	})
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	for _, c := range []struct {
		name     string
		at       *int
		optional bool
	}{
		{s.From, &s.columns.from, false}, {s.At, &s.columns.at, false},
		{s.To, &s.columns.to, true}, {s.Text, &s.columns.text, true}, {s.EventID, &s.columns.id, true},
	} {
		if *c.at = -1; c.optional && c.name == "" {
			continue
		}
		if *c.at, err = sheet.Find(header, c.name); err != nil {
			return fmt.Errorf("column %q: %w", c.name, err)
		}
	}
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		record, err := rows.Next(nil)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", rows.Number(), err)
		}
		s.report.Lines++
		if err := s.line(ctx, record); err != nil {
			return fmt.Errorf("line %d: %w", record.Line, err)
		}
	}
}

func (s *stopReading) line(ctx context.Context, record sheet.Record) error {
	e, err := s.event(record)
	if err != nil {
		s.report.Unreadable++
		raw := record.Raw
		if record.Bytes != "" {
			raw = record.Bytes
		}
		return s.Unreadable(record.Line, raw, err)
	}
	got, err := s.inbox.Handle(ctx, e)
	if err != nil {
		return err
	}
	switch {
	case got.Again:
		s.report.Again++
	case len(got.Refused) > 0:
		s.report.Refused++
	default:
		s.report.Others++
	}
	if got.Review {
		s.report.Review++
	}
	s.report.Cancelled += got.Cancelled
	for _, m := range got.Late {
		if s.told[m.Dispatch] {
			continue
		}
		s.told[m.Dispatch] = true
		s.report.Late = append(s.report.Late, LateMessage{
			Line: record.Line, Dispatch: m.Dispatch, Campaign: m.Campaign, Refused: got.Happened, Sent: m.At, Known: got.Known,
		})
	}
	return nil
}

// event makes an event of a line. Its errors say nothing of the person.
func (s *stopReading) event(record sheet.Record) (provider.Event, error) {
	if record.Problem != "" {
		return provider.Event{}, errors.New(record.Problem)
	}
	cell := func(at int) string {
		if at < 0 {
			return ""
		}
		return sheet.Cell(record.Fields[at])
	}
	e := provider.Event{Kind: provider.InboundText, Carrier: s.Carrier, To: cell(s.columns.to), Text: cell(s.columns.text), Received: s.inbox.now()}
	if e.To == "" {
		e.To = s.Sender
	}
	switch {
	case s.Disconnected:
		e.Kind = provider.DisconnectedNumber
	case s.Text == "":
		e.Kind = provider.CarrierRefusal
	}
	var err error
	if e.From, err = s.ParsePhone(cell(s.columns.from)); err != nil || e.From.IsZero() {
		return provider.Event{}, fmt.Errorf("column %q: %w", s.From, contact.ErrAddress)
	}
	if e.Sent, err = s.date(cell(s.columns.at)); err != nil {
		return provider.Event{}, fmt.Errorf("column %q: no date that can be read", s.At)
	}
	e.Sent = e.Sent.Add(-s.Ahead).UTC()
	if e.ID = cell(s.columns.id); e.ID == "" {
		e.ID = s.name(&e)
	}
	return e, nil
}

func (s *stopReading) date(cell string) (time.Time, error) {
	if s.Layout == "" {
		return sheet.Date(cell, s.Zone)
	}
	return time.ParseInLocation(s.Layout, cell, s.Zone)
}

// name returns the same ID for the same answer, in whatever file and on whatever
// line it stands, and nothing that says whose it is.
func (s *stopReading) name(e *provider.Event) string {
	f := s.inbox.register.Keyring().Fingerprint(e.From)
	b := append([]byte("accord stop file\x00"), f[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Sent.Unix()))
	b = append(append(append(b, e.To...), 0), e.Text...)
	return "file-" + uuid.NewSHA1(events, b).String()
}
