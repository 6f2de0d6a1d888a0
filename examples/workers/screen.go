package main

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// A screen shows what happened, a line each, and below that one line that is
// written again and again. Where it is no terminal the latter is left out.
type screen struct {
	out      io.Writer
	terminal bool

	mu      sync.Mutex
	current string // what the last line shows now
}

func newScreen(out io.Writer) *screen {
	s := &screen{out: out}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		s.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return s
}

// What a terminal is told: to go back to the start of the line and clear it, and
// not to break what follows into lines, and to do so again.
const (
	wipe  = "\r\x1b[K"
	whole = "\x1b[?7l"
	fold  = "\x1b[?7h"
)

// say writes a line that stays.
func (s *screen) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != "" {
		fmt.Fprint(s.out, wipe)
	}
	fmt.Fprintf(s.out, format+"\n", args...)
	if s.current != "" {
		fmt.Fprint(s.out, whole+s.current+fold)
	}
}

// show writes the last line anew; an empty one removes it.
func (s *screen) show(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.terminal {
		return
	}
	s.current = line
	fmt.Fprint(s.out, wipe+whole+line+fold)
}
