package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/regime"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/postgres"
	"github.com/accordsdk/accord/suppression"
	"github.com/accordsdk/accord/suppression/reply"
	"github.com/jackc/pgx/v5/pgxpool"
)

// schema keeps what is invented apart from what a database may have already. A
// real host leaves it out.
const schema = "accord_workers"

// A host is what every process makes when it starts, over the same database.
type host struct {
	pool     *pgxpool.Pool
	contacts contact.Store
	list     suppression.List
	outbox   campaign.Outbox
	keyring  *suppression.Keyring
	register *consent.Register
	gate     *consent.Gate
	inbox    *campaign.Inbox
}

// newHost connects to the database at url. Of several processes that do so at
// once one makes the tables, and the others wait.
func newHost(ctx context.Context, url string) (*host, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	h := &host{pool: pool}
	if err := h.open(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return h, nil
}

func (h *host) open(ctx context.Context) error {
	db, err := postgres.Open(ctx, h.pool, &postgres.Options{Schema: schema})
	if err != nil {
		return err
	}
	h.contacts, h.list, h.outbox = db.Contacts(), db.List(), db.Outbox()
	// All processes have the same secret: a real one comes from a secret manager.
	if h.keyring, err = suppression.NewKeyring([]byte("a demonstration has no secret to keep")); err != nil {
		return err
	}
	if h.register, err = consent.NewRegister(db.Ledger(), h.list, h.keyring, &consent.RegisterOptions{Reviews: db.Reviews()}); err != nil {
		return err
	}
	sent, err := campaign.NewSentReader(h.outbox, h.keyring)
	if err != nil {
		return err
	}
	h.gate, err = consent.OpenGate(ctx, db.Ledger(), h.list, h.keyring, regime.France(), &consent.GateOptions{
		Readers: []consent.FactReader{sent}, AllowFiction: true, // a real host leaves AllowFiction out
	})
	if err != nil {
		return err
	}
	h.inbox, err = campaign.NewInbox(h.register, h.outbox, reader())
	return err
}

func (h *host) close() { h.pool.Close() }

// reader is made once, since that takes a while, and shared.
var reader = sync.OnceValue(func() *reply.Reader { return reply.NewReader(reply.Default()) })
