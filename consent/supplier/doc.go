// Package supplier is the door for consents that somebody else collected: files
// of people who are said to have agreed, bought or rented.
//
// Nothing in such a file is a proof. A [Profile] says what stands behind it: the
// contract, the forms with the words that they showed, since when and until
// when, whom they named, and which column holds what. [Import] reads a file by
// it, puts the people into a contact.Store and their grants into the ledger,
// through consent.Register, as asserted or audited and never as witnessed.
//
// Lines that prove nothing are found and flagged, see [Code]: a date before the
// form existed, a thousand people in one second. By default their people are
// put and their grants are not recorded. [Report] says so to the supplier, form
// by form, without an address in it. [Audit] tells the buyer of a base, before a
// campaign, how much of it is backed by evidence.
//
// A grant of a file never beats what the person said here, whatever its date:
// see consent.Fold.
package supplier
