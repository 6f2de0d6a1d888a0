// Package forgery has no code: its tests try to send a message that no gate
// cleared, each way that a program might come to try, and hold that none works.
//
// The programs under testdata must not compile, for the reason that a comment in
// them names. The ways that compile, and fail when they run, are tried by the
// tests themselves.
//
// What is outside: package unsafe, linkname, and a ledger or list that lies. The
// mechanism is unexported fields, and its aim is that nobody forgets to ask.
package forgery
