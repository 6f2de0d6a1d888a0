// Package gallery holds no code: its test reads files as people send them, and
// keeps docs/import.md, which shows what an import says of each, as it is.
package gallery_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode"
	"unicode/utf8"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

const intro = `# What an import says of a file

Files of people come from spreadsheets, mailing tools and suppliers, and few of them are as RFC 4180 has them. Here is
what ` + "`contact.ImportCSV`" + ` makes of %d of them. This page is written by a test, which reads them.

In the files, ` + "`⟨…⟩`" + ` stands for a byte that is no text, or a character that nobody sees. Numbers are of ranges reserved
for fiction, which overseas territories lack. What is rejected can be had as a file, with the reason beside each line, to
be corrected and imported again (` + "`ImportOptions.Rejects`" + `). Unless a note says otherwise, the options are no more than this:

` + "```go" + `
contact.ImportOptions{
	Base:       "rented-2024",
	Origin:     &contact.Origin{Kind: contact.RentedFile, Collector: "jeux.example", Supplier: "Fichiers SARL"},
	ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") },
	Zone:       paris,
}
` + "```" + `
`

// docs/import.md is what the import says. UPDATE_GOLDEN=1 in the environment
// writes it anew.
func TestGallery(t *testing.T) {
	t.Parallel()

	require.GreaterOrEqual(t, len(files), 20)
	var page strings.Builder
	fmt.Fprintf(&page, intro, len(files))
	for i, f := range files {
		fmt.Fprintf(&page, "\n## %d. %s\n\n", i+1, f.title)
		if f.note != "" {
			page.WriteString(f.note + "\n\n")
		}
		bytes := f.text
		if f.encoding != nil {
			encoded, err := f.encoding.NewEncoder().String(f.text)
			require.NoError(t, err)
			bytes = encoded
		}
		shown := visible(f.text)
		if shown == "" {
			shown = "\n"
		}
		fmt.Fprintf(&page, "```text\n%s```\n\n```text\n%s```\n", shown, imported(t, f, bytes))
	}
	const name = "../../docs/import.md"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(name, []byte(page.String()), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), page.String(), "UPDATE_GOLDEN=1 go test ./internal/gallery")
}

// imported returns what the import reports, and whom the store then has.
func imported(t *testing.T, f file, text string) string {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	var rejects bytes.Buffer
	o := contact.ImportOptions{
		Base: "rented-2024", Origin: &contact.Origin{Kind: contact.RentedFile, Collector: "jeux.example", Supplier: "Fichiers SARL"}, Zone: paris,
		ParsePhone: func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") }, Rejects: &rejects,
	}
	if f.options != nil {
		f.options(&o)
	}
	var store memory.Contacts
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(text), &store, o)
	require.Equal(t, report.Lines, report.Created+report.Merged+report.Unchanged+report.Rejected+report.Unsettled)
	require.Equal(t, report.Rejected > 0, rejects.Len() > 0)
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "%v\n", err)
		return b.String()
	}
	fmt.Fprintf(&b, "%v\n", report)
	fmt.Fprintf(&b, "separator %q, %v", report.Separator, report.Encoding)
	if report.Reread > 0 {
		fmt.Fprintf(&b, " (%d of the lines)", report.Reread)
	}
	b.WriteByte('\n')
	for _, e := range report.Rejects {
		fmt.Fprintf(&b, "rejected: %v\n", e)
	}
	for _, e := range report.Omissions {
		fmt.Fprintf(&b, "omitted: %v\n", e)
	}
	if len(report.Ignored) > 0 {
		fmt.Fprintf(&b, "ignored: %s\n", strings.Join(report.Ignored, ", "))
	}
	page, err := store.Page(t.Context(), "rented-2024", "", 100)
	require.NoError(t, err)
	for _, c := range page.Contacts {
		fmt.Fprintf(&b, "contact %s:", c.ID)
		for _, p := range c.Points {
			fmt.Fprintf(&b, " %v", p.Address)
			if territory := p.Address.Territory(); territory != "" {
				fmt.Fprintf(&b, " %s", territory)
			}
		}
		for _, p := range c.Origins {
			if !p.Collected.IsZero() {
				fmt.Fprintf(&b, ", collected %s", p.Collected.Format("2006-01-02 15:04 UTC"))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// visible returns text with names for what cannot be seen.
func visible(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "⟨%02X⟩", text[0])
		case r == '\t':
			b.WriteString("⟨TAB⟩")
		case r == '\r':
		case r != '\n' && !unicode.IsPrint(r):
			fmt.Fprintf(&b, "⟨%02X⟩", r)
		default:
			b.WriteRune(r)
		}
		text = text[n:]
	}
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteByte('\n')
	}
	return b.String()
}
