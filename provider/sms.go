package provider

import "github.com/accordsdk/accord/internal/sms"

// An Encoding is how a text travels as SMS.
type Encoding uint8

// The encodings (3GPP TS 23.038).
const (
	GSM7 Encoding = iota
	UCS2
)

// String returns "GSM-7" or "UCS-2".
func (e Encoding) String() string {
	if e == UCS2 {
		return "UCS-2"
	}
	return "GSM-7"
}

// An SMSCount is what a text needs as SMS.
type SMSCount struct {
	Encoding Encoding
	// Units is the length in septets for GSM-7, in UTF-16 code units for UCS-2.
	Units    int
	Segments int
}

// CountSMS returns what text needs. It composes text first (NFC), since an
// accent written apart looks the same and would force UCS-2. A segment takes
// 160 septets or 70 code units, and 153 or 67 where there are several (3GPP TS
// 23.038 and 23.040, concatenated with a header of six octets); what a reader
// sees as one character is not split over two. Package smstext cuts where this
// counts, and says which characters cost what.
func CountSMS(text string) SMSCount { return CountSMSWith(text, 0) }

// CountSMSWith is CountSMS for a text after which the carrier appends a clause
// of that many septets. For a clause that is not in the GSM 7 bit alphabet, which
// forces UCS-2 on the text too, see smstext.Inspect.
func CountSMSWith(text string, clause int) SMSCount {
	units, segments, ucs2 := sms.Count(text, clause)
	if ucs2 {
		return SMSCount{UCS2, units, segments}
	}
	return SMSCount{GSM7, units, segments}
}
