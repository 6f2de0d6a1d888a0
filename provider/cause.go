package provider

// causes are what the error codes of GSM networks say of a number: those of MAP
// operation MT-ForwardSM in 3GPP TS 29.002, clause 17.6.6, which SMPP carriers
// commonly hand on as network error codes of type 3. The numbers were written
// down from memory of the specification and not checked against it: unverified.
var causes = map[int]Cause{
	1:  Unreachable, // unknown subscriber
	5:  Unreachable, // unidentified subscriber
	6:  Absent,      // absent subscriber, for SMS
	9:  Unreachable, // illegal subscriber
	11: Unreachable, // teleservice not provisioned
	12: Unreachable, // illegal equipment
	13: NoCause,     // call barred: by the operator or the subscriber, and nobody says which
	27: Absent,      // absent subscriber
	31: NoCause,     // subscriber busy
	32: NoCause,     // delivery failure, such as a full memory
	34: NoCause,     // system failure
}

// CauseOfGSM returns what an error code of a GSM network says of a number, for
// adapters whose carrier hands such codes on: [Unreachable] for a number that
// nobody has, [Absent] for a telephone that is off or out of reach, [NoCause] for
// what is not about the number and for codes that are not known.
func CauseOfGSM(code int) Cause { return causes[code] }
