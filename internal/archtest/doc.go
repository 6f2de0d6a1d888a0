// Package archtest has no code: its tests hold the shape of the repository.
// They say which package may import which, what the root module may require,
// what a host that embeds the library links, and which habits stay out of the
// code.
//
// The tables are policy, not description. When a test fails, move the code to
// where it may live, and leave the table alone unless the policy is wrong.
package archtest
