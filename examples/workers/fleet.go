package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
)

// A fleet is the workers: copies of this program. One that was killed is
// replaced. How a service manager or an orchestrator does that is its own
// business: workers need not know of one another.
type fleet struct {
	db, carrier string
	event       func(format string, args ...any)

	mu     sync.Mutex
	alive  map[string]*process
	named  int // how many were started so far
	killed []string
}

type process struct {
	name   string
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr bytes.Buffer
	gone   chan struct{} // closed when it has ended
	err    error         // how; set before gone is closed
}

// run starts n workers and returns when all have ended. When ctx is done they
// are told to end, and so they are when one of them fails.
func (f *fleet) run(ctx context.Context, n int) error {
	ended := make(chan *process)
	var failed error
	for range n {
		if failed = f.start(ended); failed != nil {
			f.dismiss()
			break
		}
	}
	stopping := failed != nil
	done := ctx.Done()
	for f.count() > 0 {
		select {
		case <-done:
			done, stopping = nil, true
			f.dismiss()
		case p := <-ended:
			f.forget(p)
			err := p.failure()
			if err == nil && p.wasKilled() && !stopping {
				f.event("%s was killed; what it held waits until its lease ends", p.name)
				err = f.start(ended)
			}
			if err != nil {
				failed, stopping = errors.Join(failed, err), true
				f.dismiss()
			}
		}
	}
	return failed
}

// start starts one more worker, which says on ended when it is gone.
func (f *fleet) start(ended chan<- *process) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.named++
	p := &process{name: fmt.Sprintf("worker-%d", f.named), gone: make(chan struct{})}
	p.cmd = exec.Command(program, "-as", p.name, "-carrier", f.carrier)
	p.cmd.Env = append(os.Environ(), databaseVariable+"="+f.db)
	p.cmd.Stderr = &p.stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	if f.alive == nil {
		f.alive = map[string]*process{}
	}
	f.alive[p.name] = p
	f.event("%s started, process %d", p.name, p.cmd.Process.Pid)
	go func() {
		p.err = p.cmd.Wait()
		close(p.gone)
		ended <- p
	}()
	return nil
}

// wasKilled reports whether a signal ended p, and not p itself.
func (p *process) wasKilled() bool { return p.err != nil && p.cmd.ProcessState.ExitCode() == -1 }

// failure returns what p ended with by itself.
func (p *process) failure() error {
	if p.err == nil || p.wasKilled() {
		return nil
	}
	return fmt.Errorf("%s: %w: %s", p.name, p.err, strings.TrimSpace(p.stderr.String()))
}

// kill ends a worker as a loss of power would, and returns when it is gone.
func (f *fleet) kill(name string) error {
	f.mu.Lock()
	p := f.alive[name]
	f.mu.Unlock()
	if p == nil {
		return fmt.Errorf("%s is not there to be killed", name)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	<-p.gone
	return nil
}

// dismiss tells all workers to end in order.
func (f *fleet) dismiss() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.alive {
		_ = p.stdin.Close() // it may be gone already
	}
}

func (f *fleet) forget(p *process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.alive, p.name)
	if p.wasKilled() {
		f.killed = append(f.killed, p.name)
	}
}

// count returns how many workers are alive.
func (f *fleet) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.alive)
}
