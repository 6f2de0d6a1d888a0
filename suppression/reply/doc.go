// Package reply reads what people answer: stop, yes, no, help, or a refusal in
// words of their own.
//
// A [Reader] applies a [Lexicon], which is dated data with sources. It reads
// Unicode as phones send it: letter case, accents, full-width letters, quotes,
// emoji and invisible characters make no difference. Keywords count as the
// whole message only, since “I will quit the party” is no refusal; the few that
// cannot be misread count at the start of a message, too. A refusal in free
// words is likely and never certain: a human decides, and until then nothing is
// sent.
//
// Whether a question was asked that a yes or a no could answer is not for this
// package to know. Reading is deterministic, and needs no network and no model.
package reply
