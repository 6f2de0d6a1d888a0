package forgery_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each program under testdata that says ERROR must not compile, there and for
// that reason, and nothing else in it may be wrong. They are built as a host
// would build them: in a module of its own.
func TestDoesNotCompile(t *testing.T) {
	t.Parallel()

	dir := hostModule(t)
	cmd := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-e", "./...")
	cmd.Dir, cmd.Env = dir, hostEnv()
	printed, err := cmd.CombinedOutput()
	require.Error(t, err, "everything compiles")
	found := faults(string(printed))

	programs, err := os.ReadDir("testdata")
	require.NoError(t, err)
	require.Greater(t, len(programs), 15)
	for _, p := range programs {
		t.Run(p.Name(), func(t *testing.T) {
			want := wanted(t, p.Name())
			if !strings.Contains(string(printed), "/"+p.Name()) {
				require.Emptyf(t, want, "it compiles:\n%s", printed)
			}
			for at, text := range want {
				require.Containsf(t, found[at], text, "at %s", at)
			}
			for at, text := range found {
				if strings.HasPrefix(at, p.Name()+"/") {
					require.Containsf(t, want, at, "an error that nobody expects: %s", text)
				}
			}
		})
	}
}

// The gate of the test kit clears whatever it is asked, and works in tests only.
func TestKitOutsideATest(t *testing.T) {
	t.Parallel()

	cmd := exec.CommandContext(t.Context(), "go", "run", "./outside")
	cmd.Dir, cmd.Env = hostModule(t), hostEnv()
	printed, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(printed), "panic: providertest: used outside a test")
}

// hostModule returns a folder with the programs, in a module that requires this
// one as a host does.
func hostModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata")))
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	// The requirements of the library are the host's, by the rule of the module
	// graph: its own list must name them.
	text := strings.Replace(string(mod), "module github.com/accordsdk/accord", "module host.example", 1) +
		"\nrequire github.com/accordsdk/accord v0.0.0\n\nreplace github.com/accordsdk/accord => " + strconv.Quote(root) + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o600))
	return dir
}

// hostEnv keeps the build from leaving the machine, and from the workspace.
func hostEnv() []string {
	return append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS=-mod=mod")
}

var fault = regexp.MustCompile(`^(?:\./)?(\w+/\w+\.go:\d+):(?:\d+:)? (.*)$`)

// faults returns what the compiler said, by program, file and line.
func faults(printed string) map[string]string {
	out := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(filepath.ToSlash(printed)))
	for lines.Scan() {
		if m := fault.FindStringSubmatch(lines.Text()); m != nil {
			out[m[1]] += m[2] + "\n"
		}
	}
	return out
}

// wanted returns the errors that the comments of a program ask for.
func wanted(t *testing.T, program string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join("testdata", program, "*.go"))
	require.NoError(t, err)
	for _, name := range files {
		code, err := os.ReadFile(name)
		require.NoError(t, err)
		for i, line := range bytes.Split(code, []byte("\n")) {
			if _, text, ok := strings.Cut(string(line), "// ERROR "); ok {
				out[program+"/"+filepath.Base(name)+":"+strconv.Itoa(i+1)] = text
			}
		}
	}
	return out
}
