package wire_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/stretchr/testify/require"
)

// A request that was kept and read back is the same, and has the same digest.
func TestPoliticalAdIsKept(t *testing.T) {
	t.Parallel()

	want := consent.Request{Campaign: "c1", Purpose: contact.Political, PoliticalAd: &consent.PoliticalAd{
		Sponsor: "Les Platanes", ControlledBy: "Fonds des arbres", Election: "9 juin", NoticeURL: "https://martin.example/t",
		Targeting: consent.Targeted, Standing: consent.SponsorEntity,
		Declaration: &consent.SponsorDeclaration{Signatory: "Martin", Date: "2025-10-10", Document: "d1"},
		Wordings:    []consent.AdWording{{Language: "de", Advertisement: "Politische Anzeige", Targeted: "Gezielt", ControlledBy: "kontrolliert von"}},
	}}
	var got consent.Request
	require.NoError(t, wire.Read(wire.Append(nil, want), &got))
	require.Equal(t, want, got)
	before, err := want.Digest()
	require.NoError(t, err)
	after, err := got.Digest()
	require.NoError(t, err)
	require.Equal(t, before, after)
}
