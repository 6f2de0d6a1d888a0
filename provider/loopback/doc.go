// Package loopback is a carrier in the memory of one process: the reference for
// what a provider.Provider does, and the carrier of tests and demonstrations.
//
// It keeps what it is handed in an inbox, fails as a script tells it, and plays
// the people at the other end: their replies and the carrier's receipts wait in
// it until [Carrier.Deliver] hands those that are due to a receiver. It has no
// goroutine and no clock of its own, so that a test that runs twice runs the
// same.
package loopback
