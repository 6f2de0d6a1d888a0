// Command faults breaks the library on purpose, one way at a time, and sees
// whether a test notices. It changes no file: each fault is planted in a copy
// that only the compiler sees. It fails when a test stays green, when a text to
// replace is gone, or when a test is red without any fault.
//
//	go run ./internal/faults          # all of them
//	go run ./internal/faults -only G3 # those of one guarantee
//	go run ./internal/faults -table   # the table, without running anything
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A fault is one way to break a guarantee.
type fault struct {
	guarantee string
	what      string // what the library no longer does
	edits     []edit
	pkg, test string // what must notice
}

// An edit replaces a text that stands exactly once in a file.
type edit struct{ file, old, new string }

func main() {
	only := flag.String("only", "", "the `guarantee` to try, such as G3")
	table := flag.Bool("table", false, "print the table and run nothing")
	flag.Parse()
	if *table {
		fmt.Print(markdown())
		return
	}
	if err := try(*only); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

func try(only string) error {
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	healthy := map[string]bool{}
	asleep := 0
	for i, f := range faults {
		if only != "" && f.guarantee != only {
			continue
		}
		if !healthy[f.pkg+f.test] {
			if out, err := run("", f); err != nil {
				return fmt.Errorf("%s is red without a fault: %w\n%s", f.test, err, out)
			}
			healthy[f.pkg+f.test] = true
		}
		overlay, err := plant(filepath.Join(dir, fmt.Sprint(i)), f)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", f.guarantee, f.what, err)
		}
		out, err := run(overlay, f)
		var exit *exec.ExitError
		switch {
		case err == nil:
			asleep++
			fmt.Printf("ASLEEP  %-4s %s: %s stayed green\n", f.guarantee, f.what, f.test)
		case !errors.As(err, &exit):
			return err
		case !strings.Contains(out, "--- FAIL") && !strings.Contains(out, "panic:"):
			return fmt.Errorf("%s, %s: the fault does not compile\n%s", f.guarantee, f.what, out)
		default:
			fmt.Printf("caught  %-4s %s: %s\n", f.guarantee, f.what, f.test)
		}
	}
	if asleep > 0 {
		return fmt.Errorf("%d tests are asleep", asleep)
	}
	return nil
}

// plant writes the broken files and the overlay that names them.
func plant(dir string, f fault) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, e := range f.edits {
		path, err := filepath.Abs(e.file)
		if err != nil {
			return "", err
		}
		from := path
		if broken, ok := replace[path]; ok {
			from = broken
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(text), e.old); n != 1 {
			return "", fmt.Errorf("%s: the text to replace stands there %d times: %q", e.file, n, e.old)
		}
		to := filepath.Join(dir, strings.ReplaceAll(e.file, "/", "_"))
		if err := os.WriteFile(to, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o644); err != nil {
			return "", err
		}
		replace[path] = to
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o644)
}

func run(overlay string, f fault) (string, error) {
	args := []string{"test", "-vet=off", "-short", "-count=1", "-run", f.test, f.pkg}
	if overlay != "" {
		args = append([]string{"test", "-overlay", overlay}, args[1:]...)
	}
	out, err := exec.Command("go", args...).CombinedOutput()
	if err == nil && strings.Contains(string(out), "no tests to run") {
		return string(out), fmt.Errorf("no test matches %s in %s", f.test, f.pkg)
	}
	return string(out), err
}

func markdown() string {
	var b strings.Builder
	b.WriteString("| guarantee | what was broken | the test that noticed |\n| --- | --- | --- |\n")
	for _, f := range faults {
		fmt.Fprintf(&b, "| %s | %s | `%s` in `%s` |\n", f.guarantee, f.what, strings.Trim(f.test, "^$"), strings.TrimPrefix(f.pkg, "./"))
	}
	return b.String()
}
