package supplier

import (
	"context"
	"errors"
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/pieces"
)

// stated is how many statements one goroutine makes at a time.
const stated = 128

// A batch holds the grants of the lines that are being put.
type batch struct {
	statements []consent.Statement
	evidence   []consent.Evidence // of each statement
	lines      []int              // of each statement, the index in the queue
	points     []int              // of each statement, the index in its contact
	outcomes   []outcome
	against    []bool // of each line: it contradicts another
}

// record records the grants of the queue, whose contacts were put, and counts
// its lines.
func (i *importer) record(ctx context.Context, contacts []contact.Contact) error {
	b := &i.batch
	b.reset(len(i.queue))
	for n := range i.queue {
		l := &i.queue[n].line
		if l.form < 0 || i.refused(l.flags) {
			continue
		}
		reached := false
		for m, p := range contacts[n].Points {
			if reaching(i.Forms[l.form].Channels, p.Address) == 0 {
				continue
			}
			reached = true
			b.lines, b.points = append(b.lines, n), append(b.points, m)
		}
		if !reached {
			l.flags.add(OtherChannel)
		}
	}
	i.state(contacts)
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

// state makes the statements of the batch.
func (i *importer) state(contacts []contact.Contact) {
	b := &i.batch
	b.statements = slices.Grow(b.statements, len(b.lines))[:len(b.lines)]
	b.evidence = slices.Grow(b.evidence, len(b.lines))[:len(b.lines)]
	pieces.Each(len(b.lines), stated, func(from, to int) {
		for k := from; k < to; k++ {
			n := b.lines[k]
			l := &i.queue[n].line
			terms := i.terms[l.form][i.grade(l.flags)]
			terms.state(&b.statements[k], &i.Forms[l.form], &contacts[n], contacts[n].Points[b.points[k]], l, &b.evidence[k])
		}
	})
}

func (b *batch) reset(lines int) {
	clear(b.statements)
	clear(b.evidence)
	b.evidence = b.evidence[:0]
	b.statements, b.lines, b.points = b.statements[:0], b.lines[:0], b.points[:0]
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
