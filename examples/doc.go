// Package examples holds programs that show the library at work, each in a
// folder of its own and each run by a test. They are a module apart, so that
// what a program needs is never asked of a host that embeds the library.
//
// Everybody in them is invented: telephone numbers come from the range that
// Arcep reserves for fiction, 06 39 98 xx xx, and e-mail addresses from
// example.org.
package examples
