// Package memory keeps everything in the memory of one process.
//
// It is the reference for what a store does: other adapters run the same suite,
// storetest, and where they and this one differ they are wrong. It is meant for
// tests, examples, previews and short-lived tools. Nothing survives the
// process, and a refusal that does not survive is a refusal lost, so do not
// send real messages from it.
//
// The zero value of each type is empty and ready to use, and safe for
// concurrent use. What is put in and what comes out are copies.
package memory
