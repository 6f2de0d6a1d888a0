package memory_test

import (
	"testing"

	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/store/storetest"
)

func open(*testing.T) storetest.Stores {
	clock := storetest.NewClock()
	return storetest.Stores{
		Contacts: new(memory.Contacts), List: new(memory.Suppressions), Ledger: new(memory.Ledger), Documents: new(memory.Documents),
		Outbox: &memory.Outbox{Clock: clock.Now}, Pending: new(memory.Pending), Reviews: new(memory.Reviews),
		Counts: new(memory.Counts), Accesses: new(memory.Accesses), Clock: clock,
	}
}

func TestStores(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}
