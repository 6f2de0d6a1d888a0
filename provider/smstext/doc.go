// Package smstext writes and reads SMS texts: the GSM 7 bit alphabet, UCS-2, and
// segments, for adapters that hand octets to a carrier, and for whoever wants to
// know what a text costs and why.
//
// The alphabets are those of 3GPP TS 23.038, the headers of segments those of
// 3GPP TS 23.040. Everything composes texts first (NFC), since an accent written
// apart looks the same, is not in the alphabet, and costs more than half of the
// room. Segments are cut where provider.CountSMS counts them.
//
// Errors name the position of a character, and never the text: it may be
// somebody's name.
package smstext
