package sheet

import "strings"

// Cell returns what a field says, without what programs put around it: spaces,
// quotation marks behind a space, the formula ="…" and the apostrophe by which
// spreadsheets keep a text a text.
func Cell(field string) string {
	cell := strings.TrimSpace(field)
	if cell == "" {
		return ""
	}
	switch cell[0] {
	case '=':
		if len(cell) >= 3 && cell[1] == '"' && cell[len(cell)-1] == '"' {
			return strings.TrimSpace(strings.ReplaceAll(cell[2:len(cell)-1], `""`, `"`))
		}
	case '"':
		if len(cell) >= 2 && cell[len(cell)-1] == '"' {
			return strings.TrimSpace(strings.ReplaceAll(cell[1:len(cell)-1], `""`, `"`))
		}
	case '\'':
		if rest := cell[1:]; rest != "" && (rest[0] >= '0' && rest[0] <= '9' || risky(rest)) {
			return rest
		}
	}
	return cell
}

// risky reports whether cell starts with a character that makes a formula of it.
func risky(cell string) bool {
	for _, start := range [...]string{"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(cell, start) {
			return true
		}
	}
	return false
}

// formula reports whether a spreadsheet would run cell instead of showing it.
// Numbers with a sign in front are harmless and stay as they are.
func formula(cell string) bool {
	if !risky(cell) {
		return false
	}
	signed := cell[0] == '+' || cell[0] == '-'
	return !signed || len(cell) == 1 || strings.Trim(cell[1:], "0123456789 .,") != ""
}

// AppendRow appends cells to dst as a line that ends in CRLF. A cell that a
// spreadsheet would run as a formula gets an apostrophe in front, which [Cell]
// takes away again.
func AppendRow(dst []byte, separator byte, cells ...string) []byte {
	for i, cell := range cells {
		if i > 0 {
			dst = append(dst, separator)
		}
		if formula(strings.TrimLeft(cell, " ")) {
			cell = "'" + cell
		}
		plain := strings.IndexByte(cell, separator) < 0 && !strings.ContainsAny(cell, "\"\r\n") && strings.TrimSpace(cell) == cell
		if plain && (cell != "" || len(cells) > 1) {
			dst = append(dst, cell...)
			continue
		}
		dst = append(dst, '"')
		dst = append(dst, strings.ReplaceAll(cell, `"`, `""`)...)
		dst = append(dst, '"')
	}
	return append(dst, "\r\n"...)
}
