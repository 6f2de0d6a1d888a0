package storetest

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/stretchr/testify/require"
)

// inDistricts freezes one person for each of the districts, whose candidates
// are called like them.
func inDistricts(t *testing.T, s Stores, id string, names ...string) {
	t.Helper()
	c := campaignNamed(id)
	c.Districts = &campaign.Districts{Attribute: "circo", Of: map[string]campaign.District{}}
	chunk := campaign.Chunk{Campaign: id, Seq: 1, Last: true}
	for i, name := range names {
		c.Districts.Of[name] = campaign.District{Controllers: []contact.Party{{ID: contact.PartyID("of " + name), Name: "Candidate"}}}
		row := rowOf(id, i)
		row.District = name
		chunk.Rows = append(chunk.Rows, row)
	}
	require.NoError(t, s.Outbox.Create(t.Context(), c))
	_, err := s.Outbox.Freeze(t.Context(), keyA, chunk)
	require.NoError(t, err)
}

var districtCases = []testCase{
	{
		name:   "Districts",
		clause: "District is that of the contact when the audience was frozen; \"\" for a campaign without Districts.",
		run: func(t *testing.T, s Stores) {
			names := []string{"n\u00e9", "ne\u0301", "p1\x00", "I", "ı"}
			inDistricts(t, s, "c", names...)
			l := lease(t, s, "c")
			require.Len(t, l.Rows, len(names))
			for i, r := range l.Rows {
				require.Equal(t, names[i], r.District)
			}
			_, err := s.Outbox.Mark(t.Context(), l, idsOf(l.Rows))
			require.NoError(t, err)
			for i, name := range names {
				d, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: l.Rows[i].Dispatch})
				require.NoError(t, err)
				require.Equal(t, name, d.Row.District)
				sent, err := s.Outbox.Sent(t.Context(), keyA, []contact.Fingerprint{printOf(i)}, time.Time{})
				require.NoError(t, err)
				require.Equal(t, name, sent[0][0].District)
				require.Equal(t, []contact.PartyID{contact.PartyID("of " + name), "martin", "fichiers"}, sent[0][0].Controllers, "who speaks there")
			}
		},
	}, {
		name:   "CancelInDistrict",
		clause: "in every campaign that one of the scopes reaches",
		run: func(t *testing.T, s Stores) {
			inDistricts(t, s, "c", "a", "b")
			cancel := func(i int, id contact.PartyID) int {
				t.Helper()
				n, err := s.Outbox.Cancel(t.Context(), keyA, printOf(i), []contact.Scope{{Controller: id}}, s.Clock.Now())
				require.NoError(t, err)
				return n
			}
			require.Zero(t, cancel(0, "of b"), "the candidate of another district")
			require.Equal(t, 1, cancel(0, "of a"))
			require.Equal(t, 1, cancel(1, "martin"), "a controller everywhere")
			require.Equal(t, campaign.Tally{class(campaign.Cancelled, ""): 2}, tallyOf(t, s, "c"))
			_, err := s.Outbox.Find(t.Context(), campaign.Ref{Dispatch: provider.DispatchID{1}})
			require.ErrorIs(t, err, contact.ErrNotFound)
		},
	},
}
