// Command gen writes the invented files that the quickstart reads, contacts.csv
// and refusals.csv, into the folder above its own or into the one named by
// -dir. It writes the same bytes each time; a test compares them with the
// committed files.
//
//	go run ./examples/quickstart/data/gen
package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// seed fixes the people. Figures that documents quote change with it.
const seed = 20240606

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", filepath.Join("examples", "quickstart", "data"), "the folder to write to")
	flag.Parse()

	for name, content := range files() {
		if err := os.WriteFile(filepath.Join(*dir, name), content, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// files returns the content of each file by its name.
func files() map[string][]byte {
	rng := rand.New(rand.NewPCG(seed, 0))
	numbers := rng.Perm(10_000) // the last four digits of 06 39 98 xx xx
	people := populate(rng, numbers[:peopleCount-householdCount])
	return map[string][]byte{
		"contacts.csv": table(contactHeader, contactRows(rng, people)),
		"refusals.csv": table(refusalHeader, refusalRows(rng, people, numbers[peopleCount:])),
	}
}

func table(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		log.Fatal(fmt.Errorf("writing to memory: %w", err))
	}
	return b.Bytes()
}
