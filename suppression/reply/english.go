package reply

import "slices"

func english() []Phrase {
	const en = "en"
	return slices.Concat(
		list(en, usLaw, Stop, Whole, "stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"),
		list(en, carriers, Stop, Whole, "stop all", "stopall", "optout", "remove", "td"),
		list(en, common, Stop, Whole, "stop2quit", "remove me", "opt me out", "i opt out", "unsubscribe me", "stop it", "stop texting me", "stop messaging me"),

		list(en, common, Yes, Whole, "yes", "y", "yes i agree", "i agree", "sure", "yep", "yeah"),
		list(en, common, No, Whole, "no", "nope", "no thanks", "no thank you", "not interested", "i'm not interested", "never"),
		list(en, carriers, Help, Whole, "help", "info"),
		list(en, common, Contact, Whole, "contact", "who is this", "who's this", "who are you"),
		list(en, carriers, Start, Whole, "start", "unstop"),
		list(en, common, Start, Whole, "subscribe", "resubscribe"),

		list(en, common, LikelyRefusal, First, "fuck off", "go away", "piss off"),
		list(en, common, LikelyRefusal, Anywhere,
			"stop texting", "stop messaging", "stop sending", "stop contacting", "stop calling me", "stop these", "please stop", "do not text", "don't text", "dont text",
			"do not contact", "don't contact", "dont contact", "do not message me", "don't message me", "take me off", "remove me from", "remove my number", "remove my details",
			"delete my number", "delete my data", "lose my number", "leave me alone", "no more texts", "no more messages", "unsubscribe me", "opt me out",
			"never agreed", "did not agree", "didn't agree", "never consented", "do not consent", "don't consent", "never signed up", "didn't sign up", "wrong number",
			"this is harassment", "harassing me", "spam", "report you"),
	)
}
