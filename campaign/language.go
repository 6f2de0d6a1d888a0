package campaign

import "strings"

// pick returns the index of the template for a contact's language: the one of
// the same tag; then of the tag shortened from its end, fr-CA to fr (RFC 4647,
// lookup); then the first in the same language, so that fr gets fr-FR; then the
// first of all. A contact whose language is unknown gets the first of all.
func pick(templates []*compiled, language string) int {
	if language == "" || len(templates) < 2 {
		return 0
	}
	for tag := language; tag != ""; tag = parent(tag) {
		for i, t := range templates {
			if strings.EqualFold(t.template.Language, tag) {
				return i
			}
		}
	}
	for i, t := range templates {
		if strings.EqualFold(base(t.template.Language), base(language)) {
			return i
		}
	}
	return 0
}

func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
}

// parent takes the last subtag away.
func parent(tag string) string { return tag[:max(0, strings.LastIndexByte(tag, '-'))] }

// distinct returns an error where two templates have the same language.
func distinct(templates []Template) error {
	for i := range templates {
		for j := range i {
			if strings.EqualFold(templates[i].Language, templates[j].Language) {
				return problem("Templates[%d]: Language %q is that of Templates[%d]", i, templates[i].Language, j)
			}
		}
	}
	return nil
}
