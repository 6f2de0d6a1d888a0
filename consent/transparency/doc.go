// Package transparency makes the transparency notice of a political message
// under Regulation (EU) 2024/900, says what lacks from it, and lists which
// records to keep for how long. The label that the message itself carries is
// [consent.PoliticalAd]; the rules that ask for both are in consent/regime.
//
// Articles 9, 12 and 19 were read in part, and in part from memory: every item
// and every record says which in its Certainty. Nothing here is legal advice,
// and the package sends nothing to the European repository.
package transparency
