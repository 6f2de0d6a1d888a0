package storetest_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/store/storetest"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func stores() storetest.Stores {
	clock := storetest.NewClock()
	return storetest.Stores{
		Contacts: new(memory.Contacts), List: new(memory.Suppressions), Ledger: new(memory.Ledger), Documents: new(memory.Documents),
		Outbox: &memory.Outbox{Clock: clock.Now}, Pending: new(memory.Pending), Reviews: new(memory.Reviews),
		Counts: new(memory.Counts), Accesses: new(memory.Accesses), Clock: clock,
	}
}

var wrapped = map[string]func(*storetest.Stores) any{
	"Contacts":  func(s *storetest.Stores) any { return s.Contacts },
	"List":      func(s *storetest.Stores) any { return s.List },
	"Ledger":    func(s *storetest.Stores) any { return s.Ledger },
	"Documents": func(s *storetest.Stores) any { return s.Documents },
	"Outbox":    func(s *storetest.Stores) any { return s.Outbox },
	"Pending":   func(s *storetest.Stores) any { return s.Pending },
	"Reviews":   func(s *storetest.Stores) any { return s.Reviews },
	"Counts":    func(s *storetest.Stores) any { return s.Counts },
	"Accesses":  func(s *storetest.Stores) any { return s.Accesses },
}

// call calls a method with zero arguments, but for the context and a wrap that
// keeps fingerprints, and returns its error.
func call(t *testing.T, store any, method reflect.Method) error {
	t.Helper()
	v := reflect.ValueOf(store).MethodByName(method.Name)
	var in []reflect.Value
	for i := range v.Type().NumIn() {
		switch at := v.Type().In(i); {
		case i == 0:
			in = append(in, reflect.ValueOf(t.Context()))
		case at.Kind() == reflect.Func:
			in = append(in, reflect.ValueOf(func(f contact.Fingerprint) contact.Fingerprint { return f }))
		default:
			in = append(in, reflect.Zero(at))
		}
	}
	out := v.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

// Every method of every store asks before it takes effect, by its own name, and
// then does not take effect.
func TestFaultyBefore(t *testing.T) {
	t.Parallel()

	n := 0
	for store, of := range wrapped {
		s := stores()
		for method := range reflect.ValueOf(of(&s)).Type().Methods() {
			var asked []string
			broken := errors.New("no disk")
			faulty := storetest.Faulty(stores(), func(op string, done bool) error {
				require.False(t, done, "nothing took effect")
				asked = append(asked, op)
				return broken
			})
			if !reflect.ValueOf(of(&faulty)).MethodByName(method.Name).IsValid() {
				continue // not of the interface
			}
			require.ErrorIs(t, call(t, of(&faulty), method), broken)
			require.Equal(t, []string{store + "." + method.Name}, asked)
			n++
		}
	}
	require.Equal(t, 6+6+6+4+20+5+6+3+3, n)
}

// An error after the call is a lost acknowledgement: what was asked for is done.
func TestFaultyAfter(t *testing.T) {
	t.Parallel()

	s := stores()
	var asked []bool
	lost := errors.New("connection reset")
	faulty := storetest.Faulty(s, func(_ string, done bool) error {
		asked = append(asked, done)
		if done {
			return lost
		}
		return nil
	})
	words := contact.Notice{Language: "fr", Text: "offres de nos partenaires"}
	id, err := faulty.Documents.PutNotice(t.Context(), words)
	require.ErrorIs(t, err, lost)
	require.Zero(t, id)
	require.Equal(t, []bool{false, true}, asked)
	_, err = s.Documents.Notice(t.Context(), words.ID())
	require.NoError(t, err)

	// A store that fails by itself is asked about once.
	asked = nil
	_, err = faulty.Ledger.Chain(t.Context(), uuid.UUID{1})
	require.ErrorIs(t, err, contact.ErrNotFound)
	require.Equal(t, []bool{false}, asked)
}

func TestFaultyPassesOn(t *testing.T) {
	t.Parallel()

	s := stores()
	faulty := storetest.Faulty(s, func(string, bool) error { return nil })
	a := consent.Assessment{
		ID: "a", Controller: "martin", Purpose: contact.Political, Channel: contact.SMS, Base: "b", Document: contact.NoticeID{1},
		Signatory: "Alex Martin", Signed: s.Clock.Now(), Expectation: "known to all",
	}
	require.NoError(t, faulty.Documents.PutAssessment(t.Context(), a))
	got, err := faulty.Documents.Assessments(t.Context(), "martin")
	require.NoError(t, err)
	require.Equal(t, []consent.Assessment{a}, got)
	_, first, err := faulty.Outbox.Report(t.Context(), campaign.Receipt{})
	require.ErrorIs(t, err, contact.ErrNotFound)
	require.False(t, first)
	require.Same(t, s.Clock, faulty.Clock)
	require.Zero(t, storetest.Faulty(storetest.Stores{}, nil), "what is not there is not wrapped")
}
