package consent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// shelf is a ledger whose keeper can change what it holds.
type shelf struct {
	consent.Ledger
	chains []consent.Chain
	err    error
	stuck  bool // answers the first page for ever
}

func (s *shelf) Walk(_ context.Context, after consent.ChainID, limit int) ([]consent.Chain, error) {
	if s.err != nil {
		return nil, s.err
	}
	var out []consent.Chain
	for _, c := range s.chains {
		if s.stuck || bytes.Compare(c.ID[:], after[:]) > 0 {
			out = append(out, c)
		}
	}
	return out[:min(limit, len(out))], nil
}

// newShelf returns a ledger of n chains, of three acts each.
func newShelf(t testing.TB, n int) *shelf {
	t.Helper()
	s := &shelf{}
	for i := range n {
		c := consent.NewGenesis(id(i), phone(t, i), consent.Salt{byte(i)})
		for j := range 3 {
			c.Records = append(c.Records, consent.Link(&c, full(10*i+j), consent.Salt{byte(j)}))
		}
		s.chains = append(s.chains, c)
	}
	return s
}

func checkpoint(t testing.TB, l consent.Ledger) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, consent.WriteCheckpoint(t.Context(), l, &b))
	return b.String()
}

func TestVerify(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		change     func(*shelf)
		without    []string // what is found without a checkpoint
		checkpoint []string // and what more with one
	}{
		"nothing happened": {func(*shelf) {}, nil, nil},
		"acts and a chain were added": {func(s *shelf) {
			c := &s.chains[1]
			c.Records = append(c.Records, consent.Link(c, full(70), consent.Salt{}))
			s.chains = append(s.chains, consent.NewGenesis(id(99), contact.Address{}, consent.Salt{}))
		}, nil, nil},
		"somebody was erased": {func(s *shelf) {
			for i := range s.chains[2].Records {
				erase(&s.chains[2].Records[i])
			}
		}, nil, nil},
		"a no became a yes": {
			func(s *shelf) { s.chains[1].Records[0].Act.Kind = consent.Related },
			[]string{"chain 01000000-0000-0000-0000-000000000001 record 1: content is not what was recorded"},
			nil,
		},
		"a tail was cut": {
			func(s *shelf) { s.chains[1].Records = s.chains[1].Records[:2] }, nil,
			[]string{"chain 01000000-0000-0000-0000-000000000001: 2 records, 3 at the checkpoint"},
		},
		"a tail was cut and written anew": {
			func(s *shelf) {
				c := &s.chains[1]
				c.Records = c.Records[:2:2]
				c.Records = append(c.Records, consent.Link(c, full(70), consent.Salt{}))
			}, nil,
			[]string{"chain 01000000-0000-0000-0000-000000000001 record 3: not the record of the checkpoint"},
		},
		"every act of a chain is gone": {
			func(s *shelf) { s.chains[1].Records = nil }, nil,
			[]string{"chain 01000000-0000-0000-0000-000000000001: 0 records, 3 at the checkpoint"},
		},
		"the first chain is gone": {
			func(s *shelf) { s.chains = s.chains[1:] }, nil,
			[]string{"chain 01000000-0000-0000-0000-000000000000: missing since the checkpoint"},
		},
		"a chain in the middle and the last are gone": {
			func(s *shelf) { s.chains = slices.Delete(s.chains[:4], 2, 3) }, nil,
			[]string{
				"chain 01000000-0000-0000-0000-000000000002: missing since the checkpoint",
				"chain 01000000-0000-0000-0000-000000000004: missing since the checkpoint",
			},
		},
		"every chain is gone": {
			func(s *shelf) { s.chains = nil }, nil,
			[]string{
				"chain 01000000-0000-0000-0000-000000000000: missing since the checkpoint",
				"chain 01000000-0000-0000-0000-000000000001: missing since the checkpoint",
				"chain 01000000-0000-0000-0000-000000000002: missing since the checkpoint",
				"chain 01000000-0000-0000-0000-000000000003: missing since the checkpoint",
				"chain 01000000-0000-0000-0000-000000000004: missing since the checkpoint",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			s := newShelf(t, 5)
			kept := checkpoint(t, s)
			tt.change(s)
			for _, marks := range []string{"", kept} {
				var v consent.Verification
				var err error
				want := tt.without
				if marks == "" {
					v, err = consent.Verify(t.Context(), s, nil)
				} else {
					v, err = consent.Verify(t.Context(), s, strings.NewReader(marks))
					want = append(slices.Clone(want), tt.checkpoint...)
				}
				require.NoError(t, err)
				var got []string
				for _, f := range v.Faults {
					got = append(got, f.String())
				}
				require.Equal(t, want, got)
				require.Equal(t, len(want) == 0, v.OK())
				require.Equal(t, len(s.chains), v.Chains)
			}
		})
	}
}

func TestVerifyCounts(t *testing.T) {
	t.Parallel()

	s := newShelf(t, 1500) // more than a page
	for i := range 3 {
		erase(&s.chains[1200].Records[i])
	}
	v, err := consent.Verify(t.Context(), s, strings.NewReader(checkpoint(t, s)))
	require.NoError(t, err)
	require.Equal(t, consent.Verification{Chains: 1500, Records: 4500, Erased: 3}, v)
}

func TestCheckpointText(t *testing.T) {
	t.Parallel()

	s := newShelf(t, 2)
	s.chains[1].Records = nil
	require.Equal(t, `accord checkpoint 1
01000000-0000-0000-0000-000000000000 3 78e5782e9b2826e1b8a4d5c7a8363d6fc4e1f5000e047b9d23df509e9f01d41d
01000000-0000-0000-0000-000000000001 0 8d42a872becc0a4f499091ad0d38e67ba1181e29548792dde0d95f51ea1961f5
total 2 d477e2b94a31111f56fb12350a4a9afba1c0f66d2d684f1fb51f16cc8052d431
`, checkpoint(t, s))
	require.Equal(t, "accord checkpoint 1\ntotal 0 a75b2239a82a76e852e0e94162c05d18db99a19e85c54f90da3ca3b0d5bcdef4\n", checkpoint(t, &shelf{}))
}

func TestCheckpointErrors(t *testing.T) {
	t.Parallel()

	s := newShelf(t, 3)
	good := checkpoint(t, s)
	lines := strings.SplitAfter(strings.TrimSuffix(good, "\n"), "\n")
	require.Len(t, lines, 5)
	edit := func(n int, old, new string) string {
		changed := slices.Clone(lines)
		require.Contains(t, changed[n], old)
		changed[n] = strings.Replace(changed[n], old, new, 1)
		return strings.Join(changed, "")
	}
	tests := map[string]struct{ text, want string }{
		"empty":                 {"", "checkpoint line 1: ends before its total: unexpected EOF"},
		"something else":        {"hello\n", "checkpoint line 1: not a checkpoint"},
		"another version":       {edit(0, "1", "2"), "checkpoint line 1: not a checkpoint"},
		"only the first line":   {lines[0], "checkpoint line 2: ends before its total: unexpected EOF"},
		"cut before the total":  {strings.Join(lines[:4], ""), "checkpoint line 5: ends before its total: unexpected EOF"},
		"cut in the middle":     {strings.Join(lines[:2], "") + lines[2][:38], "checkpoint line 3: want three fields"},
		"a word too many":       {edit(2, "\n", " x\n"), "checkpoint line 3: want three fields"},
		"no chain":              {edit(2, "01000000-", "0100000-"), "checkpoint line 3: field 1 is not a chain"},
		"no count":              {edit(2, " 3 ", " three "), "checkpoint line 3: field 2 is not a count"},
		"a negative count":      {edit(2, " 3 ", " -3 "), "checkpoint line 3: field 2 is not a count"},
		"no digest":             {edit(2, " 3 ", " 3 z"), "checkpoint line 3: field 3 is not a SHA-256"},
		"a line twice":          {strings.Join(slices.Insert(slices.Clone(lines), 2, lines[1]), ""), "checkpoint line 3: chains are not in ascending order"},
		"two lines swapped":     {lines[0] + lines[2] + lines[1] + lines[3] + lines[4], "checkpoint line 3: chains are not in ascending order"},
		"a line is gone":        {lines[0] + lines[1] + lines[3] + lines[4], "checkpoint line 4: the total does not match the lines before it"},
		"a count was changed":   {edit(2, " 3 ", " 2 "), "checkpoint line 5: the total does not match the lines before it"},
		"the total was changed": {edit(4, "total 3", "total 2"), "checkpoint line 5: the total does not match the lines before it"},
		"two in one":            {good + good, "checkpoint line 6: more after the total"},
		"a very long line":      {lines[0] + strings.Repeat("x", 1<<20), "checkpoint line 2: bufio.Scanner: token too long"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := consent.Verify(t.Context(), s, strings.NewReader(tt.text))
			require.EqualError(t, err, "consent: verify: "+tt.want)
		})
	}
	v, err := consent.Verify(t.Context(), s, strings.NewReader(good))
	require.NoError(t, err)
	require.True(t, v.OK())
}

func TestVerifyReadErrors(t *testing.T) {
	t.Parallel()

	s := newShelf(t, 3)
	s.err = errors.New("disk on fire")
	_, err := consent.Verify(t.Context(), s, nil)
	require.EqualError(t, err, "consent: verify: disk on fire")
	require.EqualError(t, consent.WriteCheckpoint(t.Context(), s, new(strings.Builder)), "consent: checkpoint: disk on fire")

	s.err, s.stuck = nil, true
	_, err = consent.Verify(t.Context(), s, nil)
	require.EqualError(t, err, "consent: verify: chain 01000000-0000-0000-0000-000000000000: not in ascending order")

	s.stuck = false
	require.ErrorContains(t, consent.WriteCheckpoint(t.Context(), s, fullDisk{}), "no room")
}

// fullDisk is a disk that is full.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no room") }

// A ledger that somebody else wrote to in between is verified against what was
// kept, over a real store.
func TestVerifyOverMemory(t *testing.T) {
	t.Parallel()

	w := newWorld(t, nil)
	for i := range 40 {
		a := agreed(i)
		a.ID = uuid.New()
		w.record(i%7, a)
	}
	kept := checkpoint(t, w.ledger)
	require.NoError(t, w.reg.Erase(t.Context(), phone(t, 3)))
	stop := agreed(200)
	stop.Kind = consent.Objected
	w.record(3, stop)
	w.record(30, agreed(201))
	v, err := consent.Verify(t.Context(), w.ledger, strings.NewReader(kept))
	require.NoError(t, err)
	require.Empty(t, v.Faults)
	require.Equal(t, "8 42 6", fmt.Sprint(v.Chains, v.Records, v.Erased))
}
