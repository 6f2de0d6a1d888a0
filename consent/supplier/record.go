package supplier

import (
	"context"
	"errors"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A batch holds the grants of the lines that are being put.
type batch struct {
	statements []consent.Statement
	lines      []int // of each statement, the index in the queue
	outcomes   []outcome
	against    []bool // of each line: it contradicts another
}

// record records the grants of the queue, whose contacts were put, and counts
// its lines.
func (i *importer) record(ctx context.Context, contacts []contact.Contact) error {
	b := &i.batch
	b.reset(len(i.queue))
	evidence := make([]consent.Evidence, 0, len(contacts)+len(contacts)/8)
	for n := range i.queue {
		l := &i.queue[n].line
		if l.form < 0 || i.refused(l.flags) {
			continue
		}
		terms := i.terms[l.form][i.grade(l.flags)]
		reached := false
		for _, p := range contacts[n].Points {
			evidence = append(evidence, consent.Evidence{})
			s, ok := terms.statement(&i.Forms[l.form], &contacts[n], p, l, &evidence[len(evidence)-1])
			if !ok {
				continue
			}
			reached = true
			b.statements, b.lines = append(b.statements, s), append(b.lines, n)
		}
		if !reached {
			l.flags.add(OtherChannel)
		}
	}
	added, err := i.submit(ctx, b, 0, len(b.statements))
	i.acts += added
	if err != nil {
		return err
	}
	for n := range i.queue {
		q := &i.queue[n]
		if b.against[n] {
			q.flags.add(Contradiction)
		}
		form := q.form
		if form < 0 {
			form = len(i.Forms)
		}
		i.tallies[form].add(q.number, &q.line, i.zone, b.outcomes[n])
	}
	return nil
}

func (b *batch) reset(lines int) {
	clear(b.statements)
	b.statements, b.lines = b.statements[:0], b.lines[:0]
	b.outcomes, b.against = make([]outcome, lines), make([]bool, lines)
}

// submit records the statements from one up to another, and returns how many
// acts are new. The register takes all or none: where one contradicts an act
// that stands, each half is tried, down to the one.
func (i *importer) submit(ctx context.Context, b *batch, from, to int) (added int, err error) {
	if from == to {
		return 0, nil
	}
	receipts, err := i.to.Register.Record(ctx, b.statements[from:to]...)
	switch {
	case errors.Is(err, consent.ErrConflict) && to-from == 1:
		b.against[b.lines[from]] = true
		return 0, nil
	case errors.Is(err, consent.ErrConflict):
		middle := (from + to) / 2
		added, err = i.submit(ctx, b, from, middle)
		if err != nil {
			return added, err
		}
		more, err := i.submit(ctx, b, middle, to)
		return added + more, err
	case err != nil:
		return 0, err
	}
	for n, r := range receipts {
		o := already
		if r.New {
			o = recorded
			added++
		}
		line := b.lines[from+n]
		b.outcomes[line] = max(b.outcomes[line], o)
	}
	return added, nil
}
