package consent_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/stretchr/testify/require"
)

// A postal address is found wherever its lines are broken, and in full only.
func TestInspectPostalAddress(t *testing.T) {
	t.Parallel()

	const springfield = "12 Main Street, Springfield"
	w := newWorld(t, nil)
	for _, tt := range []struct {
		address, text string
		want          bool
	}{
		{springfield, "Unsubscribe. 12 Main Street, Springfield.", true},
		{springfield, "Unsubscribe.\n12 MAIN STREET\nSPRINGFIELD", true},
		{springfield, "112 Main Street, Springfield", false},
		{springfield, "12 Main Street, West Springfield", false},
		{springfield, "12 Main Street", false},
		{springfield, "", false},
		{"", "12 Main Street, Springfield", false},
		{" - ", "12 Main Street - Springfield", false},
	} {
		req := politicalRequest()
		req.Controllers[0].PostalAddress = tt.address
		p, err := w.gate.Plan(req, monday)
		require.NoError(t, err)
		require.Equal(t, tt.want, p.Inspect(consent.Content{Text: tt.text}, nil).Postal, "%q in %q", tt.address, tt.text)
	}
}

func TestInspectionAndPostal(t *testing.T) {
	t.Parallel()

	all := consent.Inspection{Postal: true}
	for _, less := range []consent.Inspection{{Postal: true}, {}} {
		require.Equal(t, less, all.And(less))
		require.Equal(t, less, less.And(all))
	}
}
