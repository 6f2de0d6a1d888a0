package contact

import (
	"context"
	"slices"
	"sync"

	"github.com/accordsdk/accord/internal/sheet"
)

// ahead is a piece of the file on its way from the goroutine that takes it, to
// one that reads its lines, to the one that settles them.
type ahead struct {
	piece *sheet.Piece
	lines []readLine
	at    []sheet.Position // behind each of lines
	room  lineRoom         // of the contacts of lines
	done  chan struct{}    // gets one once the lines are read
}

// runAhead is run by several goroutines: one takes pieces from the file, others
// read their lines, and this one settles them in the order of the file. None is
// left when it returns.
func (i *importer) runAhead(ctx context.Context) error {
	var all sync.WaitGroup
	stop := make(chan struct{})
	defer all.Wait()
	defer close(stop)
	// As many pieces are on their way as keep everybody busy, and no more. Their
	// memory is used again, once their contacts were put.
	pieces := make(chan *ahead, i.Workers)
	order := make(chan *ahead, 2*i.Workers)
	spare := make(chan *ahead, 4*i.Workers)
	all.Go(func() {
		defer close(order)
		defer close(pieces)
		for {
			var a *ahead
			select {
			case a = <-spare:
			default:
				a = &ahead{done: make(chan struct{}, 1)}
			}
			a.piece = i.in.Piece()
			last := a.piece.Err != nil
			for _, to := range []chan *ahead{order, pieces} {
				select {
				case to <- a:
				case <-stop:
					return
				}
			}
			if last {
				return
			}
		}
	})
	for range i.Workers {
		own := i.lineReader
		own.fields, own.asked, own.zones = nil, nil, map[string]string{}
		all.Go(func() {
			for a := range pieces {
				own.lines(a)
				a.done <- struct{}{}
			}
		})
	}
	var waiting []*ahead // with contacts in the batch
	for a := range order {
		<-a.done
		flushed := i.flushed
		for n := range a.lines {
			if err := i.goesOn(ctx); err != nil {
				return err
			}
			i.at = a.at[n]
			if err := i.settle(ctx, &a.lines[n]); err != nil {
				return err
			}
		}
		if a.piece.Err == nil {
			if i.flushed > flushed {
				for _, a := range waiting {
					select {
					case spare <- a:
					default:
					}
				}
				waiting = waiting[:0]
			}
			waiting = append(waiting, a)
			continue
		}
		if err := i.goesOn(ctx); err != nil {
			return err
		}
		i.at = a.piece.End
		return i.ends(ctx, a.piece.Err)
	}
	return nil
}

// lines reads the lines of a.
func (i *lineReader) lines(a *ahead) {
	most := a.piece.Most()
	a.lines, a.at = slices.Grow(a.lines[:0], most), slices.Grow(a.at[:0], most)
	a.room.reset(most)
	i.room = &a.room
	for {
		record, at, ok := a.piece.Next(i.fields)
		if !ok {
			return
		}
		a.lines, a.at = a.lines[:len(a.lines)+1], append(a.at, at)
		l := &a.lines[len(a.lines)-1]
		i.line(l, record)
		i.fields = record.Fields
		if l.wrong != nil {
			l.record = record
			l.record.Fields = slices.Clone(record.Fields)
		}
	}
}
