// Quickstart tells the story that the library grew out of, on invented people:
// a file of numbers collected by shops and competitions, a candidate who rents
// it, a question, answers, a campaign, refusals in the middle of it, the eve of
// the vote, and a person who asks where her number came from.
//
//	go run ./examples/quickstart
//
// It keeps what it learns in a temporary file of SQLite, or with -db in one that
// stays. A process that was killed in the middle is no loss: with the same file
// the next goes on where it stopped, and nobody is written to twice.
//
// With -json it writes one document with every figure to standard output, and
// nothing else. With -html FILE it also writes a page, for those who were not
// there.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"
)

//go:generate go run ./data/gen -dir data

//go:embed data/contacts.csv
var shippedContacts []byte

//go:embed data/refusals.csv
var shippedRefusals []byte

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		log.Fatal("quickstart: ", err)
	}
}

// options are the flags.
type options struct {
	contacts, refusals string
	seed               uint64
	at                 time.Time
	json               bool
	html               string
	db                 string
}

// inMemoryName is what -db is called for stores in memory.
const inMemoryName = "memory"

func parse(args []string) (options, error) {
	o := options{}
	at := ""
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.StringVar(&o.contacts, "contacts", "", "CSV `file` of contacts, with the columns of the one shipped, which is the default")
	flags.StringVar(&o.refusals, "refusals", "", "CSV `file` of refusals; the one shipped by default")
	flags.Uint64Var(&o.seed, "seed", 1, "decides who answers what")
	flags.StringVar(&at, "at", "2024-06-03T10:00:00+02:00", "the `time` at which the story starts")
	flags.BoolVar(&o.json, "json", false, "write one JSON document and nothing else")
	flags.StringVar(&o.html, "html", "", "write one page with the whole story, for a browser or for paper, to `file`")
	flags.StringVar(&o.db, "db", "", "`file` of SQLite to keep the story in, and to go on with it, one process at a time; \"memory\" for none (a temporary one by default)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if o.at, err = time.Parse(time.RFC3339, at); err != nil {
		return o, fmt.Errorf("-at: want a time like 2024-06-03T10:00:00+02:00")
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	contacts, err := file(o.contacts, shippedContacts)
	if err != nil {
		return err
	}
	refusals, err := file(o.refusals, shippedRefusals)
	if err != nil {
		return err
	}
	text := out
	if o.json {
		text = io.Discard
	}
	if o.db == "" {
		dir, err := os.MkdirTemp("", "quickstart")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		o.db = filepath.Join(dir, "story.db")
	}
	s, err := newStory(ctx, o, begunWith(o, contacts, refusals), text)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	if err := s.tell(ctx, contacts, refusals); err != nil {
		return err
	}
	if o.html != "" {
		if err := s.savePage(o.html); err != nil {
			return err
		}
	}
	if !o.json {
		return nil
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(s.figures)
}

func file(name string, shipped []byte) ([]byte, error) {
	if name == "" {
		return shipped, nil
	}
	return os.ReadFile(name)
}
