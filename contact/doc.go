// Package contact is the vocabulary that every other package of Accord shares:
// who can be written to, where, by whom, for what, and where the data came
// from.
//
// An [Address] is one phone number or e-mail address in canonical form; it
// masks itself wherever it is printed. A [Contact] is a person as a [Base]
// knows them, with any number of addresses, and with the [Origin] of the data:
// a contact without one cannot be written to. A [Scope] says which messages a
// refusal reaches. A [Source] is how a host lets the library read its people
// without giving them away; a [Store] is for hosts that want the library to
// keep them.
//
// Values of this package are plain data. They are passed by value, compared
// with == where they hold no slice, and never changed once handed over. Times
// are UTC in whole microseconds.
package contact
