package supplier_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// messyFile has lines of every fate, in every encoding that a line can have of
// its own, some of people who come again.
func messyFile(random *rand.Rand, lines int) string {
	var b strings.Builder
	b.WriteString(header)
	for range lines {
		n := random.IntN(2500)
		line := good(n)
		switch random.IntN(20) {
		case 0:
			line = "\n" + line
		case 1:
			line = "06;2024-03-05 09:00:00;quiz;2001:500::1;jeux.example\n"
		case 2:
			line = strings.Replace(line, "quiz;", "\"qu\niz\";", 1)
		case 3:
			line = strings.Replace(line, "quiz;", "\"quiz;", 1)
		case 4:
			line = strings.Replace(line, "/quiz\n", "/\xe9t\xe9\r\n", 1)
		case 5:
			line = strings.Replace(line, "/quiz\n", "/été\n", 1)
		case 6:
			line = strings.Replace(line, ";2001:", ";fd00:", 1)
		case 7:
			line = fmt.Sprintf("+336399%05d;2024-03-07 10:00:00;poll;2001:501::%x;sondage.example\n", 80000+n, n%7)
		case 8:
			line = strings.Replace(line, ";quiz;", ";;", 1)
		case 9:
			line = strings.Replace(line, "2024-", "2090-", 1)
		case 10:
			line = strings.Replace(line, "::1;", "::2;", 1)
		case 11:
			line = strings.TrimSuffix(line, "\n") + ";more\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// left is what an import leaves behind, without what is random.
type left struct {
	report   supplier.Report
	err      string
	rejects  string
	progress []contact.ImportReport
	contacts []contact.Contact
	acts     map[contact.ID][]consent.Act // in the order of their chain
}

func (w *world) leaves(file string, o supplier.Options, fail int) (l left) {
	var rejects bytes.Buffer
	o.Rejects = &rejects
	o.Progress = func(r contact.ImportReport) { l.progress = append(l.progress, r) }
	to := w.stores()
	if fail > 0 {
		to.Contacts = &failingPut{Store: w.contacts, left: fail}
	}
	var err error
	p := profile()
	p.Limits.SameSecond, p.Limits.SharedIP = 40, 40
	l.report, err = supplier.Import(w.t.Context(), strings.NewReader(file), p, to, o)
	if err != nil {
		l.err = err.Error()
	}
	l.rejects = rejects.String()
	l.acts = map[contact.ID][]consent.Act{}
	for position := contact.Position(""); ; {
		page, err := w.contacts.Page(w.t.Context(), "rented", position, 1000)
		require.NoError(w.t, err)
		l.contacts = append(l.contacts, page.Contacts...)
		for _, c := range page.Contacts {
			h, err := w.register.History(w.t.Context(), c.Points[0].Address)
			require.NoError(w.t, err)
			l.acts[c.ID] = h.Acts
		}
		if position = page.Next; position == "" {
			return l
		}
	}
}

// failingPut is a store that fails after so many batches.
type failingPut struct {
	contact.Store
	left int
}

// Put implements [contact.Store].
func (f *failingPut) Put(ctx context.Context, key contact.KeyID, contacts []contact.Contact) ([]contact.Merge, error) {
	if f.left--; f.left < 0 {
		return nil, errors.New("the disk is full")
	}
	return f.Store.Put(ctx, key, contacts)
}

// However many goroutines read a file, the same is left behind, in the same
// order, whether the file is read to its end or not; and none is left running.
func TestWorkersChangeNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 7))
		file := messyFile(random, 4000)
		fail := 0
		if seed == 3 {
			fail = 1 + random.IntN(20)
		}
		o := supplier.Options{Batch: 50 + random.IntN(300), Keep: 50, Workers: 1}
		want := newWorld(t).leaves(file, o, fail)
		if fail == 0 {
			require.Empty(t, want.err)
			accounted(t, &want.report)
			require.Positive(t, want.report.Recorded)
			require.Positive(t, want.report.Already)
			require.Positive(t, want.report.Import.Rejected)
			require.Positive(t, want.report.Import.Reread)
			for _, c := range []supplier.Code{supplier.SharedIP, supplier.SameSecond, supplier.ReservedIP, supplier.NoForm, supplier.Future, supplier.Contradiction} {
				require.Positive(t, want.report.Flagged(c), "%v", c)
			}
		} else {
			require.Contains(t, want.err, "the disk is full")
		}
		for _, workers := range []int{2, 5} {
			o.Workers = workers
			require.Equal(t, want, newWorld(t).leaves(file, o, fail), "seed %d, %d workers", seed, workers)
		}
	}
	for range 1_000_000 { // one that has done its work may take a moment to go
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}
