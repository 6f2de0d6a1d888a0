package main

import (
	"context"
	"database/sql"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/store/sqlite"
	"github.com/accordsdk/accord/suppression"
)

// stores are where the story keeps what it learns.
type stores struct {
	contacts  contact.Store
	list      suppression.List
	pending   suppression.Pending
	ledger    consent.Ledger
	documents consent.Documents
	reviews   consent.ReviewStore
	accesses  campaign.AccessLog
	outbox    campaign.Outbox
	// begin begins a transaction of the host beside them, and is nil where
	// nothing outlives the process.
	begin func(context.Context) (*sql.Tx, error)
	close func() error
}

// inMemory returns stores that end with the process.
func inMemory(clock consent.Clock) *stores {
	return &stores{
		contacts: new(memory.Contacts), list: new(memory.Suppressions), pending: new(memory.Pending),
		ledger: new(memory.Ledger), documents: new(memory.Documents), reviews: new(memory.Reviews),
		accesses: new(memory.Accesses), outbox: &memory.Outbox{Clock: clock.Now},
		close: func() error { return nil },
	}
}

// inFile returns stores in a file of SQLite.
func inFile(ctx context.Context, name string, clock consent.Clock) (*stores, error) {
	db, err := sqlite.Open(ctx, name, &sqlite.Options{Clock: clock})
	if err != nil {
		return nil, err
	}
	return &stores{
		contacts: db.Contacts(), list: db.List(), pending: db.Pending(),
		ledger: db.Ledger(), documents: db.Documents(), reviews: db.Reviews(),
		accesses: db.Accesses(), outbox: db.Outbox(),
		begin: db.Begin, close: db.Close,
	}, nil
}
