package examples_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The README's program is the marked part of examples/first, and prints what
// the README says that it prints.
func TestReadme(t *testing.T) {
	t.Parallel()

	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	program, err := os.ReadFile("first/main.go")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(program), "\t// readme:start\n")
	require.True(t, found)
	part, _, found := strings.Cut(rest, "\t// readme:end")
	require.True(t, found)
	var want strings.Builder
	for line := range strings.Lines(part) {
		want.WriteString(strings.TrimPrefix(line, "\t"))
	}
	_, rest, found = strings.Cut(string(readme), "```go\n")
	require.True(t, found)
	block, rest, found := strings.Cut(rest, "```\n")
	require.True(t, found)
	require.Equal(t, want.String(), block)

	out, err := exec.Command("go", "run", "./first").CombinedOutput()
	require.NoError(t, err)
	_, rest, _ = strings.Cut(rest, "```\n")
	printed, _, _ := strings.Cut(rest, "```\n")
	require.Equal(t, printed, string(out))
}

func TestEmbed(t *testing.T) {
	t.Parallel()

	out, err := exec.Command("go", "run", "./embed").CombinedOutput()
	require.NoError(t, err)
	require.Equal(t, `order-17: phone:+33…01, handed-over
order-18: phone:+33…02, handed-over
order-17: phone:+33…01, handed-over
STOP: refused [controller=velo channels=sms+rcs]
order-19: phone:+33…01, excluded:suppression.refusal
the carrier has 2 messages
`, string(out))
}
