package consent

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

const verifyPage = 1000

// A Fault is one thing that [Verify] found.
type Fault struct {
	Chain ChainID `json:"chain"`
	Seq   uint64  `json:"seq,omitempty"` // 0 when it is about the whole chain
	What  string  `json:"what"`
}

// String describes f.
func (f Fault) String() string {
	if f.Seq == 0 {
		return fmt.Sprintf("chain %v: %s", f.Chain, f.What)
	}
	return fmt.Sprintf("chain %v record %d: %s", f.Chain, f.Seq, f.What)
}

// A Verification is the answer of [Verify].
type Verification struct {
	Chains  int     `json:"chains"`
	Records int     `json:"records"`
	Erased  int     `json:"erased"` // records whose evidence is gone
	Faults  []Fault `json:"faults,omitempty"`
}

// OK reports whether nothing was found.
func (v Verification) OK() bool { return len(v.Faults) == 0 }

// WriteCheckpoint writes the length and head of every chain of l to w. Keep it
// elsewhere: with it, [Verify] finds tails that were cut and chains that were
// removed since, which nothing inside a ledger can show.
//
// The format is text: a first line, a line "chain length head" for each chain
// in ascending order, and a last line with the number of chains and the SHA-256
// of all lines before it.
func WriteCheckpoint(ctx context.Context, l Ledger, w io.Writer) error {
	sum := sha256.New()
	out := bufio.NewWriter(w)
	lines := io.MultiWriter(out, sum)
	if _, err := fmt.Fprintln(lines, checkpointHeader); err != nil {
		return fmt.Errorf("consent: checkpoint: %w", err)
	}
	count := 0
	err := walk(ctx, l, func(c *Chain) error {
		count++
		head := c.Head()
		_, err := fmt.Fprintf(lines, "%v %d %x\n", c.ID, len(c.Records), head[:])
		return err
	})
	if err != nil {
		return fmt.Errorf("consent: checkpoint: %w", err)
	}
	if _, err := fmt.Fprintf(out, "total %d %x\n", count, sum.Sum(nil)); err != nil {
		return fmt.Errorf("consent: checkpoint: %w", err)
	}
	return out.Flush()
}

const checkpointHeader = "accord checkpoint 1"

// Verify reads the whole of l and reports what does not fit: any change,
// removal or reorder inside a chain, and, against a checkpoint that
// [WriteCheckpoint] wrote, chains that were cut or are missing. A nil
// checkpoint skips the second. The error is about reading, not about what was
// found. Acts appended after the checkpoint are no fault.
func Verify(ctx context.Context, l Ledger, checkpoint io.Reader) (Verification, error) {
	var v Verification
	marks, err := newCheckpointReader(checkpoint)
	if err != nil {
		return v, fmt.Errorf("consent: verify: %w", err)
	}
	err = walk(ctx, l, func(c *Chain) error {
		v.Chains++
		v.Records += len(c.Records)
		for i := range c.Records {
			if c.Records[i].Erased {
				v.Erased++
			}
		}
		v.Faults = append(v.Faults, c.Check()...)
		for marks.more && bytes.Compare(marks.chain[:], c.ID[:]) < 0 {
			v.Faults = append(v.Faults, Fault{Chain: marks.chain, What: "missing since the checkpoint"})
			if err := marks.next(); err != nil {
				return err
			}
		}
		if !marks.more || marks.chain != c.ID {
			return nil
		}
		switch {
		case len(c.Records) < marks.length:
			v.Faults = append(v.Faults, Fault{Chain: c.ID, What: fmt.Sprintf("%d records, %d at the checkpoint", len(c.Records), marks.length)})
		case (&Chain{ID: c.ID, Genesis: c.Genesis, Records: c.Records[:marks.length]}).Head() != marks.head:
			v.Faults = append(v.Faults, Fault{Chain: c.ID, Seq: uint64(marks.length), What: "not the record of the checkpoint"})
		}
		return marks.next()
	})
	for err == nil && marks.more {
		v.Faults = append(v.Faults, Fault{Chain: marks.chain, What: "missing since the checkpoint"})
		err = marks.next()
	}
	if err != nil {
		return v, fmt.Errorf("consent: verify: %w", err)
	}
	return v, nil
}

func walk(ctx context.Context, l Ledger, visit func(*Chain) error) error {
	var after ChainID
	for {
		page, err := l.Walk(ctx, after, verifyPage)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		for i := range page {
			// A ledger that walks in circles must not keep its reader for ever.
			if bytes.Compare(page[i].ID[:], after[:]) <= 0 {
				return fmt.Errorf("chain %v: not in ascending order", page[i].ID)
			}
			if err := visit(&page[i]); err != nil {
				return err
			}
			after = page[i].ID
		}
	}
}

type checkpointReader struct {
	lines  *bufio.Scanner
	sum    []byte
	hashed interface {
		io.Writer
		Sum([]byte) []byte
	}
	line, count int

	more   bool
	chain  ChainID
	length int
	head   Digest
}

func newCheckpointReader(r io.Reader) (*checkpointReader, error) {
	c := &checkpointReader{}
	if r == nil {
		return c, nil
	}
	c.lines, c.hashed = bufio.NewScanner(r), sha256.New()
	text, err := c.read()
	if err != nil {
		return nil, err
	}
	if text != checkpointHeader {
		return nil, fmt.Errorf("checkpoint line 1: not a checkpoint")
	}
	return c, c.next()
}

func (c *checkpointReader) read() (string, error) {
	c.line++
	if !c.lines.Scan() {
		if err := c.lines.Err(); err != nil {
			return "", fmt.Errorf("checkpoint line %d: %w", c.line, err)
		}
		return "", fmt.Errorf("checkpoint line %d: ends before its total: %w", c.line, io.ErrUnexpectedEOF)
	}
	text := c.lines.Text()
	c.sum = c.hashed.Sum(nil)
	fmt.Fprintln(c.hashed, text)
	return text, nil
}

// next reads one more line. At the total, it checks the sum of all lines before
// and sets more to false.
func (c *checkpointReader) next() error {
	text, err := c.read()
	if err != nil {
		return err
	}
	fields := strings.Fields(text)
	if len(fields) != 3 {
		return fmt.Errorf("checkpoint line %d: want three fields", c.line)
	}
	length, err := strconv.Atoi(fields[1])
	if err != nil || length < 0 {
		return fmt.Errorf("checkpoint line %d: field 2 is not a count", c.line)
	}
	sum, err := hex.DecodeString(fields[2])
	if err != nil || len(sum) != len(c.head) {
		return fmt.Errorf("checkpoint line %d: field 3 is not a SHA-256", c.line)
	}
	if fields[0] == "total" {
		c.more = false
		if length != c.count || !bytes.Equal(sum, c.sum) {
			return fmt.Errorf("checkpoint line %d: the total does not match the lines before it", c.line)
		}
		if c.lines.Scan() {
			return fmt.Errorf("checkpoint line %d: more after the total", c.line+1)
		}
		return nil
	}
	id, err := uuid.Parse(fields[0])
	if err != nil {
		return fmt.Errorf("checkpoint line %d: field 1 is not a chain", c.line)
	}
	if c.more && bytes.Compare(id[:], c.chain[:]) <= 0 {
		return fmt.Errorf("checkpoint line %d: chains are not in ascending order", c.line)
	}
	c.chain, c.length, c.head, c.more = id, length, Digest(sum), true
	c.count++
	return nil
}
