// Package reply reads what people answer: stop, yes, no, help, or a refusal in
// words of their own.
//
// A [Reader] applies a [Lexicon], which is dated data with sources. It reads
// Unicode as phones send it: letter case, accents, full-width letters, quotes,
// emoji and invisible characters make no difference. Keywords count as the
// whole message only, since “I will quit the party” is no refusal; the few that
// cannot be misread count at the start of a message, too. A refusal in free
// words is likely and never certain: a human decides, and until then nothing is
// sent. A wrong number and an insult are Unclear: they say nothing about more
// messages.
//
// [Default] reads French, English, German, Spanish, Italian, Portuguese and
// Dutch, and the words for stop of thirty more languages. Its phrases stand in
// files below data, each with a source and a date; what nobody checked is marked
// so. Lines that start with a >, what follows “Jane Doe wrote:” and the notice of
// a sender in quotation marks are not the words of the person who answers.
//
// The files testdata/tuning.tsv and testdata/heldout.tsv are labelled replies;
// go test -run Corpus -v counts how many are read well, by language.
//
// Whether a question was asked that a yes or a no could answer is not for this
// package to know. Reading is deterministic, and needs no network and no model.
package reply
