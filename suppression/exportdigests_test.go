package suppression_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func political() contact.Target {
	return contact.Target{Controllers: []contact.Party{{ID: "martin", Group: "party"}}, Base: "base", Purpose: contact.Political, Channel: contact.SMS}
}

// refuse puts refusals of numbers on the list, changed one by one.
func (o *office) refuse(t testing.TB, change func(*suppression.Entry), ns ...int) []suppression.Entry {
	t.Helper()
	var es []suppression.Entry
	for _, n := range ns {
		e := refusal(o.keyring.Fingerprint(number(t, n)))
		if change != nil {
			change(&e)
		}
		es = append(es, e)
	}
	_, err := o.list.Add(t.Context(), o.keyring.ID(), es)
	require.NoError(t, err)
	return es
}

func TestExportDigests(t *testing.T) {
	t.Parallel()

	o := newOffice(t, secret)
	put(t, o.people, 1, 2, 3, 4, 5, 6, 7)
	twin := person(t, 1)
	twin.ID = "twin"
	ada, err := contact.ParseEmail("ada@example.org")
	require.NoError(t, err)
	twin.Points = append(twin.Points, contact.Point{Address: ada})
	_, err = o.people.Put(t.Context(), contact.KeyID{}, []contact.Contact{twin})
	require.NoError(t, err)
	o.refuse(t, nil, 1, 2)
	o.refuse(t, func(e *suppression.Entry) { e.Scope = contact.Scope{} }, 1, 3, 8) // everything; nobody has the last
	o.refuse(t, nil, 8, 9)
	o.refuse(t, func(e *suppression.Entry) { e.Scope.Controller = "dupont" }, 4)
	o.refuse(t, func(e *suppression.Entry) { e.Class = suppression.Hygiene }, 5)
	lifted := o.refuse(t, nil, 6, 10)
	for _, e := range lifted {
		require.NoError(t, o.list.Lift(t.Context(), suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: noon}))
	}
	mail := refusal(o.keyring.Fingerprint(ada))
	_, err = o.list.Add(t.Context(), o.keyring.ID(), []suppression.Entry{mail})
	require.NoError(t, err)

	options := suppression.DigestExportOptions{Source: o.people, Bases: []contact.BaseID{"base", "base"}, Target: political(), Format: sha(suppression.FrenchNational)}
	var out strings.Builder
	report, err := suppression.ExportDigests(t.Context(), o.list, o.keyring, &out, options)
	require.NoError(t, err)
	require.Equal(t, suppression.DigestExportReport{Written: 3, Unspelled: 1, Unknown: 2}, report)
	want := []string{hexOf("0639980001"), hexOf("0639980002"), hexOf("0639980003")}
	slices.Sort(want)
	require.Equal(t, strings.Join(want, "\n")+"\n", out.String())

	// What is written can be read by another, with the same format.
	options.Base64 = true
	options.Format.Hash, options.Format.Salt = suppression.MD5, []byte("pepper")
	out.Reset()
	_, err = suppression.ExportDigests(t.Context(), o.list, o.keyring, &out, options)
	require.NoError(t, err)
	require.Len(t, strings.Split(out.String(), "\n")[0], base64.StdEncoding.EncodedLen(16))
	other := newOffice(t, another)
	put(t, other.people, 1, 4, 5, 6, 8)
	var kept unread
	require.Equal(t, 3, other.importDigests(t, out.String(), options.Format, plainFile(&kept)).Pending)
	resolved, err := other.Bases(t.Context(), other.people, "base")
	require.NoError(t, err)
	require.Equal(t, 1, resolved.Added)
	require.Len(t, other.listed(t, 1), 1)
}

func TestExportDigestsErrors(t *testing.T) {
	t.Parallel()

	o := newOffice(t, secret)
	put(t, o.people, 1)
	o.refuse(t, nil, 1)
	good := suppression.DigestExportOptions{Source: o.people, Bases: []contact.BaseID{"base"}, Target: political(), Format: sha(suppression.Digits)}
	for want, change := range map[string]func(*suppression.DigestExportOptions){
		"no bases to take addresses from":                        func(o *suppression.DigestExportOptions) { o.Bases = nil },
		"Target: Purpose or Channel is none that a message has":  func(o *suppression.DigestExportOptions) { o.Target.Purpose = contact.Prospecting },
		"Format: suppression: digest format: Spellings is empty": func(o *suppression.DigestExportOptions) { o.Format.Spellings = nil },
	} {
		bad := good
		change(&bad)
		_, err := suppression.ExportDigests(t.Context(), o.list, o.keyring, new(strings.Builder), bad)
		require.EqualError(t, err, "suppression: export digests: "+want)
	}
	_, err := suppression.ExportDigests(t.Context(), o.list, ring(t, another), new(strings.Builder), good)
	require.ErrorIs(t, err, suppression.ErrKey)
	_, err = suppression.ExportDigests(t.Context(), o.list, o.keyring, failingWriter{}, good)
	require.ErrorIs(t, err, iotest.ErrTimeout)
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, iotest.ErrTimeout }
