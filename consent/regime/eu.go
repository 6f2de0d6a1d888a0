package regime

import (
	"slices"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// EuropeanUnion returns what the law of the Union asks of a message, for
// recipients in the member states: Regulation (EU) 2024/900 of political content
// from 10 October 2025, the GDPR where the library and its French rules do not ask
// already. It says on no basis that a message may go, and denies everything by
// itself: join it to the packs of member states with [consent.Join].
//
// Whether an SMS is online political advertising, whose targeting art. 18 limits,
// is argued (EU-TTPA-4). Here it is, as e-mail and RCS are; but a targeted SMS
// may go to people of rented files and electoral rolls, with a warning, since the
// CNIL's page of 21 October 2025 allows such files outside of online targeting.
// [EuropeanUnionStrict] refuses that, too.
//
// Consent requests are not asked for a label: the reference does not say whether
// a question is an advertisement. Nor does it say who is exempt for being a member
// or a subscriber, but from memory (EU-TTPA-7): no rule makes that exception.
func EuropeanUnion() consent.Pack { return unionPack("eu", false) }

// EuropeanUnionStrict is [EuropeanUnion] with the strict reading of art. 18(1)(a)
// for SMS: no targeted message to people whose data the controller did not collect
// from them.
func EuropeanUnionStrict() consent.Pack { return unionPack("eu-strict", true) }

func unionPack(name string, strict bool) consent.Pack {
	return described(consent.Pack{
		Name:        name,
		Version:     "2026-11-24",
		Read:        "2026-11-23",
		Territories: slices.Concat(memberStates, outermost),
		Rules: []consent.Rule{
			sponsorRule(),
			declarationRule(),
			targetingRule(strict),
			labelRule(),
			informationRule(),
			lateInformationRule(),
		},
	})
}

// memberStates are the 27. Åland and the Canaries have no clocks or numbers of
// their own in this library.
var memberStates = []contact.Territory{
	"AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO",
	"SK", "SI", "ES", "SE",
}

// outermost are the French territories overseas where the law of the Union
// applies (TFEU art. 349 and 355(1), from memory: unverified; the reference does
// not say). The others, PM, BL, WF, PF and NC, are associated with the Union, and
// what of these regulations France made apply there was not read: no rule here is
// about them.
var outermost = []contact.Territory{"GP", "MQ", "GF", "RE", "YT", "MF"}

// applied is when Regulation (EU) 2024/900 applies in full: 10 October 2025 by
// the Official Journal and the Commission. The CNIL's pages say the 15th
// (EU-TTPA-1).
var applied = date(2025, 10, 10)

// The Regulation as cited: what is dated is its application.
func regulation2024(article, ref string) consent.Source {
	return consent.Source{Text: "Regulation (EU) 2024/900 " + article, Date: "2025-10-10", Ref: ref}
}

// advertisement describes a rule about political content since the Regulation
// applies.
func advertisement(name string, cases ...consent.Case) consent.RuleInfo {
	return consent.RuleInfo{
		Name: name, InForce: applied, Cases: cases,
		Purposes: []contact.Purpose{contact.Political}, Kinds: []consent.Kind{consent.ContentMessage},
	}
}
