package campaign

import (
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// phrases are what [Explanation.Text] says, English and French, by key.
var phrases = words.New([][3]string{
	{"title", "What is known of %v on %s", "Ce que l'on sait de %v au %s"},
	{"held", "Who holds the number", "Qui détient le numéro"},
	{"held.line", "%s, held by %s", "%s, détenu par %s"},
	{"held.path", "it came by: %s", "il est venu par : %s"},
	{"held.form", "with the form %s, on %s", "avec le formulaire %s, le %s"},
	{"held.notice", "where one could read: “%s”", "où l'on pouvait lire : « %s »"},
	{"held.none", "nobody that we can see", "personne, à ce que l'on peut voir"},
	{"acts", "What was asked, agreed to and refused", "Ce qui a été demandé, accepté et refusé"},
	{"acts.line", "%s: %s (%s), for %s, according to %s (%s)", "%s : %s (%s), pour %s, selon %s (%s)"},
	{"acts.none", "nothing", "rien"},
	{"refusals", "What is refused now", "Ce qui est refusé aujourd'hui"},
	{"refusals.line", "since %s: %s (%s)", "depuis le %s : %s (%s)"},
	{"reviews", "What somebody has still to read", "Ce qui reste à lire par quelqu'un"},
	{"reviews.line", "a reply of %s: under review since %s", "une réponse du %s : en cours d'examen depuis le %s"},
	{"messages", "What was sent", "Ce qui a été envoyé"},
	{"messages.line", "%s: %s message by %s (%s)", "%s : message %s de %s (%s)"},
	{"lookups", "Who looked it up", "Qui l'a consulté"},
	{"lookups.line", "%s: %s, as %s: %s", "%s : %s, en tant que %s : %s"},
	{"lookups.refused", "asked too often, and was told nothing", "a demandé trop souvent, et n'a rien appris"},
	{"viewer.the-person", "the person", "la personne"},
	{"viewer.an-owner", "list owner", "propriétaire de base"},
	{"viewer.a-client", "client", "client"},
	{"everybody", "everybody", "tout le monde"},
	{"everything", "everything", "tout"},
	{"somebody", "an unnamed source", "une source non nommée"},
	{"act.asked", "asked", "demande reçue"},
	{"act.given", "agreed", "accord"},
	{"act.refused", "said no", "réponse non"},
	{"act.withdrawn", "withdrew consent", "accord retiré"},
	{"act.objected", "objected", "opposition"},
	{"act.informed", "was informed", "information reçue"},
	{"act.related", "became related", "relation établie"},
	{"act.disconnected", "number disconnected", "numéro résilié"},
	{"grade.asserted", "asserted, not shown", "affirmé, non prouvé"},
	{"grade.audited", "checked", "vérifié"},
	{"grade.witnessed", "seen by this system", "constaté par ce système"},
	{"purpose.commercial", "commercial", "commercial"},
	{"purpose.political", "political", "politique"},
	{"purpose.service", "service", "de service"},
	{"purpose.membership", "membership", "d'adhésion"},
	{"purpose.charity", "charity", "caritatif"},
	{"purpose.survey", "survey", "de sondage"},
	{"purpose.prospecting", "prospecting", "prospection"},
	{"kind.content", "content", "contenu"},
	{"kind.consent-request", "asking for agreement", "demande d'accord"},
	{"kind.open", "asking for agreement, not answered with a yes", "demande d'accord restée sans oui"},
	{"kind.proof", "proof copy", "BAT"},
	{"kind.keyword-reply", "answer to a keyword", "réponse à un mot-clé"},
})

// Text returns x in words, in French for language.French and tags below it,
// and in English otherwise. Times are shown in loc, UTC when it is nil.
func (x *Explanation) Text(lang language.Tag, loc *time.Location) string {
	if loc == nil {
		loc = time.UTC
	}
	p, reasons := phrases.Printer(lang), reportPhrases.Printer(lang)
	var b strings.Builder
	line := func(indent int, key string, args ...any) {
		b.WriteString(strings.Repeat("  ", indent) + p.Sprintf(key, args...) + "\n")
	}
	day := func(t time.Time) string { return t.In(loc).Format("2006-01-02 15:04") }
	line(0, "title", x.Address, day(x.At))
	line(0, "held")
	for _, h := range x.Held {
		line(1, "held.line", h.Base, h.Owner)
		if h.Path != "" {
			line(2, "held.path", h.Path)
			line(2, "held.form", h.Form, day(h.Since))
		}
		if h.Notice != "" {
			line(2, "held.notice", h.Notice)
		}
	}
	if len(x.Held) == 0 {
		line(1, "held.none")
	}
	line(0, "acts")
	for _, a := range x.Acts {
		var purposes []string
		for _, q := range a.Purposes {
			purposes = append(purposes, p.Word("purpose", string(q)))
		}
		line(1, "acts.line", day(a.At), p.Word("act", a.Kind.String()), or(strings.Join(purposes, ", "), p.Sprintf("everything")),
			or(strings.Join(a.To, ", "), p.Sprintf("everybody")), or(a.Source, p.Sprintf("somebody")), p.Word("grade", a.Grade.String()))
	}
	if len(x.Acts) == 0 {
		line(1, "acts.none")
	}
	if len(x.Refusals) > 0 {
		line(0, "refusals")
	}
	for _, r := range x.Refusals {
		line(1, "refusals.line", day(r.At), r.Scope, reasons.Word("reason", string(r.Reason)))
	}
	if len(x.Reviews) > 0 {
		line(0, "reviews")
	}
	for _, r := range x.Reviews {
		line(1, "reviews.line", day(r.At), day(r.Since))
	}
	if len(x.Messages) > 0 {
		line(0, "messages")
	}
	for _, m := range x.Messages {
		kind := m.Kind.String()
		switch {
		case m.Proof:
			kind = "proof"
		case m.Open:
			kind = "open"
		}
		line(1, "messages.line", day(m.At), p.Word("purpose", string(m.Purpose)), strings.Join(m.By, ", "), p.Word("kind", kind))
	}
	if len(x.LookUps) > 0 {
		line(0, "lookups")
	}
	for _, l := range x.LookUps {
		kind := p.Word("viewer", l.Kind.String())
		line(1, "lookups.line", day(l.At), or(l.Party, kind), kind, or(l.Why, "–"))
		if l.Outcome == TooMany {
			line(2, "lookups.refused")
		}
	}
	return b.String()
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
