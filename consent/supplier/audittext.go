package supplier

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/accordsdk/accord/internal/words"
	"github.com/google/uuid"
	"golang.org/x/text/language"
)

// Markdown returns r in words, in French for language.French and tags below it,
// and in English otherwise. Dates are in UTC.
func (r AuditReport) Markdown(lang language.Tag) string {
	p := phrases.Printer(lang)
	var b strings.Builder
	b.WriteString("# " + p.Sprintf("audit.title", words.Cell(string(r.Base)), day(r.At)) + "\n\n")
	b.WriteString(p.Sprintf("audit.contacts", r.Contacts, percent(p, r.Complete, r.Contacts), r.Refused) + "\n")
	for _, g := range r.Groups {
		b.WriteString("\n## " + p.Sprintf("audit.group", words.Cell(or(g.Supplier, "–")), words.Cell(or(g.Form, p.Sprintf("audit.group.none")))) + "\n\n")
		b.WriteString("- " + p.Sprintf("audit.group.line", g.Contacts, percent(p, g.Complete, g.Contacts)) + "\n")
		for _, n := range g.Notices {
			text := p.Sprintf("audit.notice", n.ID.String()) + ": " + strconv.Itoa(n.Acts)
			if !n.OnFile {
				text += ", " + p.Sprintf("missing.text")
			}
			b.WriteString("- " + text + "\n")
		}
		if len(g.Missing) > 0 {
			b.WriteString("\n" + p.Sprintf("table.missing") + "\n| --- | --: |\n")
			for _, m := range slices.Sorted(maps.Keys(g.Missing)) {
				_, _ = fmt.Fprintf(&b, "| %s | %d |\n", p.Sprintf("missing."+string(m)), g.Missing[m])
			}
		}
		months(&b, p, g.Months)
	}
	if len(r.Sample) == 0 {
		return b.String()
	}
	b.WriteString("\n## " + p.Sprintf("audit.sample", len(r.Sample), strconv.FormatUint(r.Seed, 10)) + "\n\n")
	b.WriteString(p.Sprintf("table.sample") + "\n| --- | --- | --- | --- | --- | --- |\n")
	for _, proof := range r.Sample {
		id, at, grade := "–", "–", "–"
		if proof.Act != uuid.Nil {
			id, at, grade = proof.Act.String(), day(proof.Happened), p.Sprintf("grade."+proof.Grade.String())
		}
		var missing []string
		for _, m := range proof.Missing {
			missing = append(missing, p.Sprintf("missing."+string(m)))
		}
		_, _ = fmt.Fprintf(&b, "| %v | %s | %s | %s | %v | %s |\n", proof.Address, id, at, grade, proof.Notice, or(strings.Join(missing, ", "), "–"))
	}
	return b.String()
}
