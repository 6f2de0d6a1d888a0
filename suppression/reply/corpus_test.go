package reply_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/accordsdk/accord/suppression/reply"
	"github.com/stretchr/testify/require"
)

// A labelled is one line of the corpus; testdata/tuning.tsv says what its labels
// mean.
type labelled struct{ language, label, kind, text string }

var labels = []string{"stop", "refusal", "yes", "no", "help", "contact", "start", "other", "unclear"}

// heldOutFile is the honest measure: it was written by somebody who had seen
// neither the lexicon nor the texts that it was tuned with, and no word of the
// lexicon was chosen with a look at it. Tests print what was counted there and
// never a text, since a text that is seen becomes part of the tuning: when that
// happens, the file goes to the other, and a new one has to be written.
const (
	tuningFile  = "testdata/tuning.tsv"
	heldOutFile = "testdata/heldout.tsv"
)

func corpus(t testing.TB, file string) []labelled {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var out []labelled
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		row := strings.Split(line, "\t")
		require.Lenf(t, row, 4, "%s:%d", file, n)
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(row[3], `"`, `\"`) + `"`)
		require.NoErrorf(t, err, "%s:%d", file, n)
		require.Containsf(t, labels, row[1], "%s:%d", file, n)
		require.Regexpf(t, `^[a-z]{2,3}$`, row[0], "%s:%d", file, n)
		out = append(out, labelled{row[0], row[1], row[2], text})
	}
	require.NotEmpty(t, out)
	return out
}

// A score counts texts, and those that were read well.
type score struct{ all, good int }

func (s *score) add(good bool) {
	s.all++
	if good {
		s.good++
	}
}

func (s score) String() string { return fmt.Sprintf("%d/%d", s.good, s.all) }

// atLeast reports whether percent of the texts were read well.
func (s score) atLeast(percent int) bool { return s.good*100 >= s.all*percent }

// scores are those of one language, by measure.
type scores map[string]*score

var measures = []string{"stop", "refusal", "ordinary", "yes", "no", "help"}

func (s scores) at(measure string) *score {
	if s[measure] == nil {
		s[measure] = &score{}
	}
	return s[measure]
}

// measured returns the scores by language, and those of all as "all". A stop
// that is misspelt, or has a name behind without a mark between, is to be caught
// as a refusal in free words is: STOP MARTIN is a slogan, too. What is ordinary
// is good when it is no refusal; a question and a wish to start again are
// ordinary, too.
func measured(texts []labelled, read func(string) reply.Meaning, missed func(labelled, reply.Meaning)) map[string]scores {
	out := map[string]scores{"all": {}}
	for _, l := range texts {
		m := read(l.text)
		refused := m == reply.Stop || m == reply.LikelyRefusal
		measure, good := l.label, m.String() == l.label
		switch l.label {
		case "unclear":
			continue
		case "stop":
			if l.kind == "typo" || l.kind == "name" {
				measure, good = "refusal", refused
			}
		case "refusal":
			good = refused
		case "other", "contact", "start":
			measure, good = "ordinary", !refused
		}
		if out[l.language] == nil {
			out[l.language] = scores{}
		}
		out[l.language].at(measure).add(good)
		out["all"].at(measure).add(good)
		if !good {
			missed(l, m)
		}
	}
	return out
}

func table(all map[string]scores) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s", "")
	for _, m := range measures {
		fmt.Fprintf(&b, " %8s", m)
	}
	for _, language := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "\n%-8s", language)
		for _, m := range measures {
			fmt.Fprintf(&b, " %8v", *all[language].at(m))
		}
	}
	return b.String()
}

// A bar is the percentage of texts that must be read well.
type bar struct{ stop, refusal, ordinary int }

// target is what the lexicon is to reach, the stops in every language.
var target = bar{stop: 100, refusal: 95, ordinary: 97}

func TestCorpus(t *testing.T) {
	t.Parallel()

	reader := reply.NewReader(reply.Default())
	for name, file := range map[string]string{"tuning": tuningFile, "held out": heldOutFile} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			texts := corpus(t, file)
			if file == heldOutFile {
				texts = apart(t, texts)
			}
			all := measured(texts, reader.Read, func(l labelled, m reply.Meaning) {
				if file == tuningFile {
					t.Logf("%s %s is %v: %+q", l.language, l.label, m, l.text)
				}
			})
			t.Logf("read well, of all\n%s", table(all))
			require.True(t, all["all"].at("refusal").atLeast(target.refusal), "too few refusals are caught")
			require.True(t, all["all"].at("ordinary").atLeast(target.ordinary), "too many false alarms")
			for language, s := range all {
				require.Truef(t, s.at("stop").atLeast(target.stop), "%s: a definite stop is missed", language)
			}
		})
	}
}

// BenchmarkCorpus reads every reply of the corpus: what a message costs.
func BenchmarkCorpus(b *testing.B) {
	reader := reply.NewReader(reply.Default())
	texts := corpus(b, tuningFile)
	size := 0
	for _, l := range texts {
		size += len(l.text)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i := range texts {
			reader.Read(texts[i].text)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(texts)), "ns/message")
	b.ReportMetric(float64(size)/float64(len(texts)), "bytes/message")
}

// apart returns the texts that nothing was tuned with: some of a few words are
// what they are, whoever writes them.
func apart(t *testing.T, texts []labelled) []labelled {
	t.Helper()
	tuned := map[string]bool{}
	for _, l := range corpus(t, tuningFile) {
		tuned[reply.Fold(l.text)] = true
	}
	all := len(texts)
	texts = slices.DeleteFunc(texts, func(l labelled) bool {
		folded := reply.Fold(l.text)
		return tuned[folded] && strings.Contains(folded, " ")
	})
	t.Logf("%d texts are left out, which are among those to tune with", all-len(texts))
	require.GreaterOrEqual(t, 4*len(texts), len(tuned), "too few are held out")
	return texts
}
