package smstext

import (
	"errors"
	"fmt"

	"github.com/accordsdk/accord/internal/sms"
	"github.com/accordsdk/accord/provider"
)

// maxSegments is how many the header of a concatenated message can count.
const maxSegments = 255

// ErrTooLong says that a text needs more than 255 segments.
var ErrTooLong = errors.New("smstext: more than 255 segments")

// A Reference names a concatenated message, so that a handset puts its segments
// together. Two messages that a handset receives at about the same time should
// have different ones.
type Reference struct {
	Number uint16
	// Wide writes the reference in sixteen bits, which costs an octet of each
	// segment: one septet, or one unit of UCS-2. Otherwise the lower eight bits
	// of Number count.
	Wide bool
}

// A Segment is one piece of a message.
type Segment struct {
	Text     string
	Encoding provider.Encoding
	// Units is the length of Text in septets or in UTF-16 code units.
	Units int
	// Header is the user data header, its length included, and empty for a
	// message of one segment.
	Header []byte
}

// Split cuts text into segments. What a reader sees as one character is never
// split over two, as long as it fits into one: neither an escaped pair nor a
// surrogate pair, an accent from its letter, the halves of a flag, a family from
// its members. What fits into none, such as a letter with a hundred accents, is
// cut between characters.
//
// The texts of the segments together are text, composed. There are as many as
// provider.CountSMS says when the reference is not wide.
func Split(text string, ref Reference) ([]Segment, error) {
	text = sms.Compose(text)
	units, ucs2 := sms.Measure(text)
	encoding := provider.GSM7
	if ucs2 {
		encoding = provider.UCS2
	}
	if units <= sms.Capacity(ucs2, 0) {
		return []Segment{{Text: text, Encoding: encoding, Units: units}}, nil
	}
	width := sms.Header8
	if ref.Wide {
		width = sms.Header16
	}
	room := sms.Capacity(ucs2, width)
	out := make([]Segment, 0, min((units+room-1)/room+1, maxSegments)) // one more where little is lost at the borders
	for text != "" {
		if len(out) == maxSegments {
			return nil, ErrTooLong
		}
		n, units := sms.Next(text, ucs2, width)
		out = append(out, Segment{Text: text[:n], Encoding: encoding, Units: units})
		text = text[n:]
	}
	headers := make([]byte, 0, len(out)*int(width))
	for i := range out {
		start := len(headers)
		headers = ref.appendHeader(headers, len(out), i+1)
		out[i].Header = headers[start:len(headers):len(headers)]
	}
	return out, nil
}

// appendHeader appends the user data header of a segment (TS 23.040, 9.2.3.24.1
// and 9.2.3.24.8).
func (r Reference) appendHeader(to []byte, of, n int) []byte {
	if r.Wide {
		return append(to, 6, 0x08, 4, byte(r.Number>>8), byte(r.Number), byte(of), byte(n))
	}
	return append(to, 5, 0x00, 3, byte(r.Number), byte(of), byte(n))
}

// Octets returns the header, followed by the text with a septet in an octet or
// in UTF-16: the short_message of SMPP.
func (s *Segment) Octets() ([]byte, error) {
	body, err := s.body()
	if err != nil {
		return nil, err
	}
	return append(append([]byte(nil), s.Header...), body...), nil
}

// Packed returns the user data as it goes over the air, with septets packed, and
// its length as TP-UDL has it: in septets, those that the header takes included,
// or in octets for UCS-2.
func (s *Segment) Packed() (data []byte, length int, err error) {
	body, err := s.body()
	if err != nil {
		return nil, 0, err
	}
	data = append([]byte(nil), s.Header...)
	if s.Encoding == provider.UCS2 {
		data = append(data, body...)
		return data, len(data), nil
	}
	skip := FillBits(len(s.Header))
	data = append(data, Pack(body, skip)...)
	return data, (len(s.Header)*8+skip)/7 + len(body), nil
}

func (s *Segment) body() ([]byte, error) {
	switch s.Encoding {
	case provider.GSM7:
		return EncodeGSM7(s.Text)
	case provider.UCS2:
		return EncodeUCS2(s.Text), nil
	default:
		return nil, fmt.Errorf("smstext: %v is no encoding", s.Encoding)
	}
}
