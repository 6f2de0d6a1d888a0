package suppression

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/accordsdk/accord/contact"
)

// DigestExportOptions say what [ExportDigests] writes.
type DigestExportOptions struct {
	Source contact.Source
	Bases  []contact.BaseID
	// Target are the messages that people are asked not to be sent. Who refuses
	// one is written, whether they refused that alone or everything.
	Target contact.Target
	// Format says how digests are made: an address in the first of the spellings
	// that it has.
	Format DigestFormat
	// Base64 writes them in standard base64 with padding, and not in lower-case
	// hexadecimal digits.
	Base64 bool
}

// A DigestExportReport says what [ExportDigests] wrote and could not write.
type DigestExportReport struct {
	Written int `json:"written"`
	// Unspelled addresses are refused, and have none of the spellings: e-mail
	// addresses, in a file of telephone numbers.
	Unspelled int `json:"unspelled"`
	// Unknown refusals are of addresses that nobody in the bases has, such as
	// those of people who were erased. The list has fingerprints of them, of which
	// no digest can be made.
	Unknown int `json:"unknown"`
}

// ExportDigests writes to w the digests of those addresses in o.Bases whose
// people refuse messages like o.Target: refusals alone, one digest a line, each
// once, without a header. They are in the order of the digests, so that neither
// the order nor anything else says when, why, to whom or from which base each
// refused. ExportDigests holds them all for that, 32 bytes each.
//
// Whoever gets the file can find the numbers in minutes: see [Digest]. Send it
// as one sends numbers.
func ExportDigests(ctx context.Context, list List, keyring *Keyring, w io.Writer, o DigestExportOptions) (DigestExportReport, error) {
	report, err := exportDigests(ctx, list, keyring, w, &o)
	if err != nil {
		return report, fmt.Errorf("suppression: export digests: %w", err)
	}
	return report, nil
}

func exportDigests(ctx context.Context, list List, keyring *Keyring, w io.Writer, o *DigestExportOptions) (DigestExportReport, error) {
	var report DigestExportReport
	if err := o.Format.Validate(); err != nil {
		return report, fmt.Errorf("Format: %w", err)
	}
	if !o.Target.Purpose.ValidForMessage() || !o.Target.Channel.Valid() {
		return report, wrong("Target:", "Purpose or Channel is none that a message has")
	}
	keep := func(e *Entry) bool { return e.Class == Refusal && e.Scope.Covers(&o.Target) }
	var digests []Digest
	var err error
	report.Unknown, err = eachKnown(ctx, list, keyring, o.Source, o.Bases, keep, func(a contact.Address, _ []Entry) error {
		if d, ok := o.Format.Digest(a); ok {
			digests = append(digests, d)
		} else {
			report.Unspelled++
		}
		return nil
	})
	if err != nil {
		return report, err
	}
	slices.SortFunc(digests, func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
	out := bufio.NewWriter(w)
	var line []byte
	for _, d := range slices.Compact(digests) {
		sum := d[:o.Format.Hash.Size()]
		if o.Base64 {
			line = base64.StdEncoding.AppendEncode(line[:0], sum)
		} else {
			line = hex.AppendEncode(line[:0], sum)
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return report, err
		}
		report.Written++
	}
	return report, out.Flush()
}
