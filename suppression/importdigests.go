package suppression

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
)

// A DigestReport accounts for every line of a file of digests that is not
// blank: Lines is the sum of Pending, Already, Unreadable and Unsettled.
type DigestReport struct {
	// File is the ID under which the digests are kept, for Pending.Forget.
	File  uuid.UUID `json:"file"`
	Lines int       `json:"lines"`
	// Pending lines wait for their number. A [Resolver] says which have one.
	Pending    int `json:"pending"`
	Already    int `json:"already"` // there before, or twice in the file
	Unreadable int `json:"unreadable"`
	// Unsettled lines were read, and not known to be kept when the import ended
	// with an error.
	Unsettled int `json:"unsettled,omitzero"`
	// Undated lines, among those pending or there already, have no date that
	// could be read, or one after Recorded. At, or else Recorded, stands for it.
	Undated int `json:"undated,omitzero"`
}

// ImportDigests reads digests from r, one a line or in a column of a table, and
// keeps them in pending until their addresses are known. What a line says is
// what o says of it, as for [Import]; Column is then the header of the column
// with the digest, and Parse must be nil. The letters of a digest are found for
// each line: see [DigestFormat.Parse]. ImportDigests holds one batch in memory,
// however long the file.
//
// Such digests are not anonymous, and not even pseudonyms worth the name: all
// numbers of a country are hashed in minutes on one machine, so that whoever has
// the file has the numbers. Keep the file, and pending, as one keeps numbers in
// the clear. (French law asks that an opposition list hold fingerprints rather
// than names, CNIL; those of a [Keyring], which need its secret, are meant.)
//
// Nothing is refused yet when ImportDigests returns. Call [Resolver.Bases] next,
// for the contacts that are there, and put all that come later through
// [Resolver.OnPut].
//
// An error says why it ended before the file did; what the report counts as
// pending is kept, and importing the file again completes it. A file of digests
// that are not as format says is no error: each line goes to o.Unreadable, with
// what was wanted, or, where only salt or spelling are others, none is resolved.
func ImportDigests(ctx context.Context, pending Pending, r io.Reader, format DigestFormat, o ImportOptions) (DigestReport, error) {
	if o.Parse != nil {
		return DigestReport{}, errors.New("suppression: import: Parse is set, and there are no addresses to parse")
	}
	if err := format.Validate(); err != nil {
		return DigestReport{}, fmt.Errorf("suppression: import: Format: %w", err)
	}
	in := digestImporter{lines: importer{o: o}, pending: pending, seen: map[Digest]bool{}}
	in.lines.take = in.take
	if err := in.lines.prepare(); err != nil {
		return DigestReport{}, err
	}
	in.file = digestFile(format, &in.lines.o)
	err := in.lines.read(ctx, r)
	if err == nil {
		err = in.flush(ctx)
	}
	read := &in.lines.report
	report := DigestReport{
		File: in.file.ID, Lines: read.Lines, Pending: read.Added, Already: read.Already,
		Unreadable: read.Unreadable, Unsettled: in.lines.pending, Undated: read.Undated,
	}
	if err != nil {
		return report, fmt.Errorf("suppression: import %q: %w", o.File, err)
	}
	return report, nil
}

// digestFile is the file that o and format describe. Its ID names them.
func digestFile(format DigestFormat, o *ImportOptions) DigestFile {
	micro := func(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
	f := DigestFile{
		Name: o.File, Format: format, Class: o.Class, Scope: o.Scope, Reason: o.Reason,
		Client: o.Client, Campaign: o.Campaign, Until: micro(o.Until), Recorded: micro(o.Recorded),
	}
	f.Format.Spellings, f.Format.Salt = slices.Clone(format.Spellings), slices.Clone(format.Salt)
	f.ID = uuid.NewSHA1(f.space(), fmt.Appendf(nil, "accord digests %d %d %q %t %q %d",
		format.Hash, format.Spellings, format.Salt, format.SaltBehind, f.Reason, f.Until.UnixMicro()))
	return f
}

type digestImporter struct {
	lines   importer // reads the file, and counts
	pending Pending
	file    DigestFile
	batch   []PendingDigest
	seen    map[Digest]bool // in batch
}

// take takes one line of the file. What cannot be read goes to the host.
func (in *digestImporter) take(ctx context.Context, n int, raw, cell, date string) error {
	lines := &in.lines
	lines.report.Lines++
	d, err := in.file.Format.Parse(cell)
	if err == nil && d == (Digest{}) {
		err = errors.New("suppression: a digest of zeros")
	}
	if err != nil {
		return lines.unreadable(n, raw, lines.inColumn(err))
	}
	lines.pending++
	if happened := lines.happened(date); !in.seen[d] {
		in.seen[d] = true
		in.batch = append(in.batch, PendingDigest{Digest: d, Line: n, Happened: happened.UTC().Truncate(time.Microsecond)})
	}
	if lines.pending < importBatch {
		return nil
	}
	return in.flush(ctx)
}

func (in *digestImporter) flush(ctx context.Context) error {
	added, err := in.pending.Add(ctx, in.file, in.batch)
	if err != nil {
		return err
	}
	lines := &in.lines
	lines.report.Added += added
	lines.report.Already += lines.pending - added
	in.batch, lines.pending = in.batch[:0], 0
	clear(in.seen)
	return nil
}
