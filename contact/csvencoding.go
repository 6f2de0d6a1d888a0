package contact

import (
	"fmt"
	"slices"
)

// An Encoding is how the characters of a file are written down. The zero
// Encoding is to find out.
type Encoding uint8

// The encodings. DetectEncoding goes by the mark at the start of the file, then
// by where its zero bytes are, and from there on by each line: one that is not
// UTF-8 is read as Windows-1252, and counted. Other encodings are for the host
// to convert, with golang.org/x/text/encoding.
const (
	DetectEncoding Encoding = iota
	UTF8
	Windows1252 // and so ISO 8859-1 and -15, but for the euro sign and seven letters of the latter
	UTF16LE
	UTF16BE
)

var encodingNames = [...]string{"detect", "utf-8", "windows-1252", "utf-16le", "utf-16be"}

// String returns the name of e, such as "windows-1252".
func (e Encoding) String() string {
	if int(e) < len(encodingNames) {
		return encodingNames[e]
	}
	return fmt.Sprintf("encoding-%d", uint8(e))
}

// MarshalText returns the name of e.
func (e Encoding) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what [Encoding.MarshalText] writes.
func (e *Encoding) UnmarshalText(text []byte) error {
	i := slices.Index(encodingNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("contact: unknown encoding %q", text)
	}
	*e = Encoding(i)
	return nil
}
