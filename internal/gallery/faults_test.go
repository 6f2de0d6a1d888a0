package gallery_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The headers of the files, and a sound line of each.
const (
	contactsHead = "id;mobile;date;prénom\n"
	contactsLine = "1;0639980001;05/03/2024 10:00;Zoé\n"
	refusalsHead = "mobile;date;prénom\n"
	refusalsLine = "0639980001;05/03/2024 10:00;Zoé\n"
	digestsHead  = "digest;date;note\n"
	stopsHead    = "numéro;date;message\n"
	stopsLine    = "0639980001;05/03/2024 10:00;STOP\n"
	supplierHead = "mobile;form;date;prénom\n"
	supplierLine = "0639980001;quiz;05/03/2024 10:00;Zoé\n"
)

// A faultyFile is what a reader is given, and what it is to say.
type faultyFile struct {
	reader, file string
	what         string // which of several files it is
	separator    rune
	want         string
	kept         []string // lines that the host is handed, as they stand
	whole        string   // the file as it was meant, to be read afterwards
}

// A fileFault is one thing that goes wrong with files.
type fileFault struct {
	title, note string
	times       bool // say which instants were kept
	files       []faultyFile
}

func TestFileFaults(t *testing.T) {
	t.Parallel()

	var page strings.Builder
	page.WriteString(faultsIntro)
	for _, fault := range fileFaults(t) {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| file of | what Accord says |\n| --- | --- |\n", fault.title, fault.note)
		for _, reader := range fileReaders {
			cells := []string{}
			for _, f := range fault.files {
				if f.reader == reader.name {
					text := tryFault(t, fault, reader, f)
					if f.what != "" {
						text = "*" + f.what + ":* " + text
					}
					cells = append(cells, text)
				}
			}
			if len(cells) == 0 {
				cells = append(cells, "does not occur")
			}
			fmt.Fprintf(&page, "| %s | %s |\n", reader.name, strings.ReplaceAll(strings.Join(cells, "<br>"), " · ", "<br>"))
		}
	}
	const name = "../../docs/files.md"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(name, []byte(page.String()), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), page.String(), "UPDATE_GOLDEN=1 go test ./internal/gallery")
}

// tryFault reads f, and returns what is said of it.
func tryFault(t *testing.T, fault fileFault, reader fileReader, f faultyFile) string {
	t.Helper()
	name := fault.title + ": " + reader.name
	o := newOffice(t)
	s := reader.read(o, f.file, f.separator)
	got := reader.held(o)
	text := s.String()
	if fault.times {
		text += " · kept: " + strings.Join(got.times(), ", ")
	}
	require.Equal(t, f.want, text, name)
	require.Equal(t, f.kept, o.kept, name)
	require.NotContains(t, text, "3998", name)

	// Nothing was half done: to read it again adds nothing, and whatever was
	// left out is there once the whole file was read.
	reader.read(o, f.file, f.separator)
	require.Equal(t, got, reader.held(o), name)
	if f.whole != "" {
		fresh := newOffice(t)
		require.NoError(t, ignoring(reader.read(o, f.whole, 0)), name)
		require.NoError(t, ignoring(reader.read(fresh, f.whole, 0)), name)
		require.Equal(t, reader.held(fresh), reader.held(o), name)
		require.NotEqual(t, got, reader.held(o), name)
	}
	return text
}

func ignoring(s said) error { return s.err }

const faultsIntro = `# What Accord says of a file with a fault

Six kinds of files are read: people of one's own (` + "`contact.ImportCSV`" + `), refusals in the clear (` + "`suppression.Import`" + `),
refusals as digests (` + "`suppression.ImportDigests`" + `), the sealed list that one provider hands to the next
(` + "`suppression.ImportSealed`" + `), the STOPs that a carrier sends hours later (` + "`campaign.Inbox.ReceiveFile`" + `), and the consents
that a supplier sells (` + "`supplier.Import`" + `). Each is given the same faults here. This page is written by a test, which reads
the files, reads each a second time to see that nothing changes, and where a file was cut reads the whole one afterwards to
see that nothing is missing.

Three rules hold for all. A line that cannot be read costs that line and no other. A *refusal* that cannot be read is still a
refusal: “kept unread” means that the line was handed over as it stands, to be settled by a human. And no message repeats an
address: it names the line, and the column where there is one.

In all of them the header is line 1, and line 2 is sound. “Added”, “created”, “pending” and “recorded” are new; what is
“there already”, “unchanged” or “known before” changed nothing. A refusal is “pending” until a number has its digest.
`

func hexOf(t *testing.T, n int) string {
	t.Helper()
	d := digestOf(t, n)
	return hex.EncodeToString(d[:])
}

func base64Of(t *testing.T, n int) string {
	t.Helper()
	d := digestOf(t, n)
	return base64.StdEncoding.EncodeToString(d[:])
}
