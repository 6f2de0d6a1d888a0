package sheet

import "unicode/utf8"

// cut reports whether b, the last line of a file without an end of line, ends in
// the middle of a character of UTF-8: as a transfer leaves it that ended early.
// In Windows-1252 it would end in a letter such as é. It is taken to be in the
// encoding of the lines before it, and where those say nothing in UTF-8 if it
// ended in Â or Ã otherwise, which no word does.
func (l *Lines) cut(b []byte) bool {
	if l.asked != Detect || l.raw != nil || l.reread > 0 {
		return false
	}
	at := len(b) - 1
	for at > 0 && len(b)-at < utf8.UTFMax && !utf8.RuneStart(b[at]) {
		at--
	}
	if at < 0 || utf8.FullRune(b[at:]) || !utf8.Valid(b[:at]) {
		return false
	}
	return l.beyond || !ascii(b[:at]) || b[at] == 0xc2 || b[at] == 0xc3
}
