package storetest

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func digestFile(name string) suppression.DigestFile {
	return suppression.DigestFile{
		ID: uuid.New(), Name: name, Class: suppression.Refusal, Reason: suppression.FromFile, Recorded: day(2024, 6, 3).Add(time.Second),
		Format: suppression.DigestFormat{
			Hash: suppression.SHA256, Spellings: []suppression.Spelling{suppression.Digits, suppression.DoubleZero}, Salt: []byte{0, 0xff, 'x'}, SaltBehind: true,
		},
		Scope: contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()},
	}
}

// pendingDigest is the digest of n on line n. Bytes that a text cannot hold are
// among it.
func pendingDigest(n int) suppression.PendingDigest {
	return suppression.PendingDigest{Digest: suppression.Digest{0xff, byte(n), byte(n >> 8), 31: byte(n)}, Line: n, Happened: day(2024, 6, 1)}
}

func pend(t *testing.T, p suppression.Pending, f suppression.DigestFile, ns ...int) int {
	t.Helper()
	n, err := p.Add(t.Context(), f, pendingDigests(ns...))
	require.NoError(t, err)
	return n
}

func pendingDigests(ns ...int) []suppression.PendingDigest {
	var ds []suppression.PendingDigest
	for _, n := range ns {
		ds = append(ds, pendingDigest(n))
	}
	return ds
}

func pendingHits(t *testing.T, p suppression.Pending, ns ...int) []suppression.DigestHit {
	t.Helper()
	var ds []suppression.Digest
	for _, d := range pendingDigests(ns...) {
		ds = append(ds, d.Digest)
	}
	hits, err := p.Match(t.Context(), ds)
	require.NoError(t, err)
	return hits
}

func digestFiles(t *testing.T, p suppression.Pending) []suppression.DigestCount {
	t.Helper()
	files, err := p.Files(t.Context())
	require.NoError(t, err)
	return files
}

var pendingCases = []testCase{
	{
		name:   "Idempotent",
		clause: "It is idempotent by the file's ID and digest: one that is there already, or that comes twice in one call, keeps its first line and date, and stays resolved when it was.",
		run: func(t *testing.T, s Stores) {
			f := digestFile("refusals.txt")
			require.Equal(t, 2, pend(t, s.Pending, f, 1, 2, 1))
			moved := pendingDigest(1)
			moved.Line, moved.Happened = 9, day(2024, 6, 2)
			n, err := s.Pending.Add(t.Context(), f, []suppression.PendingDigest{moved, moved, pendingDigest(3)})
			require.NoError(t, err)
			require.Equal(t, 1, n)
			require.Equal(t, []suppression.DigestHit{{File: f.ID, Pending: pendingDigest(1)}}, pendingHits(t, s.Pending, 1))
			require.NoError(t, s.Pending.Resolve(t.Context(), []suppression.Resolution{{File: f.ID, Digest: moved.Digest, Entry: uuid.New()}}))
			require.Zero(t, pend(t, s.Pending, f, 1))
			require.Empty(t, pendingHits(t, s.Pending, 1))
			require.Equal(t, []suppression.DigestCount{{DigestFile: f, Digests: 3, Resolved: 1}}, digestFiles(t, s.Pending))
		},
	}, {
		name:   "AllOrNone",
		clause: "Add adds digests to file, all or none, and returns how many were new in it.",
		run: func(t *testing.T, s Stores) {
			f := digestFile("refusals.txt")
			for _, spoil := range []func(*suppression.PendingDigest){
				func(d *suppression.PendingDigest) { d.Digest = suppression.Digest{} },
				func(d *suppression.PendingDigest) { d.Line = 0 },
				func(d *suppression.PendingDigest) { d.Happened = time.Time{} },
			} {
				ds := pendingDigests(1, 2)
				spoil(&ds[1])
				_, err := s.Pending.Add(t.Context(), f, ds)
				require.Error(t, err)
			}
			require.Empty(t, pendingHits(t, s.Pending, 1, 2))
			require.Empty(t, digestFiles(t, s.Pending))
			bad := f
			bad.Format.Hash = 0
			_, err := s.Pending.Add(t.Context(), bad, pendingDigests(1))
			require.Error(t, err)
			require.Empty(t, digestFiles(t, s.Pending))
		},
	}, {
		name:   "Files",
		clause: "Files returns every file that was added and not forgotten, in the order of their first Add, each with the number of its digests and of those that are resolved.",
		run: func(t *testing.T, s Stores) {
			var want []suppression.DigestCount
			for i, name := range hostile {
				f := digestFile(name)
				f.Class, f.Client, f.Campaign, f.Reason = suppression.Exclusion, contact.PartyID(name), name, suppression.Reason(name)
				f.Scope = contact.Scope{Controller: contact.PartyID(name), Group: contact.GroupID(name), Base: contact.BaseID(name), Purpose: contact.Purpose(name)}
				f.Until = day(2025, 1, 1)
				f.Format.Salt, f.Format.SaltBehind = []byte(name), name != ""
				if name == "" {
					continue
				}
				require.Equal(t, 2, pend(t, s.Pending, f, 2*i+1, 2*i+2))
				want = append(want, suppression.DigestCount{DigestFile: f, Digests: 2})
			}
			want[1].Resolved = 1
			hit := pendingHits(t, s.Pending, 1, 2, 3, 4)
			second := slices.IndexFunc(hit, func(h suppression.DigestHit) bool { return h.File == want[1].ID })
			require.NoError(t, s.Pending.Resolve(t.Context(), []suppression.Resolution{{File: want[1].ID, Digest: hit[second].Pending.Digest, Entry: uuid.New()}}))
			require.Zero(t, pend(t, s.Pending, want[0].DigestFile), "again, and without any")
			require.Equal(t, want, digestFiles(t, s.Pending))
		},
	}, {
		name:   "FileConflict",
		clause: "A file is kept with its first digest, or without any, and keeps its first Recorded; an ID that is there with other content fails with [ErrConflict].",
		run: func(t *testing.T, s Stores) {
			f := digestFile("refusals.txt")
			require.Zero(t, pend(t, s.Pending, f))
			later := f
			later.Recorded = f.Recorded.Add(time.Hour)
			require.Equal(t, 1, pend(t, s.Pending, later, 1))
			require.Equal(t, []suppression.DigestCount{{DigestFile: f, Digests: 1}}, digestFiles(t, s.Pending))
			for name, change := range map[string]func(*suppression.DigestFile){
				"name":     func(f *suppression.DigestFile) { f.Name = "Refusals.txt" },
				"scope":    func(f *suppression.DigestFile) { f.Scope.Base = "x" },
				"salt":     func(f *suppression.DigestFile) { f.Format.Salt = []byte{0, 0xff, 'X'} },
				"side":     func(f *suppression.DigestFile) { f.Format.SaltBehind = false },
				"spelling": func(f *suppression.DigestFile) { f.Format.Spellings = f.Format.Spellings[:1] },
				"reason":   func(f *suppression.DigestFile) { f.Reason = suppression.ByForm },
				"class":    func(f *suppression.DigestFile) { f.Class = suppression.Hygiene },
			} {
				other := f
				change(&other)
				_, err := s.Pending.Add(t.Context(), other, pendingDigests(2))
				require.ErrorIs(t, err, suppression.ErrConflict, name)
			}
			require.Empty(t, pendingHits(t, s.Pending, 2))
		},
	}, {
		name:   "Match",
		clause: "Match returns what is pending under each of digests, in whichever files, in ascending order of Index and then in the order of Files.",
		run: func(t *testing.T, s Stores) {
			var files []suppression.DigestFile
			for range 4 {
				f := digestFile("refusals.txt")
				files = append(files, f)
				pend(t, s.Pending, f)
			}
			for _, f := range []suppression.DigestFile{files[2], files[0], files[3], files[1]} {
				pend(t, s.Pending, f, 1, 2)
			}
			pend(t, s.Pending, files[1], 3)
			var want []suppression.DigestHit
			for i, n := range []int{1, 9, 2} {
				for _, f := range files {
					if n != 9 {
						want = append(want, suppression.DigestHit{Index: i, File: f.ID, Pending: pendingDigest(n)})
					}
				}
			}
			require.Equal(t, want, pendingHits(t, s.Pending, 1, 9, 2))
			require.Empty(t, pendingHits(t, s.Pending))
		},
	}, {
		name:   "MatchTwice",
		clause: "A digest that is asked for twice is answered twice; one that is resolved is not answered.",
		run: func(t *testing.T, s Stores) {
			f, other := digestFile("a"), digestFile("b")
			pend(t, s.Pending, f, 1, 2)
			pend(t, s.Pending, other, 2)
			require.NoError(t, s.Pending.Resolve(t.Context(), []suppression.Resolution{{File: f.ID, Digest: pendingDigest(2).Digest, Entry: uuid.New()}}))
			require.Equal(t, []suppression.DigestHit{
				{Index: 0, File: other.ID, Pending: pendingDigest(2)}, {Index: 1, File: f.ID, Pending: pendingDigest(1)},
				{Index: 2, File: other.ID, Pending: pendingDigest(2)}, {Index: 3, File: f.ID, Pending: pendingDigest(1)},
			}, pendingHits(t, s.Pending, 2, 1, 2, 1))
		},
	}, {
		name:   "MatchMany",
		clause: "Match returns what is pending under each of digests",
		run: func(t *testing.T, s Stores) {
			const there, asked = 1500, 5000
			var ns, ask, want []int
			for n := range there {
				ns = append(ns, n+1)
			}
			f := digestFile("a")
			require.Equal(t, there, pend(t, s.Pending, f, ns...))
			for i := range asked {
				n := i*7%2000 + 1
				if ask = append(ask, n); n <= there {
					want = append(want, i)
				}
			}
			var got []int
			for _, h := range pendingHits(t, s.Pending, ask...) {
				require.Equal(t, ask[h.Index], h.Pending.Line)
				got = append(got, h.Index)
			}
			require.Equal(t, want, got)
		},
	}, {
		name:   "Resolve",
		clause: "Resolve records which entries digests became, all or none. It is idempotent: the first resolution of a digest in a file stays. It fails with contact.ErrNotFound when there is no such digest in the file.",
		run: func(t *testing.T, s Stores) {
			f, other := digestFile("a"), digestFile("b")
			pend(t, s.Pending, f, 1, 2)
			pend(t, s.Pending, other, 3)
			one := suppression.Resolution{File: f.ID, Digest: pendingDigest(1).Digest, Entry: uuid.New()}
			for name, r := range map[string]suppression.Resolution{
				"no such digest": {File: f.ID, Digest: pendingDigest(9).Digest, Entry: one.Entry},
				"in another":     {File: other.ID, Digest: one.Digest, Entry: one.Entry},
				"no such file":   {File: uuid.New(), Digest: one.Digest, Entry: one.Entry},
			} {
				require.ErrorIs(t, s.Pending.Resolve(t.Context(), []suppression.Resolution{one, r}), contact.ErrNotFound, name)
				require.Len(t, pendingHits(t, s.Pending, 1), 1, name)
			}
			for range 2 {
				require.NoError(t, s.Pending.Resolve(t.Context(), []suppression.Resolution{one, one}))
				require.Empty(t, pendingHits(t, s.Pending, 1))
				require.Equal(t, 1, digestFiles(t, s.Pending)[0].Resolved)
				one.Entry = uuid.New()
			}
			require.Len(t, pendingHits(t, s.Pending, 2, 3), 2)
		},
	}, {
		name:   "Forget",
		clause: "Forget removes a file and all its digests, and returns how many there were; a file that is not there has none.",
		run: func(t *testing.T, s Stores) {
			f, kept, last := digestFile("a"), digestFile("b"), digestFile("c")
			for _, file := range []suppression.DigestFile{f, kept, last} {
				pend(t, s.Pending, file, 1, 2)
			}
			for _, file := range []uuid.UUID{f.ID, kept.ID} {
				require.NoError(t, s.Pending.Resolve(t.Context(), []suppression.Resolution{{File: file, Digest: pendingDigest(1).Digest, Entry: uuid.New()}}))
			}
			n, err := s.Pending.Forget(t.Context(), f.ID)
			require.NoError(t, err)
			require.Equal(t, 2, n)
			for range 2 {
				n, err = s.Pending.Forget(t.Context(), f.ID)
				require.NoError(t, err)
				require.Zero(t, n)
			}
			require.Equal(t, []suppression.DigestCount{{DigestFile: kept, Digests: 2, Resolved: 1}, {DigestFile: last, Digests: 2}}, digestFiles(t, s.Pending))
			require.Equal(t, []suppression.DigestHit{
				{Index: 0, File: last.ID, Pending: pendingDigest(1)}, {Index: 1, File: kept.ID, Pending: pendingDigest(2)}, {Index: 1, File: last.ID, Pending: pendingDigest(2)},
			}, pendingHits(t, s.Pending, 1, 2))
			require.Equal(t, 2, pend(t, s.Pending, f, 1, 2), "new again")
			require.Equal(t, []suppression.DigestCount{{DigestFile: kept, Digests: 2, Resolved: 1}, {DigestFile: last, Digests: 2}, {DigestFile: f, Digests: 2}}, digestFiles(t, s.Pending))
		},
	}, {
		name:   "Copies",
		clause: "Add keeps copies.",
		run: func(t *testing.T, s Stores) {
			f := digestFile("a")
			ds := pendingDigests(1)
			given := f
			given.Format.Spellings, given.Format.Salt = slices.Clone(f.Format.Spellings), slices.Clone(f.Format.Salt)
			_, err := s.Pending.Add(t.Context(), given, ds)
			require.NoError(t, err)
			given.Format.Spellings[0], given.Format.Salt[0], ds[0].Line = suppression.PlusDigits, 'y', 7
			for range 2 { // what the first round spoils must be there in the second
				files := digestFiles(t, s.Pending)
				require.Equal(t, []suppression.DigestCount{{DigestFile: f, Digests: 1}}, files)
				require.Equal(t, 1, pendingHits(t, s.Pending, 1)[0].Pending.Line)
				files[0].Format.Spellings[0], files[0].Format.Salt[0] = suppression.PlusDigits, 'y'
			}
		},
	}, {
		name:   "Instants",
		clause: "What was added is returned byte for byte, and times in UTC and whole microseconds.",
		run: func(t *testing.T, s Stores) {
			f, d := digestFile("a"), pendingDigest(1)
			f.Class, f.Recorded = suppression.Hygiene, time.Date(2024, 6, 3, 12, 0, 0, 123_456_789, paris)
			f.Until, d.Happened = f.Recorded.Add(time.Hour), f.Recorded
			for range 2 { // what the store made of a file does not make it another one
				_, err := s.Pending.Add(t.Context(), f, []suppression.PendingDigest{d})
				require.NoError(t, err)
			}
			at := time.Date(2024, 6, 3, 10, 0, 0, 123_456_000, time.UTC)
			got := digestFiles(t, s.Pending)[0]
			require.Equal(t, []time.Time{at, at.Add(time.Hour), at}, []time.Time{got.Recorded, got.Until, pendingHits(t, s.Pending, 1)[0].Pending.Happened})
			require.Equal(t, d.Digest, pendingHits(t, s.Pending, 1)[0].Pending.Digest)
		},
	}, {
		name:   "AtOnce",
		clause: "Implementations are safe for concurrent use, and read and write the primary copy of their data: once Add has returned, every later Match anywhere sees the digests.",
		run: func(t *testing.T, s Stores) {
			const adders = 8
			f := digestFile("a")
			var added atomic.Int64
			var wg sync.WaitGroup
			for w := range adders {
				wg.Go(func() {
					own := pendingDigests(1, 2, 3, 4, 5, 100+w)
					if w%2 == 1 {
						slices.Reverse(own)
					}
					n, err := s.Pending.Add(t.Context(), f, own)
					hits, merr := s.Pending.Match(t.Context(), []suppression.Digest{own[0].Digest, own[5].Digest})
					if err != nil || merr != nil || len(hits) != 2 {
						t.Errorf("%d of 2, %v and %v", len(hits), err, merr)
					}
					added.Add(int64(n))
				})
			}
			wg.Wait()
			require.EqualValues(t, 5+adders, added.Load(), "each digest is new once")
			require.Equal(t, []suppression.DigestCount{{DigestFile: f, Digests: 5 + adders}}, digestFiles(t, s.Pending))
		},
	}, {
		name:   "Cancelled",
		clause: "A call whose context is done changes nothing and returns an error with context.Cause in its tree, and a call that fails changes nothing",
		run: func(t *testing.T, s Stores) {
			ctx, reason := cancelled(t)
			f := digestFile("a")
			pend(t, s.Pending, f, 1)
			_, err := s.Pending.Add(ctx, f, pendingDigests(2))
			require.ErrorIs(t, err, reason)
			_, err = s.Pending.Files(ctx)
			require.ErrorIs(t, err, reason)
			_, err = s.Pending.Match(ctx, []suppression.Digest{pendingDigest(1).Digest})
			require.ErrorIs(t, err, reason)
			require.ErrorIs(t, s.Pending.Resolve(ctx, []suppression.Resolution{{File: f.ID, Digest: pendingDigest(1).Digest, Entry: uuid.New()}}), reason)
			_, err = s.Pending.Forget(ctx, f.ID)
			require.ErrorIs(t, err, reason)
			require.Equal(t, []suppression.DigestCount{{DigestFile: f, Digests: 1}}, digestFiles(t, s.Pending))
		},
	},
}
