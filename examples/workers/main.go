// Workers shows how a campaign is sent by several processes on one PostgreSQL,
// and what is left when one of them is killed.
//
//	go run ./examples/workers
//
// It starts a PostgreSQL of its own, imports invented subscribers of a water
// company, launches one campaign that tells them of a cut, and starts copies of
// itself that send it to a carrier on this machine. One of them is killed in the
// worst moment: the carrier has taken some of its messages, and nobody wrote down
// which. At the end it counts: who got the message, who did not and why, and that
// nobody got it twice.
//
// It may be killed itself. With -db the campaign is in a database that outlives
// the program, and running it again goes on where it stopped. (The private server
// is removed when the program ends, and left behind when that is by SIGKILL.)
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(0)
	// The first signal ends the program in order; a second one ends it at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	o, err := parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		log.Fatal("workers: ", err)
	case o.worker != "":
		err = work(ctx, o)
	default:
		_, err = demonstrate(ctx, o, os.Stdout)
	}
	if err != nil {
		log.Fatal("workers: ", err)
	}
}

// options are the flags.
type options struct {
	db       string
	workers  int
	contacts int
	kills    int
	seed     uint64

	// Of a worker:
	worker  string
	carrier string
}

// databaseVariable is where a worker finds the URL of the database: it may hold
// a password, and every user of a machine can read arguments.
const databaseVariable = "WORKERS_DB"

func parse(args []string) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("workers", flag.ContinueOnError)
	flags.StringVar(&o.db, "db", "", "`URL` of a PostgreSQL database, in which a schema called "+schema+" is made; the default is $"+databaseVariable+", and without it a private server that is removed at the end")
	flags.IntVar(&o.workers, "n", 3, "how many workers send")
	flags.IntVar(&o.contacts, "contacts", 20_000, fmt.Sprintf("how many subscribers there are, at most %d", mostContacts))
	flags.IntVar(&o.kills, "kills", 1, "how many workers are killed, each at a random moment")
	flags.Uint64Var(&o.seed, "seed", 1, "decides the moments")
	flags.StringVar(&o.worker, "as", "", "be the worker of that `name`; the program starts itself with this")
	flags.StringVar(&o.carrier, "carrier", "", "`URL` of the carrier, for a worker")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.db == "" {
		o.db = os.Getenv(databaseVariable)
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.workers < 1:
		return o, errors.New("-n: at least one worker")
	case o.contacts < 1 || o.contacts > mostContacts:
		return o, fmt.Errorf("-contacts: between 1 and %d", mostContacts)
	case o.kills < 0:
		return o, errors.New("-kills: not fewer than none")
	case o.worker != "" && (o.db == "" || o.carrier == ""):
		return o, errors.New("-as: a worker needs -carrier and -db")
	}
	return o, nil
}
