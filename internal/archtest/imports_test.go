package archtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// everything is what test kits and programs may import of this module.
var everything = []string{
	"contact", "contact/phone", "suppression", "suppression/reply", "consent", "consent/regime", "consent/supplier", "consent/transparency",
	"provider", "provider/loopback", "provider/smstext", "provider/providertest", "campaign", "store/memory", "store/storetest",
}

// mayImport is policy, not description: what the code of each package, tests
// aside, may import besides the standard library. Names without a dot are
// packages of this module; a name that ends in a slash stands for all below it.
// Do not add to a line to make a build pass; move the code to where it may live.
//
// The order is contact ← suppression ← consent ← provider ← campaign. Adapters
// import the packages whose interfaces they implement, and nothing imports an
// adapter but test kits, programs and hosts.
var mayImport = map[string][]string{
	"contact":           {"internal/sheet", "github.com/google/uuid", "golang.org/x/text/"},
	"contact/phone":     {"contact", "github.com/nyaruka/phonenumbers/v2", "golang.org/x/text/"},
	"suppression":       {"contact", "internal/sheet", "github.com/google/uuid"},
	"suppression/reply": {"contact", "golang.org/x/text/"},
	"consent": {
		"contact", "suppression", "internal/pieces", "internal/sms", "internal/words", "github.com/google/uuid",
		"golang.org/x/text/unicode/norm", "golang.org/x/text/language",
	},
	"consent/regime":   {"contact", "consent", "github.com/google/uuid"},
	"consent/supplier": {"contact", "consent", "internal/pieces", "internal/sheet", "internal/words", "github.com/google/uuid", "golang.org/x/text/"},
	"provider":         {"contact", "consent", "internal/sms", "github.com/google/uuid"},
	"provider/smstext": {"provider", "internal/sms", "golang.org/x/text/"},
	"campaign": {
		"contact", "suppression", "suppression/reply", "consent", "provider", "internal/sheet", "internal/smallcount", "internal/words",
		"github.com/google/uuid", "golang.org/x/text/",
	},

	"consent/transparency": {"consent", "internal/words", "golang.org/x/text/"},

	"provider/loopback": {"contact", "consent", "provider", "github.com/google/uuid"},
	"store/memory":      {"contact", "suppression", "consent", "provider", "campaign", "internal/merge", "internal/pieces", "github.com/google/uuid"},

	"internal/merge":      {"contact"},
	"internal/wire":       {"contact"},
	"internal/relational": {"contact", "suppression", "consent", "provider", "campaign", "internal/merge", "internal/wire", "github.com/google/uuid"},
	"internal/pgtest":     {},
	"store/crashtest":     {}, // it has tests only
	"store/postgres":      {"contact", "suppression", "consent", "campaign", "internal/relational", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/"},
	"store/sqlite":        {"contact", "suppression", "consent", "campaign", "internal/relational", "modernc.org/sqlite"},

	"provider/providertest": kit,
	"store/storetest":       kit,

	"internal/pieces":   {},
	"internal/sheet":    {"golang.org/x/text/"},
	"internal/sms":      {"golang.org/x/text/unicode/norm"},
	"internal/words":    {"golang.org/x/text/"},
	"internal/archtest": {},
	"internal/faults":   {},
	"internal/forgery":  {},
	"internal/gallery":  {},

	"internal/smallcount": {},

	"examples":  {},
	"examples/": append(slices.Clone(everything), "github.com/google/uuid", "golang.org/x/text/"),

	"examples/quickstart": append(slices.Clone(everything), "store/sqlite", "github.com/google/uuid", "golang.org/x/text/"),
	"examples/workers":    append(slices.Clone(everything), "internal/pgtest", "store/postgres", "github.com/google/uuid", "github.com/jackc/pgx/v5/pgxpool"),
}

var kit = append(slices.Clone(everything), "github.com/google/uuid", "github.com/stretchr/testify/")

func TestImports(t *testing.T) {
	t.Parallel()

	require.Empty(t, forbiddenImports(repository(t).sources))
}

func TestImportsCatches(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ path, imports, want string }{
		"an arrow upward":            {"consent/x.go", module + "/campaign", "consent/x.go imports campaign"},
		"an adapter":                 {"campaign/x.go", module + "/store/memory", "campaign/x.go imports store/memory"},
		"an unwanted dependency":     {"contact/x.go", "github.com/stretchr/testify/require", "contact/x.go imports github.com/stretchr/testify/require"},
		"phone numbers outside":      {"suppression/x.go", "github.com/nyaruka/phonenumbers/v2", "suppression/x.go imports github.com/nyaruka/phonenumbers/v2"},
		"a name that only begins so": {"provider/x.go", module + "/consent/regime", "provider/x.go imports consent/regime"},
		"a package without a line":   {"billing/x.go", "fmt", "billing has no line in mayImport"},
		"a nested one without":       {"internal/billing/x.go", "fmt", "internal/billing has no line in mayImport"},
		"the root":                   {"x.go", "fmt", ". has no line in mayImport"},
		"a test may":                 {"contact/x_test.go", module + "/campaign", ""},
		"the standard library":       {"contact/x.go", "go/ast", ""},
		"below a slash":              {"contact/x.go", "golang.org/x/text/unicode/norm", ""},
		"an example":                 {"examples/embed/x.go", module + "/store/memory", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := forbiddenImports([]source{snippet(t, test.path, "package x\n\nimport _ \""+test.imports+"\"\n")})
			require.Equal(t, test.want, strings.Join(got, "\n"))
		})
	}
}

// forbiddenImports returns what mayImport does not allow, a sentence each.
func forbiddenImports(sources []source) []string {
	found := map[string]bool{}
	for _, s := range sources {
		if s.test() {
			continue
		}
		allowed, ok := policy(s.dir())
		if !ok {
			found[s.dir()+" has no line in mayImport"] = true
			continue
		}
		for _, spec := range s.file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
				continue // the standard library
			}
			name = strings.TrimPrefix(name, module+"/")
			if !slices.ContainsFunc(allowed, func(a string) bool {
				return name == a || strings.HasSuffix(a, "/") && strings.HasPrefix(name, a)
			}) {
				found[s.path+" imports "+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// policy returns the line of dir, or the one of the nearest folder that speaks
// for all below it.
func policy(dir string) ([]string, bool) {
	if line, ok := mayImport[dir]; ok {
		return line, true
	}
	for i := len(dir) - 1; i >= 0; i-- {
		if dir[i] != '/' {
			continue
		}
		if line, ok := mayImport[dir[:i+1]]; ok {
			return line, true
		}
	}
	return nil, false
}

// The root module has these direct requirements and no others, so that a host
// that embeds it inherits nothing it did not ask for.
func TestRequirements(t *testing.T) {
	t.Parallel()

	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	require.NoError(t, json.Unmarshal(goTool(t, "mod", "edit", "-json"), &mod))
	var direct []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	slices.Sort(direct)
	require.Equal(t, []string{
		"github.com/google/uuid",
		"github.com/nyaruka/phonenumbers/v2",
		"github.com/stretchr/testify",
		"golang.org/x/text",
	}, direct)
}

// What a host links must not contain test code, nor the seven megabytes of
// telephone numbering plans unless it asked for contact/phone.
func TestDependencies(t *testing.T) {
	t.Parallel()

	packages := []string{"contact", "suppression", "consent", "provider", "campaign"}
	for _, s := range repository(t).library() {
		packages = append(packages, s.dir())
	}
	slices.Sort(packages)
	for _, name := range slices.Compact(packages) {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			t.Parallel()

			deps := strings.Fields(string(goTool(t, "list", "-deps", "./"+name)))
			require.Contains(t, deps, module+"/"+name)
			require.Empty(t, unwanted(name, deps))
		})
	}
}

func TestDependenciesCatches(t *testing.T) {
	t.Parallel()

	numbers, suite := "github.com/nyaruka/phonenumbers/v2", "github.com/stretchr/testify/require"
	require.Equal(t, []string{"testing", suite}, unwanted("consent", []string{"errors", "testing", suite}))
	require.Equal(t, []string{"testing/fstest"}, unwanted("consent", []string{"testing/fstest"}))
	require.Equal(t, []string{numbers}, unwanted("campaign", []string{numbers}))
	require.Empty(t, unwanted("contact/phone", []string{numbers}))
}

// unwanted returns those of deps that the package called name may not link.
func unwanted(name string, deps []string) []string {
	return slices.DeleteFunc(slices.Clone(deps), func(dep string) bool {
		switch {
		case dep == "testing" || strings.HasPrefix(dep, "testing/"):
			return false
		case strings.HasPrefix(dep, "github.com/stretchr/testify"):
			return false
		case strings.HasPrefix(dep, "github.com/nyaruka/phonenumbers"):
			return name == "contact/phone"
		default:
			return true
		}
	})
}

// Every module is in the workspace, for CI builds and tests those that are.
func TestWorkspace(t *testing.T) {
	t.Parallel()

	var work struct{ Use []struct{ DiskPath string } }
	require.NoError(t, json.Unmarshal(goTool(t, "work", "edit", "-json", "go.work"), &work))
	var used []string
	for _, u := range work.Use {
		used = append(used, strings.TrimPrefix(u.DiskPath, "./"))
	}
	require.ElementsMatch(t, repository(t).modules, used)
}

// goTool runs the go command on the root module and returns what it printed.
func goTool(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = root
	cmd.Env = append(cmd.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if failed, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, failed.Stderr)
	}
	require.NoError(t, err)
	return out
}
