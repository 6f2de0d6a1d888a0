package words

import "strings"

// Cell makes text that somebody wrote fit for a table in Markdown, and for a
// heading: it ends neither the cell nor the line, and marks nothing up.
func Cell(text string) string { return cellEscapes.Replace(text) }

var cellEscapes = strings.NewReplacer("|", `\|`, "\n", " ", "\r", " ", "`", "'", "<", "&lt;")
