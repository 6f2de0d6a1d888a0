// Package suppression holds who must not be written to.
//
// A [List] keeps entries under fingerprints, 16 bytes of HMAC-SHA-256 that a
// [Keyring] makes of an address and a secret. The list can therefore outlive
// the erasure of the people on it, and be held without naming anyone.
//
// Entries are of three classes that never mix: a refusal is personal and never
// ends by itself; hygiene (a number that does not exist) may end and never
// replaces a refusal; an exclusion ("not my customers") belongs to one client,
// ends, and is invisible to others. Anyone may add a refusal at once. Lifting
// one takes a later act by the person, or, where the refusal was only likely, a
// review by a human, and goes through consent.Register.
//
// In French, say liste repoussoir or liste d'opposition: suppression means
// deletion there.
package suppression
