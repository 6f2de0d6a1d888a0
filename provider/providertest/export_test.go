package providertest

import (
	"runtime"
	"testing"
	"time"
)

// Clauses are what the cases quote.
func Clauses() map[string]string {
	out := map[string]string{}
	for _, c := range cases {
		out[c.name] = c.clause
	}
	return out
}

// Failing runs every case and returns those that fail. Waiting is short, since
// the providers here are made to be waited for.
func Failing(t *testing.T, open func() Harness) []string {
	t.Helper()
	var failed []string
	for _, c := range cases {
		h := open()
		if c.needs != nil && !c.needs(&h) {
			continue
		}
		b := newBench(t, h)
		b.patience = 300 * time.Millisecond
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.run(r, b)
		}()
		<-done
		if r.failed {
			failed = append(failed, c.name)
		}
	}
	return failed
}

// recorder is a testing.TB that takes note of a failure, and does not fail.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Fail()                 { r.failed = true }
func (r *recorder) Failed() bool          { return r.failed }
func (r *recorder) Error(...any)          { r.failed = true }
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) FailNow()              { r.failed = true; runtime.Goexit() }
func (r *recorder) Fatal(...any)          { r.FailNow() }
func (r *recorder) Fatalf(string, ...any) { r.FailNow() }
