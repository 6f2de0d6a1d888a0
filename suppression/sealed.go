package suppression

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
)

// SealOptions say what [ExportSealed] writes.
type SealOptions struct {
	Source contact.Source
	Bases  []contact.BaseID
	// Party is the controller whose list it is, with its group.
	Party  contact.Party
	Sealer Sealer
}

// A SealReport says what [ExportSealed] wrote and could not write.
type SealReport struct {
	Addresses int `json:"addresses"`
	// Refusals are more than Addresses where one refused by purpose or channel.
	Refusals int `json:"refusals"`
	// Unknown refusals are of addresses that nobody in the bases has, such as
	// those of people who were erased. The list has fingerprints of them, which
	// mean nothing under another secret: they cannot travel, and have to be said.
	Unknown int `json:"unknown"`
}

// A sealedLine is one refusal. It names no party: whoever opens the list knows
// whose it is.
type sealedLine struct {
	Address  string             `json:"a"` // as contact.Address.Reveal has it
	Happened time.Time          `json:"h"`
	Purpose  contact.Purpose    `json:"p,omitempty"`
	Channels contact.ChannelSet `json:"c,omitzero"`
}

// ExportSealed writes to w the opposition list of a controller, for it to take
// to its next prestataire: the addresses in o.Bases whose people refuse its
// messages, with date, purpose and channels, encrypted and authenticated. It
// holds refusals alone, and no name of a party, campaign, base or file.
//
// A refusal belongs to the list when its scope names o.Party, or its group, or
// nobody and no base. One that a base narrows is written without the base, since
// the next prestataire has others: it gets wider and never narrower. Of several
// refusals of one address for the same purpose and channels the latest is
// written.
//
// ExportSealed holds one page of the bases and one chunk of the file in memory,
// and 16 bytes for each address found. If it fails, what was written is not a
// whole list, and does not open as one.
func ExportSealed(ctx context.Context, list List, keyring *Keyring, w io.Writer, o SealOptions) (SealReport, error) {
	report, err := exportSealed(ctx, list, keyring, w, &o)
	if err != nil {
		return report, fmt.Errorf("suppression: export sealed: %w", err)
	}
	return report, nil
}

func exportSealed(ctx context.Context, list List, keyring *Keyring, w io.Writer, o *SealOptions) (SealReport, error) {
	var report SealReport
	if o.Party.ID == "" {
		return report, wrong("Party", "has no ID")
	}
	header, secret, err := o.Sealer.header()
	if err != nil {
		return report, err
	}
	out, err := newChunkWriter(w, secret)
	if err != nil {
		return report, err
	}
	if _, err := w.Write(header); err != nil {
		return report, err
	}
	lines := json.NewEncoder(out)
	report.Unknown, err = eachKnown(ctx, list, keyring, o.Source, o.Bases, o.owns, func(a contact.Address, es []Entry) error {
		report.Addresses++
		for i := range es {
			if repeated(es, i) {
				continue
			}
			e := &es[i]
			if err := lines.Encode(sealedLine{a.Reveal(), e.Happened, e.Scope.Purpose, e.Scope.Channels}); err != nil {
				return err
			}
			report.Refusals++
		}
		return nil
	})
	if err != nil {
		return report, err
	}
	return report, out.Close()
}

// owns reports whether e is of the list of the party.
func (o *SealOptions) owns(e *Entry) bool {
	s := &e.Scope
	switch {
	case e.Class != Refusal || s.Group != "" && s.Group != o.Party.Group:
		return false
	case s.Controller == "":
		return s.Group != "" || s.Base == ""
	default:
		return s.Controller == o.Party.ID
	}
}

// repeated reports whether another of es says the same as es[i], later, or at
// the same time and further on.
func repeated(es []Entry, i int) bool {
	for j := range es {
		same := es[j].Scope.Purpose == es[i].Scope.Purpose && es[j].Scope.Channels == es[i].Scope.Channels
		if same && (es[j].Happened.After(es[i].Happened) || j > i && es[j].Happened.Equal(es[i].Happened)) {
			return true
		}
	}
	return false
}

// OpenOptions say what [ImportSealed] makes of a list.
type OpenOptions struct {
	// File names the list in entries and in their IDs: importing a list under one
	// name twice changes nothing.
	File string
	// Controller is whose list it is, in the terms of this installation.
	Controller contact.PartyID
	Recorded   time.Time // now
	Opener     Opener
}

// An OpenReport accounts for every refusal that was read: Refusals is the sum of
// Added, Already and Unsettled.
type OpenReport struct {
	Refusals int `json:"refusals"`
	Added    int `json:"added"`
	Already  int `json:"already"`
	// Unsettled refusals were read, and not known to be on the list when the
	// import ended with an error.
	Unsettled int `json:"unsettled,omitzero"`
}

// ImportSealed adds to list what [ExportSealed] wrote, elsewhere and with
// another keyring: as refusals of the messages of o.Controller. It holds a chunk
// of the file in memory.
//
// An error with [ErrSeal] in its tree says that the list cannot be opened whole,
// and why; nothing of a chunk that is not authentic is used. What is authentic
// before it is on the list, as the report counts, since a refusal is never one
// too many. Importing the whole list later completes it.
func ImportSealed(ctx context.Context, list List, keyring *Keyring, r io.Reader, o OpenOptions) (OpenReport, error) {
	x := unsealer{list: list, key: keyring.ID(), hasher: keyring.Hasher(), o: o, taken: map[uuid.UUID]bool{}}
	err := x.run(ctx, r)
	if x.report.Unsettled > 0 {
		// What was read is kept, whatever stopped the reading.
		if ferr := x.flush(ctx); err == nil {
			err = ferr
		}
	}
	if err != nil {
		return x.report, fmt.Errorf("suppression: import %q: %w", o.File, err)
	}
	return x.report, nil
}

type unsealer struct {
	list   List
	key    contact.KeyID
	hasher *Hasher
	o      OpenOptions
	batch  []Entry
	taken  map[uuid.UUID]bool // in batch
	report OpenReport
}

func (x *unsealer) run(ctx context.Context, r io.Reader) error {
	switch {
	case x.o.File == "":
		return wrong("File", "is empty")
	case x.o.Controller == "":
		return wrong("Controller", "is empty")
	case x.o.Recorded.IsZero():
		return wrong("Recorded", "is the zero time")
	}
	in := bufio.NewReader(r)
	secret, err := x.o.Opener.open(in)
	if err != nil {
		return err
	}
	chunks, err := newChunkReader(in, secret)
	if err != nil {
		return err
	}
	space := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "accord sealed %q %q", x.o.File, x.o.Controller))
	lines := bufio.NewReaderSize(chunks, chunkSize)
	for n := 1; ; n++ {
		text, err := lines.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && len(text) == 0:
			return nil
		case errors.Is(err, io.EOF) || errors.Is(err, bufio.ErrBufferFull):
			return fmt.Errorf("refusal %d: %w", n, errSealedLine)
		case err != nil:
			return err
		}
		e, err := x.entry(space, n, text)
		if err != nil {
			return fmt.Errorf("refusal %d: %w", n, err)
		}
		x.report.Refusals++
		x.report.Unsettled++
		if !x.taken[e.ID] {
			x.taken[e.ID] = true
			x.batch = append(x.batch, e)
		}
		if x.report.Unsettled < importBatch {
			continue
		}
		if err := x.flush(ctx); err != nil {
			return err
		}
	}
}

var errSealedLine = errors.New("not as this version writes them")

// entry reads a line. The errors of package json would quote it.
func (x *unsealer) entry(space uuid.UUID, n int, text []byte) (Entry, error) {
	var l sealedLine
	if err := json.Unmarshal(text, &l); err != nil {
		return Entry{}, errSealedLine
	}
	a, err := contact.ParseAddress(l.Address)
	if err != nil {
		return Entry{}, err
	}
	if l.Happened.After(x.o.Recorded) {
		l.Happened = x.o.Recorded
	}
	micro := func(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
	f := x.hasher.Fingerprint(a)
	e := Entry{
		ID: uuid.NewSHA1(space, fmt.Appendf(nil, "%x %q %d", f, l.Purpose, l.Channels)), Class: Refusal, Fingerprint: f, Reason: FromFile,
		Scope:    contact.Scope{Controller: x.o.Controller, Purpose: l.Purpose, Channels: l.Channels},
		Happened: micro(l.Happened), Recorded: micro(x.o.Recorded), Origin: fmt.Sprintf("file %s line %d", x.o.File, n),
	}
	return e, e.Validate()
}

func (x *unsealer) flush(ctx context.Context) error {
	added, err := addFresh(ctx, x.list, x.key, x.batch)
	if err != nil {
		return err
	}
	x.report.Added += added
	x.report.Already += x.report.Unsettled - added
	x.report.Unsettled, x.batch = 0, x.batch[:0]
	clear(x.taken)
	return nil
}

// wrong names a field of options and what is wrong with it.
func wrong(field, what string) error { return fmt.Errorf("%s %s", field, what) }
