// Command gen writes the invented files that the quickstart reads into the
// folder above its own or into the one named by -dir. It writes the same bytes
// each time; a test compares them with the committed files.
//
// contacts.csv is as a supplier's spreadsheet saves it in France: Windows-1252,
// semicolons, CRLF, French headings, dates and numbers as people write them,
// lines twice, and lines that nobody can use. refusals.csv is UTF-8 with commas.
// sample.csv is what a third supplier offers, gazette.csv the own base of
// another client, and opposition.sha256 a list that a prestataire hands over.
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
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// seed fixes the people. Figures that documents quote change with it.
const seed = 20240606

// frenchTime is how France writes a time.
const frenchTime = "02/01/2006 15:04"

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
	files := map[string][]byte{
		"contacts.csv": spreadsheet(contactHeader, contactLines(rng, people)),
		"refusals.csv": table(refusalHeader, refusalRows(rng, people, numbers[peopleCount:])),
	}
	strangers := numbers[peopleCount+refusalsOutside:]
	rng = rand.New(rand.NewPCG(seed, 1)) // so that the files above do not change with those below
	files["sample.csv"] = text(append([]string{join(sampleHeader)}, sampleLines(rng, strangers)...))
	files["gazette.csv"] = table(gazetteHeader, gazetteRows(rng, people, strangers[sampleCount:]))
	files["opposition.sha256"] = text(oppositionLines(rng, people, strangers[sampleCount+readers:]))
	return files
}

// spreadsheet returns the lines in Windows-1252, each ended by CRLF.
func spreadsheet(header []string, lines []string) []byte {
	text := strings.Join(append([]string{join(header)}, lines...), "\r\n") + "\r\n"
	content, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		log.Fatal(fmt.Errorf("not in Windows-1252: %w", err))
	}
	return []byte(content)
}

// join puts semicolons between cells. It quotes none: what a cell says is
// written as it is, so that a line can be wrong.
func join(cells []string) string { return strings.Join(cells, ";") }

func table(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		log.Fatal(fmt.Errorf("writing to memory: %w", err))
	}
	return b.Bytes()
}
