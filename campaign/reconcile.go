package campaign

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/sheet"
	"github.com/accordsdk/accord/provider"
)

// An Invoice says how to read what a carrier bills, message by message: CSV with
// a header, in any encoding and with any separator, as contact.ImportCSV reads
// it.
type Invoice struct {
	// Name of the file, for errors.
	Name string
	// Dispatch is the column with our ID of the message, CarrierID that with the
	// carrier's. One of them is needed. Where a line has both, ours is looked at
	// first.
	Dispatch, CarrierID string
	// Segments, Status and Price are columns that may be missing: "" means that
	// there is none. A price is of the line, with a comma or a point, in the
	// currency unit. Statuses say what the carrier's words for a status mean, in
	// any case; other words are not compared.
	Segments, Status, Price string
	Statuses                map[string]provider.Status
	// Encoding and Separator are found where they are zero.
	Encoding  contact.Encoding
	Separator rune
	// MaxListed is how many lines and messages are listed; 0 means 1000.
	MaxListed int
	// Each, where set, is handed every line, in order. An error from it ends the
	// reading.
	Each func(InvoiceLine) error
}

// A LineKind says what a line of an invoice is. Each line is one of them, the
// first that it could be in the order in which they stand here.
type LineKind string

// The kinds.
const (
	// LineUnreadable: no ID, or a number that is none.
	LineUnreadable LineKind = "unreadable"
	// LineNeverSent: nothing of this outbox has that ID.
	LineNeverSent LineKind = "never-sent"
	// LineOtherCampaign: it is of another campaign of this outbox, as proof copies
	// and single messages are.
	LineOtherCampaign LineKind = "other-campaign"
	// LineTwice: an earlier line is about the same message.
	LineTwice LineKind = "twice"
	// LineNotTaken: the carrier had said that it did not take the message, or we
	// never handed it over.
	LineNotTaken LineKind = "not-taken"
	// LineUnknown: nobody here knew whether the carrier had the message. The
	// bill says that it did.
	LineUnknown LineKind = "unknown"
	// LineSegments: another number than is due by our records.
	LineSegments LineKind = "segments"
	// LineStatus: another status than the receipt had.
	LineStatus  LineKind = "status"
	LineMatched LineKind = "matched"
)

var lineKinds = []LineKind{LineMatched, LineSegments, LineStatus, LineUnknown, LineTwice, LineNotTaken, LineOtherCampaign, LineNeverSent, LineUnreadable}

// An InvoiceLine is what became of one line. It holds no address, and nothing
// of the line but numbers and IDs of messages.
type InvoiceLine struct {
	Line     int                 `json:"line"`
	Kind     LineKind            `json:"kind"`
	Dispatch provider.DispatchID `json:"dispatch,omitzero"` // where it is ours
	Billed   int                 `json:"billed"`            // segments; 1 where the file has no such column
	Due      int                 `json:"due"`               // segments by our records
	Price    int64               `json:"price,omitempty"`   // millionths of the currency unit
	First    int                 `json:"first,omitempty"`   // the line before, of LineTwice
	Problem  string              `json:"problem,omitempty"` // of LineUnreadable
}

// LineTotals are the sums of some lines.
type LineTotals struct {
	Lines    int   `json:"lines"`
	Segments int   `json:"segments"`
	Price    int64 `json:"price"`
}

// A Reconciliation accounts for every line of an invoice and for every message
// that was handed over.
type Reconciliation struct {
	Campaign string                  `json:"campaign"`
	All      LineTotals              `json:"all"`
	Kinds    map[LineKind]LineTotals `json:"kinds"`
	// HandedOver is how many messages the carrier took by our records, and Due
	// their segments. Unbilled are those of them that no line is about.
	HandedOver int `json:"handed_over"`
	Due        int `json:"due"`
	Unbilled   int `json:"unbilled"`
	// Lines are the first that were not matched, and Missing the first of
	// Unbilled.
	Lines   []InvoiceLine         `json:"lines,omitempty"`
	Missing []provider.DispatchID `json:"missing,omitempty"`
}

// Check returns an error that says what does not add up: the lines by kind, or
// the messages that were billed and those that were not.
func (r *Reconciliation) Check() error {
	var all LineTotals
	for _, k := range r.Kinds {
		all.Lines += k.Lines
		all.Segments += k.Segments
		all.Price += k.Price
	}
	if all != r.All {
		return fmt.Errorf("campaign: invoice: the kinds add up to %+v, want %+v", all, r.All)
	}
	billed := r.Kinds[LineMatched].Lines + r.Kinds[LineSegments].Lines + r.Kinds[LineStatus].Lines
	if billed+r.Unbilled != r.HandedOver {
		return fmt.Errorf("campaign: invoice: %d messages billed and %d not, want %d handed over", billed, r.Unbilled, r.HandedOver)
	}
	return nil
}

// owed is what is known of a message while an invoice is read.
type owed struct {
	dispatch provider.DispatchID
	segments int32
	line     int32 // that it was billed on first, 0 before
	status   provider.Status
	kind     LineKind // matched, unknown or not taken
}

// invoiceReading is an invoice while it is read.
type invoiceReading struct {
	Invoice
	reporter  *Reporter
	out       Reconciliation
	owed      []owed
	byID      map[provider.DispatchID]int
	byCarrier map[string]int
	columns   struct{ dispatch, carrier, segments, status, price int }
}

// Reconcile reads an invoice against a campaign, which by then should be at
// rest. It holds some 200 bytes for each message of the campaign that was tried,
// and nothing for each line. What is wrong with a line is said with its number
// and costs that line; an error of the reader or of the store ends the reading,
// and what is returned with it covers the lines before.
func (r *Reporter) Reconcile(ctx context.Context, id string, in io.Reader, invoice Invoice) (*Reconciliation, error) {
	reading := &invoiceReading{
		Invoice: invoice, reporter: r, byID: map[provider.DispatchID]int{}, byCarrier: map[string]int{},
		out: Reconciliation{Campaign: id, Kinds: map[LineKind]LineTotals{}},
	}
	err := reading.run(ctx, in)
	for i := range reading.owed {
		o := &reading.owed[i]
		if o.kind != LineMatched {
			continue
		}
		reading.out.HandedOver++
		reading.out.Due += int(o.segments)
		if o.line > 0 {
			continue
		}
		if reading.out.Unbilled++; len(reading.out.Missing) < reading.most() {
			reading.out.Missing = append(reading.out.Missing, o.dispatch)
		}
	}
	if err != nil {
		return &reading.out, fmt.Errorf("campaign %q: invoice %q: %w", id, invoice.Name, err)
	}
	return &reading.out, reading.out.Check()
}

func (i *invoiceReading) most() int { return cmp.Or(i.MaxListed, reportPage) }

func (i *invoiceReading) run(ctx context.Context, in io.Reader) error {
	if i.Dispatch == "" && i.CarrierID == "" {
		return errors.New("neither Dispatch nor CarrierID says which column names the message")
	}
	if i.Encoding > contact.UTF16BE {
		return errors.New("the encoding is none of the known ones")
	}
	if i.Separator >= 0x80 || strings.ContainsRune("\"\r\n", i.Separator) {
		return errors.New("the separator is not an ASCII character that can stand between fields")
	}
	if err := i.load(ctx); err != nil {
		return err
	}
	rows := sheet.NewReader(in, sheet.Encoding(i.Encoding))
	if err := i.header(rows); err != nil {
		return err
	}
	var fields []string
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		record, err := rows.Next(fields)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", rows.Number(), err)
		}
		fields = record.Fields
		if err := i.line(ctx, &record); err != nil {
			return fmt.Errorf("line %d: %w", record.Line, err)
		}
	}
}

func (i *invoiceReading) header(rows *sheet.Reader) error {
	names := map[*int]string{
		&i.columns.dispatch: i.Dispatch, &i.columns.carrier: i.CarrierID, &i.columns.segments: i.Invoice.Segments,
		&i.columns.status: i.Status, &i.columns.price: i.Price,
	}
	header, err := rows.Header(byte(i.Separator), func(header []string) int {
		n := 0
		for _, column := range names {
			if _, err := sheet.Find(header, column); err == nil && column != "" {
				n++
			}
		}
		return n
	})
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	for at, name := range names {
		if *at = -1; name == "" {
			continue
		}
		if *at, err = sheet.Find(header, name); err != nil {
			return fmt.Errorf("column %q: %w", name, err)
		}
	}
	return nil
}

// load reads what the campaign owes.
func (i *invoiceReading) load(ctx context.Context) error {
	for after := ""; ; {
		page, err := i.reporter.records.Rows(ctx, i.out.Campaign, after, reportPage)
		if err != nil {
			return err
		}
		for n := range page.Rows {
			i.owe(&page.Rows[n])
		}
		if page.Next == "" || page.Next == after {
			return nil
		}
		after = page.Next
	}
}

// owe adds a row that was tried.
func (i *invoiceReading) owe(r *Recorded) {
	o := owed{dispatch: r.Row.Dispatch, kind: LineNotTaken}
	tried := false
	for n := range r.Attempts {
		a := &r.Attempts[n]
		if a.Cancel {
			continue
		}
		tried = true
		if id := a.Settlement.Outcome.CarrierID; id != "" {
			i.byCarrier[id] = len(i.owed)
		}
		switch {
		case a.handedOver():
			o.kind, o.status = LineMatched, a.Receipt
			o.segments = int32(cmp.Or(a.ReceiptSegments, a.Settlement.Outcome.Segments, a.Settlement.Segments))
		case !a.Known() && o.kind != LineMatched:
			o.kind, o.segments = LineUnknown, int32(a.Settlement.Segments)
		}
	}
	if tried {
		i.byID[o.dispatch] = len(i.owed)
		i.owed = append(i.owed, o)
	}
}

// line accounts for one line.
func (i *invoiceReading) line(ctx context.Context, record *sheet.Record) error {
	l, o, status := i.read(record)
	if l.Kind == "" {
		if err := i.judge(ctx, &l, o, status, i.ref(record)); err != nil {
			return err
		}
	}
	t := i.out.Kinds[l.Kind]
	for _, sum := range []*LineTotals{&t, &i.out.All} {
		sum.Lines++
		sum.Segments += l.Billed
		sum.Price += l.Price
	}
	i.out.Kinds[l.Kind] = t
	if l.Kind != LineMatched && len(i.out.Lines) < i.most() {
		i.out.Lines = append(i.out.Lines, l)
	}
	if i.Each != nil {
		return i.Each(l)
	}
	return nil
}

// judge says what a line that can be read is. o is what it is about, nil where
// that is nothing of the campaign.
func (i *invoiceReading) judge(ctx context.Context, l *InvoiceLine, o *owed, status provider.Status, ref Ref) error {
	if o == nil {
		d, err := i.reporter.outbox.Find(ctx, ref)
		switch {
		case errors.Is(err, contact.ErrNotFound):
			l.Kind = LineNeverSent
		case err != nil:
			return err
		case d.Campaign != i.out.Campaign:
			l.Kind = LineOtherCampaign
		default:
			l.Kind, l.Dispatch = LineNotTaken, d.Row.Dispatch // never tried
		}
		return nil
	}
	l.Dispatch, l.Due = o.dispatch, int(o.segments)
	first := o.line
	if o.line == 0 {
		o.line = int32(l.Line)
	}
	switch {
	case first > 0:
		l.Kind, l.First = LineTwice, int(first)
	case o.kind != LineMatched:
		l.Kind = o.kind
	case i.columns.segments >= 0 && l.Billed != l.Due:
		l.Kind = LineSegments
	case status != provider.NoStatus && o.status != provider.NoStatus && status != o.status:
		l.Kind = LineStatus
	default:
		l.Kind = LineMatched
	}
	return nil
}
