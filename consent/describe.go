package consent

import (
	"fmt"
	"strings"
	"time"

	"github.com/accordsdk/accord/internal/words"
	"golang.org/x/text/language"
)

// Describe returns the pack in words, as Markdown for those who answer for what
// is sent and do not read Go: what each rule does, when it is in force, what it
// can say, at which level, from which source and how certain that is; and the
// elections whose silence is kept. It is in French for language.French and tags
// below it, and in English otherwise. Times are in UTC.
func (p *Pack) Describe(lang language.Tag) string {
	d := newDescription(lang)
	d.pack(p)
	d.legend()
	for _, r := range p.Rules {
		info := r.Info()
		d.rule(&info, nil)
	}
	d.elections(p.Elections)
	return d.String()
}

// Describe returns every rule that the gate asks in words, as [Pack.Describe]
// does: the library's own, those of the pack, caps, and the host's; with what
// the host overrides, who decided that, and why.
func (g *Gate) Describe(lang language.Tag) string {
	d := newDescription(lang)
	d.pack(&g.pack)
	d.legend()
	for _, info := range g.Rules() {
		d.rule(&info, g.opts.Overrides)
	}
	d.elections(g.pack.Elections)
	return d.String()
}

// A description is a page about rules in the making.
type description struct {
	strings.Builder
	words.Printer
	in func(Words) string
}

func newDescription(lang language.Tag) *description {
	tag := words.Match(lang).String()
	return &description{Printer: describePhrases.Printer(lang), in: func(w Words) string { return w.In(tag) }}
}

// line writes a phrase, and an empty line after it.
func (d *description) line(key string, args ...any) {
	d.WriteString(d.Sprintf(key, args...) + "\n\n")
}

func (d *description) pack(p *Pack) {
	d.line("title", p.Name)
	d.line("version", p.Version, p.Read)
	if len(p.Territories) > 0 {
		d.line("territories", joined(p.Territories))
	} else {
		d.line("anywhere")
	}
}

// legend says what levels and certainties mean.
func (d *description) legend() {
	d.line("legend")
	for _, l := range []Level{Invariant, Law, Regulator, Contract, Advice} {
		fmt.Fprintf(d, "- *%s*: %s\n", d.Word("level", string(l)), d.Word("means", string(l)))
	}
	d.WriteString("\n")
	d.line("certainties")
	for _, c := range []Certainty{Settled, Argued, Unverified} {
		fmt.Fprintf(d, "- *%s*: %s\n", d.Word("certainty", string(c)), d.Word("means", string(c)))
	}
	d.WriteString("\n")
	d.line("advice")
}

// rule writes what a rule does, about what, and a table of what it can say.
func (d *description) rule(r *RuleInfo, overrides []Override) {
	fmt.Fprintf(d, "## %s\n\n", words.Cell(r.Name))
	if does := words.Cell(d.in(r.Does)); does != "" {
		d.WriteString(does + "\n\n")
	}
	d.about(r)
	d.WriteString(d.Sprintf("columns") + "\n| --- | --- | --- | --- | --- |\n")
	for i := range r.Cases {
		c := &r.Cases[i]
		level := d.Word("level", string(c.Level))
		for _, o := range overrides {
			if o.Code == c.Code && c.Level.allows(o.Outcome) {
				level += d.Sprintf("override", d.Word("outcome", o.Outcome.String()), words.Cell(o.By), words.Cell(o.Reason))
			}
		}
		cells := []string{
			words.Cell(d.in(c.Says)) + " `" + words.Cell(string(c.Code)) + "`", words.Cell(d.in(c.Remedy)), level,
			d.Word("certainty", string(c.Certainty)), d.source(&c.Source),
		}
		d.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	d.WriteString("\n")
}

// about writes which messages a rule is about, and when.
func (d *description) about(r *RuleInfo) {
	var parts []string
	add := func(key string, args ...any) { parts = append(parts, d.Sprintf(key, args...)) }
	if !r.InForce.IsZero() {
		add("from", r.InForce.UTC().Format(time.DateOnly))
	}
	if !r.Until.IsZero() {
		add("until", r.Until.UTC().Format(time.DateOnly))
	}
	if !r.Known.IsZero() {
		add("known", r.Known.UTC().Format(time.DateOnly))
	}
	if len(r.Purposes) > 0 {
		add("purposes", joined(r.Purposes))
	}
	if len(r.Kinds) > 0 {
		add("kinds", joined(r.Kinds))
	}
	if len(r.Channels) > 0 {
		add("channels", joined(r.Channels))
	}
	if len(r.Territories) > 0 {
		add("within", joined(r.Territories))
	}
	if r.Basis {
		add("basis")
	}
	if r.Basis || r.NotOfProofs {
		add("proofs")
	}
	if r.Params != "" {
		add("params", words.Cell(r.Params))
	}
	for _, p := range parts {
		d.WriteString("- " + p + "\n")
	}
	if len(parts) > 0 {
		d.WriteString("\n")
	}
}

// source writes where a case comes from, with a link where there is one.
func (d *description) source(s *Source) string {
	if s.Text == "" {
		return d.Sprintf("library")
	}
	text := words.Cell(s.Text)
	if s.URL != "" {
		text = "[" + text + "](" + s.URL + ")"
	}
	for _, more := range []string{s.Date, s.Ref} {
		if more != "" {
			text += ", " + words.Cell(more)
		}
	}
	return text
}

func (d *description) elections(all []Election) {
	if len(all) == 0 {
		return
	}
	d.line("elections")
	for i := range all {
		e := &all[i]
		status := "probable"
		if e.Decreed {
			status = "decreed"
		}
		d.WriteString("### " + words.Cell(e.Name) + " `" + words.Cell(string(e.ID)) + "`\n\n")
		d.line("election", d.Sprintf(status), instant(e.Ends), words.Cell(e.Source))
		d.WriteString(d.Sprintf("silences") + "\n| --- | --- | --- |\n")
		for _, s := range e.Silences {
			where := string(s.Territory)
			if where == "" {
				where = d.Sprintf("elsewhere")
			}
			fmt.Fprintf(d, "| %s | %s | %s |\n", where, instant(s.From), instant(s.Until))
		}
		d.WriteString("\n")
	}
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// joined writes a list with commas, in its own order.
func joined[T any](list []T) string {
	var b strings.Builder
	for i, one := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, one)
	}
	return b.String()
}

var describePhrases = words.New([][3]string{
	{"title", "# Rules of pack %q", "# Règles du jeu %q"},
	{"version", "Version %s. Sources read on %s.", "Version %s. Sources lues le %s."},
	{"territories", "For people in: %s. Whoever is elsewhere is denied.", "Pour les personnes dans : %s. Ailleurs, tout est refusé."},
	{"anywhere", "For people anywhere.", "Pour les personnes où qu'elles soient."},
	{"legend", "What a rule rests on is its level:", "Ce sur quoi une règle repose est son niveau :"},
	{"certainties", "How sure its reading is:", "La sûreté de sa lecture :"},
	{"advice", "None of this is legal advice.", "Rien de ceci n'est un conseil juridique."},
	{"level.invariant", "library", "bibliothèque"},
	{"level.law", "law", "loi"},
	{"level.regulator", "regulator", "régulateur"},
	{"level.contract", "contract", "contrat"},
	{"level.advice", "advice", "conseil"},
	{"means.invariant", "what the library needs in order to be safe. It cannot be lowered.", "ce dont la bibliothèque a besoin pour être sûre. Ne peut être abaissé."},
	{"means.law", "a breach is an offence or an administrative fault. It cannot be lowered.", "l'enfreindre est une infraction ou un manquement. Ne peut être abaissée."},
	{"means.regulator", "a regulator's measure of compliance.", "la mesure de conformité d'un régulateur."},
	{"means.contract", "it binds whoever signed with a carrier.", "lie qui a signé avec un opérateur."},
	{"means.advice", "it binds nobody.", "ne lie personne."},
	{"certainty.settled", "settled", "établi"},
	{"certainty.argued", "argued", "discuté"},
	{"certainty.unverified", "unverified", "non vérifié"},
	{"means.settled", "no disagreement about it is known.", "aucun désaccord n'est connu."},
	{"means.argued", "informed people disagree.", "les gens informés ne sont pas d'accord."},
	{"means.unverified", "not checked against the primary text.", "non contrôlé dans le texte d'origine."},
	{"from", "in force from %s", "en vigueur du %s"},
	{"until", "in force until %s, not included", "en vigueur jusqu'au %s exclu"},
	{"known", "could be known from %s", "pouvait être connue dès le %s"},
	{"purposes", "purposes: %s", "finalités : %s"},
	{"kinds", "kinds of message: %s", "types de message : %s"},
	{"channels", "channels: %s", "canaux : %s"},
	{"within", "people in: %s", "personnes dans : %s"},
	{"basis", "it decides on which basis a message may go", "elle décide sur quelle base un message peut partir"},
	{"proofs", "it is not asked of proof copies", "elle n'est pas posée aux BAT"},
	{"params", "parameters: %s", "paramètres : %s"},
	{"columns", "| what it can say | what to do | level | certainty | source |", "| ce qu'elle peut dire | que faire | niveau | certitude | source |"},
	{"override", "; here **%s**, decided by %s: %s", " ; ici **%s**, décidé par %s : %s"},
	{"outcome.deny", "refused", "refusé"},
	{"outcome.allow", "allowed", "permis"},
	{"library", "the library itself", "la bibliothèque elle-même"},
	{"elections", "## Elections", "## Élections"},
	{"election", "Dates %s. Over on %s (UTC). Source: %s.", "Dates %s. Close le %s (UTC). Source : %s."},
	{"probable", "probable", "probables"},
	{"decreed", "decreed", "fixées par décret"},
	{"silences", "| where | no propaganda from (UTC) | until (UTC) |", "| où | pas de propagande dès (UTC) | jusqu'à (UTC) |"},
	{"elsewhere", "elsewhere", "ailleurs"},
})
