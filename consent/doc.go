// Package consent holds the evidence of consent and says whether one message
// may go to one person now, and why.
//
// A [Ledger] keeps acts: what people said and did, with evidence, in chains
// that show tampering. A [Register] is the way to write to it. A [Gate] reads
// the ledger, a suppression list and a [Pack] of rules, and answers with a
// [Decision]: allow, defer or deny, with reasons that name their source. Where
// it allows, [Gate.Clear] returns a [Clearance], which holds the address and the
// text, lives a few seconds, and is the only thing that a carrier's message can
// be made of.
//
// Everything fails closed: an error, a missing fact, an unknown zone and every
// zero value refuse.
package consent
