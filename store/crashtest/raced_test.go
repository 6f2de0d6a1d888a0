//go:build race

package crashtest

// raced says that the race detector is at work, in workers too.
const raced = true
