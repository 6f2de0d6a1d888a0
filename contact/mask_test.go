package contact_test

import (
	"bytes"
	"database/sql/driver"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// secret is one address with the spellings of it that must not be found
// anywhere. They are long enough not to turn up in noise by chance.
type secret struct {
	address contact.Address
	mask    string
	never   []string
}

func secrets(t testing.TB) map[string]secret {
	t.Helper()
	const number, mailbox = 33639981234, "ada.lovelace@example.org"
	return map[string]secret{
		"phone": {phoneOf(t, "+"+strconv.Itoa(number)), "phone:+33…34", []string{
			"639981234", "39981234",
			fmt.Sprintf("%x", uint64(number)), fmt.Sprintf("%X", uint64(number)), fmt.Sprintf("%o", uint64(number)), fmt.Sprintf("%b", uint64(number)),
			fmt.Sprintf("%x", "+33639981234"), fmt.Sprintf("%X", "639981234"),
		}},
		"e-mail": {emailOf(t, mailbox), "email:…", []string{
			"lovelace", "example.org",
			fmt.Sprintf("%x", "lovelace"), fmt.Sprintf("%X", "lovelace"), fmt.Sprintf("% x", "lovelace"), strings.Trim(fmt.Sprint([]byte("lovelace")), "[]"),
		}},
	}
}

func (s secret) notIn(t *testing.T, what, text string) {
	t.Helper()
	for _, never := range s.never {
		require.NotContains(t, text, never, what)
	}
}

// The types in which addresses hide from packages that reflect on fields: fmt
// calls no method on what it finds in one that is not exported.
type (
	shown  struct{ A contact.Address }
	hidden struct{ a contact.Address }
	nested struct {
		inner hidden
		ptr   *hidden
		any   any
		err   error
	}
	pointed struct {
		A *contact.Address
		a *contact.Address
	}
	collected struct {
		list  []contact.Address
		array [2]contact.Address
		keys  map[contact.Address]int
		vals  map[string]contact.Address
		ptrs  []*contact.Address
	}
	embedded struct{ contact.Address }
)

// around returns a in everything that a program may put around it.
func around(a contact.Address) map[string]any {
	return map[string]any{
		"itself":             a,
		"a pointer":          &a,
		"an exported field":  shown{a},
		"a hidden field":     hidden{a},
		"a pointer to that":  &hidden{a},
		"nested":             nested{hidden{a}, &hidden{a}, hidden{a}, fmt.Errorf("about %v", a)},
		"a pointer to it":    &nested{hidden{a}, &hidden{a}, &a, errors.New("none")},
		"pointers":           pointed{&a, &a},
		"collections":        collected{[]contact.Address{a}, [2]contact.Address{a}, map[contact.Address]int{a: 1}, map[string]contact.Address{"a": a}, []*contact.Address{&a}},
		"a slice":            []contact.Address{a, a},
		"a map":              map[contact.Address]contact.Address{a: a},
		"embedded":           embedded{a},
		"an interface":       []any{a, &a, hidden{a}},
		"an error":           fmt.Errorf("sending to %v, %s and %q: %w", a, a, a, contact.ErrAddress),
		"a contact":          contact.Contact{ID: "P1", Points: []contact.Point{{Address: a}}},
		"a pointer to one":   &contact.Contact{ID: "P1", Points: []contact.Point{{Address: a}}},
		"a page":             contact.Page{Contacts: []contact.Contact{{Points: []contact.Point{{Address: a}}}}},
		"a function of none": func() contact.Address { return a },
	}
}

func TestMaskInFmt(t *testing.T) {
	t.Parallel()

	// Every verb there is, and some that there are not, with every flag.
	var formats []string
	for _, flags := range []string{"", "+", "#", "-40", "040", " ", "+#", "# ", ".3", "12.2"} {
		for verb := 'A'; verb <= 'z'; verb++ {
			formats = append(formats, "%"+flags+string(verb))
		}
	}
	formats = append(formats, "%!", "%é", "%[1]*[1]v", "no verb")
	wrapping := "%w %v" // for what is no error; go vet would see it
	for name, s := range secrets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for what, value := range around(s.address) {
				for _, format := range formats {
					s.notIn(t, what+" "+format, fmt.Sprintf(format, value))
				}
				s.notIn(t, what, fmt.Sprint(value, value)+fmt.Sprintln(value)+fmt.Errorf(wrapping, value, value).Error())
			}
			for _, format := range formats {
				if strings.HasSuffix(format, "T") || strings.HasSuffix(format, "p") || !strings.HasPrefix(format, "%") || !strings.ContainsAny(format[len(format)-1:], "vsqdxXobeEfFgGUct") || strings.Contains(format, "*") {
					continue
				}
				require.Equal(t, s.mask, fmt.Sprintf(format, s.address), format)
			}
			require.Equal(t, "contact.Address", fmt.Sprintf("%T", s.address))
			require.Equal(t, s.mask, s.address.String())
			require.Equal(t, s.mask, s.address.GoString())
			require.Equal(t, s.mask, s.address.LogValue().String())
			require.Equal(t, "{A:"+s.mask+"}", fmt.Sprintf("%+v", shown{s.address}))
			require.Equal(t, "map["+s.mask+":1]", fmt.Sprint(map[contact.Address]int{s.address: 1}))
		})
	}
	require.Equal(t, "none", fmt.Sprintf("%v", contact.Address{}))
	require.Equal(t, "phone:+…00", phoneOf(t, "+8880000000").String(), "a calling code that is not known")
}

func TestMaskInLogs(t *testing.T) {
	t.Parallel()

	for name, s := range secrets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for what, value := range around(s.address) {
				var out bytes.Buffer
				for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
					log := slog.New(handler)
					log.Info("a message", "value", value)
					log.With("value", value).WithGroup("group").Info("a message", slog.Group("inner", "value", value))
				}
				s.notIn(t, what, out.String())
			}
			var out bytes.Buffer
			slog.New(slog.NewTextHandler(&out, nil)).Info("sent", "to", s.address, "ptr", &s.address)
			require.Contains(t, out.String(), "to="+s.mask+" ptr="+s.mask)
		})
	}
}

func TestMaskInEncodings(t *testing.T) {
	t.Parallel()

	for name, s := range secrets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for what, value := range around(s.address) {
				if text, err := json.Marshal(value); err == nil {
					s.notIn(t, what+" in JSON", string(text))
				} else {
					s.notIn(t, what+" in JSON", err.Error())
				}
				if text, err := xml.Marshal(value); err == nil {
					s.notIn(t, what+" in XML", string(text))
				}
				var out bytes.Buffer
				if err := gob.NewEncoder(&out).Encode(value); err == nil {
					s.notIn(t, what+" in gob", out.String())
				}
				out.Reset()
				err := template.Must(template.New("").Parse(`{{printf "%s %d" . .}} {{.}}`)).Execute(&out, value)
				s.notIn(t, what+" in a template", out.String()+fmt.Sprint(err))
			}
			text, err := json.Marshal(map[contact.Address]contact.Address{s.address: s.address})
			require.NoError(t, err)
			require.Equal(t, `{"`+s.mask+`":"`+s.mask+`"}`, string(text))
		})
	}
}

// A database driver does not get a mask in the place of an address, nor an
// address in the place of a mask: it gets an error.
func TestAddressIsNoDatabaseValue(t *testing.T) {
	t.Parallel()

	for _, s := range secrets(t) {
		var value any = s.address
		_, isValuer := value.(driver.Valuer)
		require.False(t, isValuer)
		_, isScanner := any(&s.address).(interface{ Scan(any) error })
		require.False(t, isScanner)
		_, err := driver.DefaultParameterConverter.ConvertValue(value)
		require.Error(t, err)
		s.notIn(t, "the error", err.Error())
	}
}

// failing is what a test is to testify, and keeps what it is told.
type failing struct{ strings.Builder }

func (f *failing) Errorf(format string, args ...any) { fmt.Fprintf(f, format, args...) }
func (f *failing) FailNow()                          {}

func TestMaskInTestFailures(t *testing.T) {
	t.Parallel()

	for name, s := range secrets(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for what, value := range around(s.address) {
				var f failing
				require.Equal(&f, value, around(contact.Address{})[what])
				require.Nil(&f, value)
				require.Empty(&f, value)
				require.Contains(&f, []any{value}, "something else")
				require.IsType(&f, 0, value)
				require.ErrorIs(&f, fmt.Errorf("%v", value), contact.ErrAddress)
				require.NotEqual(&f, value, value)
				require.NotEmpty(&f, f.String())
				s.notIn(t, what, f.String())
			}
		})
	}
}

// crash makes the test binary die of a panic when it is run again as itself.
const crash = "CONTACT_TEST_CRASH"

func TestMaskInPanics(t *testing.T) {
	if name, ok := os.LookupEnv(crash); ok {
		kind, what, _ := strings.Cut(name, "/")
		dieOf(around(secrets(t)[kind].address)[what], secrets(t)[kind].address)
	}
	t.Parallel()

	for name, s := range secrets(t) {
		for _, what := range []string{"itself", "a pointer", "a hidden field", "an error", "nested", "collections", "a contact"} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()

				self, err := os.Executable()
				require.NoError(t, err)
				again := exec.CommandContext(t.Context(), self, "-test.run=^TestMaskInPanics$")
				again.Env = append(again.Environ(), crash+"="+name+"/"+what, "GOTRACEBACK=all")
				out, err := again.CombinedOutput()
				require.Error(t, err)
				require.Contains(t, string(out), "panic: ")
				require.Contains(t, string(out), "dieOf(", "the trace")
				for _, never := range s.never {
					if len(never) >= len("lovelace") { // a trace names folders and has many numbers
						require.NotContains(t, string(out), never)
					}
				}
			})
		}
	}
}

// dieOf has the address among its arguments, which a trace prints as words.
//
//go:noinline
func dieOf(value any, a contact.Address) {
	if a.IsZero() {
		return
	}
	panic(value)
}

// What is masked for the eye is whole for those who say Reveal, and for ==.
func TestReveal(t *testing.T) {
	t.Parallel()

	for _, text := range []string{"+33639981234", "+9990000", "+999999999999999", "ada.lovelace@example.org", "é@xn--r8jz45g.example"} {
		a, err := contact.ParseAddress(text)
		require.NoError(t, err)
		require.Equal(t, text, a.Reveal())
		require.Equal(t, "to "+text, string(a.AppendReveal([]byte("to "))))
		again, err := contact.ParseAddress(text)
		require.NoError(t, err)
		require.True(t, a == again)
		require.Equal(t, 7, map[contact.Address]int{a: 7}[again])
		require.False(t, a.IsZero())
	}
	require.Empty(t, contact.Address{}.Reveal())
	require.True(t, contact.Address{}.IsZero())
	require.False(t, phoneOf(t, "+33639981234") == phoneOf(t, "+33639981235"))
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"phone:+33…34": "contact: address: the text is a mask; write Reveal() where an address must be kept: not an address",
		"email:…":      "contact: address: the text is a mask; write Reveal() where an address must be kept: not an address",
		"a…b@x.org":    "contact: address: the text is a mask; write Reveal() where an address must be kept: not an address",
		"none":         "contact: e-mail address: no @ sign: not an address",
		"":             "contact: e-mail address: no @ sign: not an address",
		"+33 6":        "contact: phone number: 4 digits, want 7 to 15: not an address",
	} {
		a := phoneOf(t, "+33639980000")
		err := a.UnmarshalText([]byte(text))
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, contact.ErrAddress)
		require.Equal(t, "+33639980000", a.Reveal(), "a failure changes nothing")
	}
	for _, s := range secrets(t) {
		masked, err := json.Marshal(contact.Contact{ID: "P1", Points: []contact.Point{{Address: s.address}}})
		require.NoError(t, err)
		var back contact.Contact
		require.ErrorIs(t, json.Unmarshal(masked, &back), contact.ErrAddress)
		var a contact.Address
		require.NoError(t, a.UnmarshalText([]byte(s.address.Reveal())))
		require.True(t, a == s.address)
	}
}

func FuzzUnmarshalText(f *testing.F) {
	for _, s := range []string{"+33639980000", "ada@example.org", "phone:+33…12", "email:…", "none", "", "…@x.y", "\xff", "+a@x.y"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var a contact.Address
		if err := a.UnmarshalText(text); err != nil {
			require.ErrorIs(t, err, contact.ErrAddress)
			require.True(t, a.IsZero())
			return
		}
		require.False(t, a.IsZero())
		require.NotContains(t, string(text), "…")
		masked, err := a.MarshalText()
		require.NoError(t, err)
		require.ErrorIs(t, new(contact.Address).UnmarshalText(masked), contact.ErrAddress, "a mask is never read back")
	})
}

func FuzzParseE164(f *testing.F) {
	for _, s := range []string{"+33639980000", "+1234567", "+123456789012345", "+0", "", "33639980000", "+33 6"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := contact.ParseE164(s)
		if err != nil {
			require.ErrorIs(t, err, contact.ErrAddress)
			require.True(t, a.IsZero())
			return
		}
		require.Equal(t, s, a.Reveal())
		n, err := strconv.ParseUint(s[1:], 10, 64)
		require.NoError(t, err)
		again, err := contact.PhoneFromDigits(n)
		require.NoError(t, err)
		require.True(t, a == again)
		require.LessOrEqual(t, len(a.String()), len("phone:+999…99"))
	})
}

func BenchmarkParseE164(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = contact.ParseE164("+33639980012")
	}
}

func BenchmarkParseEmail(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = contact.ParseEmail("ada.lovelace@example.org")
	}
}

func BenchmarkEqual(b *testing.B) {
	for name, texts := range map[string][2]string{
		"phone": {"+33639980012", "+33639980013"}, "email": {"ada.lovelace@example.org", "ada.byron@example.org"},
	} {
		b.Run(name, func(b *testing.B) {
			one, _ := contact.ParseAddress(texts[0])
			other, _ := contact.ParseAddress(texts[1])
			same := 0
			b.ReportAllocs()
			for b.Loop() {
				if one == other {
					same++
				}
			}
			require.Zero(b, same)
		})
	}
}

func BenchmarkTerritory(b *testing.B) {
	a, _ := contact.ParseAddress("+262692123456")
	b.ReportAllocs()
	for b.Loop() {
		_ = a.Territory()
	}
}
