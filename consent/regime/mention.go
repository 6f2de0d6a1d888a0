package regime

import (
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// A mention is something that a text must hold.
type mention struct {
	is   consent.Case
	held func(*consent.Inspection) bool
}

// textRule denies texts that lack one of mentions.
func textRule(name string, concerns func(*consent.Request) bool, mentions ...mention) consent.Rule {
	info := consent.RuleInfo{Name: name}
	for _, m := range mentions {
		info.Cases = append(info.Cases, m.is)
	}
	return rule{
		info:     info,
		concerns: concerns,
		check: func(_ *consent.Plan, f *consent.Facts) consent.Finding {
			for i, m := range mentions {
				if !m.held(&f.Content) {
					return deny(uint8(i))
				}
			}
			return consent.Pass()
		},
	}
}

// prospecting reports whether a message is content that is read, and more than
// a service.
func prospecting(r *consent.Request) bool {
	return content(r) && written(r) && r.Purpose != contact.Service
}

func mail(r *consent.Request) bool { return prospecting(r) && r.Channel == contact.EmailChannel }
func text(r *consent.Request) bool {
	return prospecting(r) && (r.Channel == contact.SMS || r.Channel == contact.RCS)
}

// lacksIdentity, lacksStop and lacksOrigin are what rules of several territories
// say of a text, each with the source of its own.
func lacksIdentity(certainty consent.Certainty, source consent.Source) consent.Case {
	return consent.Case{
		Code: "content.identity", Level: consent.Law, Certainty: certainty, Source: source,
		Says:   words("The text does not name who writes.", "Le texte ne nomme pas qui écrit."),
		Remedy: words("Name a controller as its Party does.", "Nommer un responsable comme le fait sa Party."),
	}
}

func lacksStop(certainty consent.Certainty, source consent.Source) consent.Case {
	return consent.Case{
		Code: "content.stop", Level: consent.Law, Certainty: certainty, Source: source,
		Says:   words("The text does not say how to refuse.", "Le texte ne dit pas comment refuser."),
		Remedy: words("Add STOP, with the short code where the sender cannot be answered.", "Ajouter STOP, avec le numéro court si l'expéditeur ne peut recevoir de réponse."),
	}
}

func lacksOrigin(source consent.Source) consent.Case {
	return consent.Case{
		Code: "content.origin", Level: consent.Law, Certainty: consent.Settled, Source: source,
		Says:   words("A first message must name where the number came from.", "Un premier message doit nommer d'où vient le numéro."),
		Remedy: words("Use {{origin}} in the template.", "Employer {{origin}} dans le modèle."),
	}
}

func mentionsIdentity(certainty consent.Certainty, source consent.Source) mention {
	return mention{lacksIdentity(certainty, source), func(c *consent.Inspection) bool { return c.Identity }}
}

func mentionsStop(certainty consent.Certainty, source consent.Source) mention {
	lacks := lacksStop(certainty, source)
	lacks.Remedy = words("Add STOP to a text, with a number where the sender cannot be answered, and a link to unsubscribe to an e-mail.",
		"Ajouter STOP à un SMS, avec un numéro si l'expéditeur ne peut recevoir de réponse, et un lien de désinscription à un e-mail.")
	return mention{lacks, func(c *consent.Inspection) bool { return c.Stop }}
}

func mentionsPostal(certainty consent.Certainty, source consent.Source) mention {
	return mention{consent.Case{
		Code: "content.postal", Level: consent.Law, Certainty: certainty, Source: source,
		Says:   words("The text does not hold the postal address of who writes.", "Le texte ne contient pas l'adresse postale de qui écrit."),
		Remedy: words("Set Party.PostalAddress and put it into the text.", "Renseigner Party.PostalAddress et la mettre dans le texte."),
	}, func(c *consent.Inspection) bool { return c.Postal }}
}
