package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/loopback"
)

// records are what the carrier keeps of its own, beside the file of the story:
// what it took, and the STOPs that it passed on while a campaign ran. They are
// another company's, and do not end with our process.
type records struct {
	file  *os.File // nil in memory
	lines int      // that this process wrote
	taken []loopback.Handed
	stops []provider.Event
}

// A record is a line of them.
type record struct {
	Taken *handed `json:"taken,omitempty"`
	Stop  *stop   `json:"stop,omitempty"`
}

// handed is a message as a file keeps it: with the address, which is masked
// everywhere else.
type handed struct {
	loopback.Handed
	To string
}

type stop struct {
	ID   string
	From string
	At   time.Time
}

// openRecords reads the records in a file, and makes it where the story begins:
// one that was killed before it began may have made it, and took nothing.
func openRecords(name string, begins bool) (*records, error) {
	flags := os.O_RDWR
	if begins {
		flags |= os.O_CREATE
	}
	file, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the carrier's records: %w", err)
	}
	r := &records{file: file}
	err = r.read()
	if err == nil && begins && len(r.taken)+len(r.stops) > 0 {
		err = errors.New("these are a carrier's records of another story")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
	}
	return r, nil
}

// read reads the file to its last whole line, and goes on from there: what a
// killed process did not finish to write was not taken.
func (r *records) read() error {
	whole := int64(0)
	lines := bufio.NewReader(r.file)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := r.keep(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		whole += int64(len(line))
	}
	if err := r.file.Truncate(whole); err != nil {
		return err
	}
	_, err := r.file.Seek(whole, io.SeekStart)
	return err
}

func (r *records) keep(line []byte) error {
	var l record
	if err := json.Unmarshal(line, &l); err != nil {
		return err
	}
	if t := l.Taken; t != nil {
		to, err := contact.ParseAddress(t.To)
		t.Handed.To = to
		r.taken = append(r.taken, t.Handed)
		return err
	}
	if l.Stop == nil {
		return errors.New("neither a message nor a STOP")
	}
	from, err := contact.ParseAddress(l.Stop.From)
	r.stops = append(r.stops, stopEvent(l.Stop.ID, from, l.Stop.At))
	return err
}

// take keeps a message before the carrier says that it has it.
func (r *records) take(h loopback.Handed) error {
	return r.write(record{Taken: &handed{Handed: h, To: h.To.Reveal()}})
}

// stop keeps a STOP before the carrier passes it on.
func (r *records) stop(e provider.Event) error {
	r.stops = append(r.stops, e)
	return r.write(record{Stop: &stop{ID: e.ID, From: e.From.Reveal(), At: e.Sent}})
}

func (r *records) write(l record) error {
	if r.file == nil {
		return nil
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(l); err != nil {
		return err
	}
	_, err := r.file.Write(b.Bytes()) // as one: a killed process leaves a whole line, or a last one that is not
	r.lines++
	recorded(r.lines)
	return err
}

// recorded is called after each line that this process wrote: a test ends it
// there.
var recorded = func(lines int) {}

func (r *records) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// stopEvent is a STOP as the carrier passes it on.
func stopEvent(id string, from contact.Address, at time.Time) provider.Event {
	return provider.Event{ID: id, Kind: provider.InboundText, Carrier: "loopback", From: from, To: "36180", Text: "STOP", Sent: at, Received: at}
}
