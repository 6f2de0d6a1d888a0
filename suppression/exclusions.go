package suppression

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/contact"
)

// The life of exclusions.
const (
	// ExclusionLife is how long an exclusion holds that names no end.
	ExclusionLife = 365 * 24 * time.Hour
	// MaxExclusion is the longest that one may hold: "not my customers" is out of
	// date long before (ours; a client sends its file again).
	MaxExclusion = 3 * ExclusionLife
)

// Exclusions are what one client does not want to write to: its own customers,
// its members, people who are in another of its files. They belong to the client,
// or to one of its campaigns, and end; nobody else sees them, they are in no list
// that is handed on, and their client may take them back. Whether somebody
// refuses has nothing to do with them, and is reported apart.
type Exclusions struct {
	list    List
	keyring *Keyring
	client  contact.PartyID
}

// NewExclusions returns the exclusions of a client.
func NewExclusions(list List, keyring *Keyring, client contact.PartyID) (*Exclusions, error) {
	if list == nil || keyring == nil || client == "" {
		return nil, errors.New("suppression: exclusions: no list, keyring or client")
	}
	return &Exclusions{list, keyring, client}, nil
}

// Import adds a file of them, as [Import] reads it, for all campaigns of the
// client or for o.Campaign. Class, Client and Reason of o are set here. The
// report says nothing of who is in which base: a client must not learn that from
// its own file.
func (x *Exclusions) Import(ctx context.Context, r io.Reader, o ImportOptions) (ImportReport, error) {
	o, err := x.Options(o)
	if err != nil {
		return ImportReport{}, err
	}
	return Import(ctx, x.list, x.keyring, r, o)
}

// Options returns o for exclusions of the client, for [ImportDigests] too.
func (x *Exclusions) Options(o ImportOptions) (ImportOptions, error) {
	o.Class, o.Client, o.Reason = Exclusion, x.client, NotMyCustomer
	if o.Until.IsZero() {
		o.Until = o.Recorded.Add(ExclusionLife)
	}
	switch {
	case o.Recorded.IsZero():
		return o, errors.New("suppression: exclusions: Recorded is the zero time")
	case !o.Until.After(o.Recorded):
		return o, errors.New("suppression: exclusions: Until is not after Recorded")
	case o.Until.After(o.Recorded.Add(MaxExclusion)):
		return o, fmt.Errorf("suppression: exclusions: Until is more than %d days after Recorded", int(MaxExclusion.Hours()/24))
	}
	return o, nil
}

// An ExclusionFile says what became of a file of exclusions.
type ExclusionFile struct {
	File     string    `json:"file"`
	Campaign string    `json:"campaign,omitempty"` // "" for all of the client's
	Until    time.Time `json:"until"`
	Active   int       `json:"active"`
	Ended    int       `json:"ended"`
	Removed  int       `json:"removed"` // by the client
}

// Files returns the files of the client, as they stand at the instant at, by
// name, campaign and end. It reads the whole feed of the list.
func (x *Exclusions) Files(ctx context.Context, at time.Time) ([]ExclusionFile, error) {
	type key struct {
		file, campaign string
		until          time.Time
	}
	files := map[key]*ExclusionFile{}
	err := x.each(ctx, func(e *Entry) error {
		k := key{fileOf(e.Origin), e.Campaign, e.Until}
		f := files[k]
		if f == nil {
			f = &ExclusionFile{File: k.file, Campaign: k.campaign, Until: k.until}
			files[k] = f
		}
		_, lifting, err := x.list.Get(ctx, e.ID)
		switch {
		case err != nil:
			return err
		case lifting != nil:
			f.Removed++
		case e.Active(at):
			f.Active++
		default:
			f.Ended++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []ExclusionFile
	for _, f := range files {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b ExclusionFile) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Campaign, b.Campaign), a.Until.Compare(b.Until))
	})
	return out, nil
}

// Remove takes back the exclusions of a file, and returns how many. Those that
// were taken back before stay so; a file that is not there has none.
func (x *Exclusions) Remove(ctx context.Context, file string, at time.Time) (int, error) {
	removed := 0
	err := x.each(ctx, func(e *Entry) error {
		if fileOf(e.Origin) != file {
			return nil
		}
		_, lifting, err := x.list.Get(ctx, e.ID)
		if err != nil || lifting != nil {
			return err
		}
		if err := x.list.Lift(ctx, Lifting{Entry: e.ID, Origin: "taken back by the client", Recorded: at}); err != nil {
			return err
		}
		removed++
		return nil
	})
	return removed, err
}

// each calls f with every exclusion of the client.
func (x *Exclusions) each(ctx context.Context, f func(*Entry) error) error {
	const page = 1000
	after := Cursor(0)
	for {
		changes, err := x.list.Changes(ctx, after, page)
		if err != nil {
			return fmt.Errorf("suppression: exclusions: %w", err)
		}
		for _, c := range changes {
			after = c.At
			if c.Entry == nil || c.Entry.Class != Exclusion || c.Entry.Client != x.client {
				continue
			}
			if err := f(c.Entry); err != nil {
				return fmt.Errorf("suppression: exclusions: %w", err)
			}
		}
		if len(changes) == 0 {
			return nil
		}
	}
}

// fileOf returns the file of an origin such as "file customers.csv line 3".
func fileOf(origin string) string {
	name := strings.TrimPrefix(origin, "file ")
	if i := strings.LastIndex(name, " line "); i >= 0 {
		name = name[:i]
	}
	return name
}
