// Package storetest checks that stores keep the promises of their interfaces.
//
// It is for everyone who implements one: the adapters in this repository and
// those in yours run the same cases. A whole test file is
//
//	func TestStores(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Stores {
//			clock := storetest.NewClock()
//			db := mystore.OpenTemp(t, clock.Now)
//			return storetest.Stores{
//				Contacts: db.Contacts(), List: db.List(), Ledger: db.Ledger(),
//				Documents: db.Documents(), Outbox: db.Outbox(), Pending: db.Pending(),
//				Reviews: db.Reviews(), Counts: db.Counts(), Accesses: db.Accesses(), Clock: clock,
//			}
//		})
//	}
//
// # Compatibility
//
// A case may be added in any minor release, where the documentation of the
// interface already demands what it checks. Import this package from _test.go
// files only, and package testing stays out of your binaries.
package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
)

// Stores are the implementations under test. Cases that need a field that is
// nil are left out.
type Stores struct {
	Contacts  contact.Store
	List      suppression.List
	Ledger    consent.Ledger
	Documents consent.Documents
	Outbox    campaign.Outbox
	Pending   suppression.Pending
	Reviews   consent.ReviewStore
	Counts    campaign.CountLog
	Accesses  campaign.AccessLog
	// Clock is the one that the stores take their time from. An Outbox needs
	// it: leases end by the clock of the store.
	Clock *Clock
}

// whole reports whether every store is there.
func (s *Stores) whole() bool {
	return s.Contacts != nil && s.List != nil && s.Ledger != nil && s.Outbox != nil && s.Clock != nil
}

// A Clock is a consent.Clock that stands still until it is moved.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	elapsed time.Duration
}

// NewClock returns a clock that shows Monday 3 June 2024, 10:00 in Paris: in
// the hours for messages, and six days before a vote.
func NewClock() *Clock {
	return &Clock{now: time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)}
}

// Now implements consent.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Elapsed implements consent.Clock.
func (c *Clock) Elapsed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.elapsed
}

// Advance lets d pass.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.elapsed = c.now.Add(d), c.elapsed+d
}

// Suspend lets d pass on the wall and not for the machine, as when it sleeps.
func (c *Clock) Suspend(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A testCase is one promise. Clause quotes it from the documentation of the
// interface, and is printed on failure.
type testCase struct {
	name   string
	clause string
	run    func(t *testing.T, s Stores)
}

type group struct {
	name  string
	needs func(*Stores) bool
	cases []testCase
}

func groups() []group {
	return []group{
		{"Contacts", func(s *Stores) bool { return s.Contacts != nil }, append(append([]testCase(nil), contactCases...), mergeCases...)},
		{"List", func(s *Stores) bool { return s.List != nil }, slices.Concat(listCases, feedCases, liftingCases)},
		{"Ledger", func(s *Stores) bool { return s.Ledger != nil }, append(append([]testCase(nil), ledgerCases...), ledgerEdges...)},
		{"Documents", func(s *Stores) bool { return s.Documents != nil }, append(append([]testCase(nil), documentCases...), documentEdges...)},
		{"Outbox", func(s *Stores) bool { return s.Outbox != nil && s.Clock != nil }, slices.Concat(outboxCases, outboxEdges, queueCases, queueEdges, settleCases, messageCases, historyCases, approvalCases, pilotCases, districtCases)},
		{"Records", hasRecords, recordCases},
		{"Pending", func(s *Stores) bool { return s.Pending != nil }, pendingCases},
		{"Digests", func(s *Stores) bool { return s.Pending != nil && s.List != nil && s.Contacts != nil }, resolveCases},
		{"Reviews", func(s *Stores) bool { return s.Reviews != nil }, reviewCases},
		{"Counts", func(s *Stores) bool { return s.Counts != nil }, countCases},
		{"Accesses", func(s *Stores) bool { return s.Accesses != nil }, accessCases},
		{"Guarantees", (*Stores).whole, guaranteeCases},
	}
}

// Run checks the stores that open returns. It calls open once to see which
// there are, and then for each case. Each time open must return stores that are
// empty and that nothing else uses; it may register their closing with
// t.Cleanup. Cases run in parallel.
func Run(t *testing.T, open func(t *testing.T) Stores) {
	t.Helper()
	first := open(t)
	ran := false
	for _, g := range groups() {
		if !g.needs(&first) {
			continue
		}
		ran = true
		for _, c := range g.cases {
			t.Run(g.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				t.Cleanup(func() {
					if t.Failed() {
						t.Logf("the contract: %s", c.clause)
					}
				})
				c.run(t, open(t))
			})
		}
	}
	if !ran {
		t.Fatal("storetest: open returned no store to test")
	}
}
