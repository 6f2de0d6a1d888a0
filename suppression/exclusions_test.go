package suppression_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func TestExclusions(t *testing.T) {
	t.Parallel()

	keys, err := suppression.NewKeyring([]byte("from a random source, kept apart"))
	require.NoError(t, err)
	var list memory.Suppressions
	now := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	ofClient := func(id contact.PartyID) *suppression.Exclusions {
		x, err := suppression.NewExclusions(&list, keys, id)
		require.NoError(t, err)
		return x
	}
	martin, dupont := ofClient("martin"), ofClient("dupont")
	options := suppression.ImportOptions{
		File: "customers.csv", At: now, Recorded: now, Unreadable: func(int, string, error) error { return nil },
		Class: suppression.Refusal, Client: "dupont", Reason: "forged", // none of which is believed
	}
	report, err := martin.Import(t.Context(), strings.NewReader("+33639980001\n+33639980002\n+33639980001\nnobody\n"), options)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 4, Added: 2, Already: 1, Unreadable: 1}, report)
	june := options
	june.Campaign, june.Until, june.File = "june", now.Add(24*time.Hour), "june line 7.csv"
	_, err = martin.Import(t.Context(), strings.NewReader("+33639980003\n"), june)
	require.NoError(t, err)
	_, err = dupont.Import(t.Context(), strings.NewReader("+33639980001\n"), options)
	require.NoError(t, err)

	a, err := contact.ParseE164("+33639980001")
	require.NoError(t, err)
	hits, err := list.Match(t.Context(), keys.ID(), []contact.Fingerprint{keys.Fingerprint(a)})
	require.NoError(t, err)
	require.Len(t, hits, 2, "two clients exclude the same person, each for itself")
	for _, h := range hits {
		require.Equal(t, suppression.Exclusion, h.Entry.Class)
		require.Equal(t, suppression.NotMyCustomer, h.Entry.Reason)
		require.Equal(t, now.Add(suppression.ExclusionLife), h.Entry.Until)
	}

	files := func(x *suppression.Exclusions, at time.Time) []suppression.ExclusionFile {
		t.Helper()
		out, err := x.Files(t.Context(), at)
		require.NoError(t, err)
		return out
	}
	year := now.Add(suppression.ExclusionLife)
	require.Equal(t, []suppression.ExclusionFile{
		{File: "customers.csv", Until: year, Active: 2}, {File: "june line 7.csv", Campaign: "june", Until: june.Until, Ended: 1},
	}, files(martin, june.Until))
	require.Equal(t, []suppression.ExclusionFile{{File: "customers.csv", Until: year, Active: 1}}, files(dupont, now), "a client sees its own")

	n, err := martin.Remove(t.Context(), "customers.csv", now)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = martin.Remove(t.Context(), "customers.csv", now)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, suppression.ExclusionFile{File: "customers.csv", Until: year, Removed: 2}, files(martin, now)[0])
	require.Equal(t, 1, files(dupont, now)[0].Active, "and takes back its own")

	// No list that is handed on has them.
	var plain bytes.Buffer
	var people memory.Contacts
	_, err = people.Put(t.Context(), contact.KeyID{}, []contact.Contact{{ID: "ada", Base: "own", Points: []contact.Point{{Address: a}}}})
	require.NoError(t, err)
	out, err := suppression.ExportDigests(t.Context(), &list, keys, &plain, suppression.DigestExportOptions{
		Source: &people, Bases: []contact.BaseID{"own"}, Target: contact.Target{Controllers: []contact.Party{{ID: "dupont"}}, Purpose: contact.Political, Channel: contact.SMS},
		Format: suppression.DigestFormat{Hash: suppression.SHA256, Spellings: []suppression.Spelling{suppression.Digits}},
	})
	require.NoError(t, err)
	require.Zero(t, out.Written+out.Unknown)
}

func TestExclusionsRefuse(t *testing.T) {
	t.Parallel()

	keys, err := suppression.NewKeyring([]byte("from a random source, kept apart"))
	require.NoError(t, err)
	for _, err := range []error{
		errOf(suppression.NewExclusions(nil, keys, "a")), errOf(suppression.NewExclusions(new(memory.Suppressions), nil, "a")),
		errOf(suppression.NewExclusions(new(memory.Suppressions), keys, "")),
	} {
		require.EqualError(t, err, "suppression: exclusions: no list, keyring or client")
	}
	x, err := suppression.NewExclusions(new(memory.Suppressions), keys, "a")
	require.NoError(t, err)
	now := time.Date(2024, 6, 3, 8, 0, 0, 0, time.UTC)
	for want, o := range map[string]suppression.ImportOptions{
		"Recorded is the zero time":    {},
		"Until is not after Recorded":  {Recorded: now, Until: now},
		"Until is more than 1095 days": {Recorded: now, Until: now.Add(suppression.MaxExclusion + 1)},
	} {
		_, err := x.Import(t.Context(), strings.NewReader(""), o)
		require.ErrorContains(t, err, want)
	}
}

func errOf[T any](_ T, err error) error { return err }
