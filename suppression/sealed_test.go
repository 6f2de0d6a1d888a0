package suppression_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var martin = contact.Party{ID: "martin", Group: "party"}

// sealingKey is always the same: a test may fail again as it did.
func sealingKey(t testing.TB, seed string) hpke.PrivateKey {
	t.Helper()
	key, err := hpke.DHKEM(ecdh.X25519()).DeriveKeyPair([]byte(seed + ": no secret, and long enough"))
	require.NoError(t, err)
	return key
}

func (o *office) seal(t testing.TB, s suppression.Sealer) ([]byte, suppression.SealReport) {
	t.Helper()
	var out bytes.Buffer
	report, err := suppression.ExportSealed(t.Context(), o.list, o.keyring, &out, suppression.SealOptions{
		Source: o.people, Bases: []contact.BaseID{"base"}, Party: martin, Sealer: s,
	})
	require.NoError(t, err)
	return out.Bytes(), report
}

func (o *office) unseal(t testing.TB, r io.Reader, opener suppression.Opener) (suppression.OpenReport, error) {
	t.Helper()
	report, err := suppression.ImportSealed(t.Context(), o.list, o.keyring, r, suppression.OpenOptions{
		File: "martin.sealed", Controller: "m. martin", Recorded: noon.Add(time.Hour), Opener: opener,
	})
	require.Equal(t, report.Refusals, report.Added+report.Already+report.Unsettled)
	require.Equal(t, report.Added, len(o.changes(t)), "nothing else is on the list")
	return report, err
}

func TestSealedList(t *testing.T) {
	t.Parallel()

	phrase, err := suppression.SealWithPassphrase("correct horse battery staple")
	require.NoError(t, err)
	key := sealingKey(t, "a")
	strong, err := hpke.MLKEM768X25519().GenerateKey()
	require.NoError(t, err)
	for name, lock := range map[string]struct {
		sealer suppression.Sealer
		opener suppression.Opener
	}{
		"passphrase": {phrase, suppression.OpenWithPassphrase("correct horse battery staple")},
		"key":        {suppression.SealTo(key.PublicKey()), suppression.OpenWith(key)},
		"hybrid key": {suppression.SealTo(strong.PublicKey()), suppression.OpenWith(strong)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			from, to := newOffice(t, secret), newOffice(t, another)
			put(t, from.people, 1, 2, 3, 4, 5, 6, 7, 8)
			from.refuse(t, nil, 1)
			from.refuse(t, func(e *suppression.Entry) { e.Happened = noon.Add(-time.Hour) }, 1) // the same, before
			from.refuse(t, func(e *suppression.Entry) { e.Scope, e.Happened = contact.Scope{}, noon.Add(24*time.Hour) }, 1, 9)
			from.refuse(t, func(e *suppression.Entry) {
				e.Scope = contact.Scope{Controller: "martin", Base: "base", Purpose: contact.Political}
			}, 2)
			from.refuse(t, func(e *suppression.Entry) { e.Scope = contact.Scope{Group: "party"} }, 3)
			from.refuse(t, func(e *suppression.Entry) { e.Scope = contact.Scope{Base: "base"} }, 4)         // of who owns it
			from.refuse(t, func(e *suppression.Entry) { e.Scope = contact.Scope{Controller: "dupont"} }, 5) // of another
			from.refuse(t, func(e *suppression.Entry) { e.Scope = contact.Scope{Group: "other"} }, 6)
			from.refuse(t, func(e *suppression.Entry) { e.Class = suppression.Hygiene }, 7)
			for _, e := range from.refuse(t, nil, 8) {
				require.NoError(t, from.list.Lift(t.Context(), suppression.Lifting{Entry: e.ID, Act: uuid.New(), Recorded: noon}))
			}
			file, sealed := from.seal(t, lock.sealer)
			require.Equal(t, suppression.SealReport{Addresses: 3, Refusals: 4, Unknown: 1}, sealed)
			require.NotContains(t, string(file), "martin")
			require.NotContains(t, string(file), "3363998")

			for round := range 2 {
				report, err := suppression.ImportSealed(t.Context(), to.list, to.keyring, bytes.NewReader(file), suppression.OpenOptions{
					File: "martin.sealed", Controller: "m. martin", Recorded: noon.Add(time.Hour), Opener: lock.opener,
				})
				require.NoError(t, err)
				require.Equal(t, suppression.OpenReport{Refusals: 4, Added: 4 - 4*round, Already: 4 * round}, report)
			}
			require.Len(t, to.changes(t), 4)
			hits := to.listed(t, 1)
			require.Len(t, hits, 2)
			e := hits[0].Entry
			require.Equal(t, suppression.Entry{
				ID: e.ID, Class: suppression.Refusal, Fingerprint: to.keyring.Fingerprint(number(t, 1)), Reason: suppression.FromFile,
				Scope:    contact.Scope{Controller: "m. martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()},
				Happened: noon, Recorded: noon.Add(time.Hour), Origin: "file martin.sealed line 1",
			}, e)
			require.Equal(t, contact.Scope{Controller: "m. martin"}, hits[1].Entry.Scope)
			require.Equal(t, noon.Add(time.Hour), hits[1].Entry.Happened, "not after it was recorded")
			require.Equal(t, contact.Scope{Controller: "m. martin", Purpose: contact.Political}, to.listed(t, 2)[0].Entry.Scope)
			require.Len(t, to.listed(t, 3), 1)
		})
	}
}

// damaged is a list of several chunks, taken apart.
type damaged struct {
	header []byte
	chunks [][]byte
}

func takeApart(t testing.TB, file []byte) damaged {
	t.Helper()
	const fixed = len("accord refusals 1\n") + 3
	header := fixed + int(binary.BigEndian.Uint16(file[fixed-2:])) + 32
	d := damaged{header: file[:header]}
	for rest := file[header:]; len(rest) > 0; {
		size := 4 + int(binary.BigEndian.Uint32(rest)&^(1<<31))
		d.chunks, rest = append(d.chunks, rest[:size]), rest[size:]
	}
	return d
}

func (d damaged) with(chunks ...[]byte) []byte {
	return slices.Concat(d.header, slices.Concat(chunks...))
}

func flipped(b []byte, at int) []byte {
	b = slices.Clone(b)
	b[(at+len(b))%len(b)] ^= 1
	return b
}

func TestSealedListDamaged(t *testing.T) {
	t.Parallel()

	key := sealingKey(t, "a")
	from := newOffice(t, secret)
	var ns []int
	for n := range 4000 {
		ns = append(ns, n)
	}
	put(t, from.people, ns...)
	from.refuse(t, nil, ns...)
	file, _ := from.seal(t, suppression.SealTo(key.PublicKey()))
	second, _ := from.seal(t, suppression.SealTo(key.PublicKey()))
	d, other := takeApart(t, file), takeApart(t, second)
	require.Equal(t, 5, len(d.chunks))
	c := d.chunks
	unmarked := slices.Clone(c[4])
	unmarked[0] &^= 0x80
	marked := slices.Clone(c[1])
	marked[0] |= 0x80
	long := slices.Clone(c[1])
	long[1]++
	broken := errors.New("broken")
	const changed = "sealed list not opened: chunk %d was changed, or belongs in another place"
	tests := map[string]struct {
		file   []byte
		chunks int // whole ones before the damage
		want   string
	}{
		"nothing":                    {nil, 0, "sealed list not opened: it was cut in its header"},
		"another file":               {bytes.Repeat([]byte("x"), 200), 0, "sealed list not opened: not a sealed list of this version"},
		"another version":            {flipped(file, len("accord refusals ")), 0, "sealed list not opened: not a sealed list of this version"},
		"a passphrase, it says":      {bytes.Replace(file, []byte("\nk"), []byte("\np"), 1), 0, "sealed list not opened: it was closed with a passphrase, and is to be opened with a key"},
		"cut in the header":          {file[:60], 0, "sealed list not opened: it was cut in its header"},
		"a long header":              {flipped(file, 19), 0, "sealed list not opened: another key, or a header that was changed"},
		"a header too long":          {slices.Concat(file[:19], []byte{0xff, 0xff}, file[21:]), 0, "sealed list not opened: a header of another length"},
		"kind of key changed":        {flipped(file, 22), 0, "sealed list not opened: it was closed for a key of another kind"},
		"secret changed":             {flipped(file, 40), 0, "sealed list not opened: another key, or a header that was changed"},
		"MAC changed":                {flipped(file, len(d.header)-1), 0, "sealed list not opened: another key, or a header that was changed"},
		"header alone":               {d.header, 0, "sealed list not opened: it was cut after chunk 0"},
		"cut between chunks":         {d.with(c[:4]...), 4, "sealed list not opened: it was cut after chunk 4"},
		"cut in a chunk":             {d.with(c[0], c[1][:100]), 1, "sealed list not opened: it was cut in chunk 2"},
		"cut in a length":            {d.with(c[0], c[1][:2]), 1, "sealed list not opened: it was cut after chunk 1"},
		"first byte flipped":         {d.with(flipped(c[0], 4), c[1]), 0, fmt.Sprintf(changed, 1)},
		"last byte flipped":          {d.with(c[0], c[1], c[2], c[3], flipped(c[4], -1)), 4, fmt.Sprintf(changed, 5)},
		"reordered":                  {d.with(c[0], c[2], c[1], c[3], c[4]), 1, fmt.Sprintf(changed, 2)},
		"left out":                   {d.with(c[0], c[2], c[3], c[4]), 1, fmt.Sprintf(changed, 2)},
		"twice":                      {d.with(c[0], c[0], c[1], c[2], c[3], c[4]), 1, fmt.Sprintf(changed, 2)},
		"an early end":               {d.with(c[0], marked), 1, fmt.Sprintf(changed, 2)},
		"an end that is none":        {d.with(c[0], c[1], c[2], c[3], unmarked), 4, fmt.Sprintf(changed, 5)},
		"a length changed":           {d.with(c[0], long, c[2]), 1, fmt.Sprintf(changed, 2)},
		"an empty chunk":             {d.with(c[0], []byte{0, 0, 0, 0}), 1, fmt.Sprintf(changed, 2)},
		"a chunk of another file":    {d.with(c[0], other.chunks[1]), 1, fmt.Sprintf(changed, 2)},
		"the chunks of another file": {d.with(other.chunks...), 0, fmt.Sprintf(changed, 1)},
		"something behind":           {append(slices.Clone(file), 'x'), 5, "sealed list not opened: there is more behind its end"},
		"itself behind":              {append(slices.Clone(file), file...), 5, "sealed list not opened: there is more behind its end"},
	}
	bytesOf := func(chunks int) int {
		n := 0
		for _, c := range c[:chunks] {
			n += len(c) - 4 - 16
		}
		return n
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			to := newOffice(t, another)
			report, err := to.unseal(t, bytes.NewReader(tt.file), suppression.OpenWith(key))
			require.EqualError(t, err, `suppression: import "martin.sealed": `+tt.want)
			require.ErrorIs(t, err, suppression.ErrSeal)
			// All that is authentic was used, and no more.
			whole := bytesOf(tt.chunks)
			line := bytesOf(5) / 4000
			require.Equal(t, whole/line, report.Added, "lines of %d bytes", line)
		})
	}
	to := newOffice(t, another)
	report, err := to.unseal(t, io.MultiReader(bytes.NewReader(d.with(c[0])), iotest.ErrReader(broken)), suppression.OpenWith(key))
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, suppression.ErrSeal)
	require.Positive(t, report.Added)
	_, err = newOffice(t, another).unseal(t, bytes.NewReader(file), suppression.OpenWith(sealingKey(t, "b")))
	require.EqualError(t, err, `suppression: import "martin.sealed": sealed list not opened: another key, or a header that was changed`)
	report, err = newOffice(t, another).unseal(t, iotest.OneByteReader(bytes.NewReader(file)), suppression.OpenWith(key))
	require.NoError(t, err)
	require.Equal(t, 4000, report.Added)
}

func TestSealedPassphrase(t *testing.T) {
	t.Parallel()

	_, err := suppression.SealWithPassphrase("hunter2")
	require.EqualError(t, err, "suppression: a passphrase of 7 bytes, want 12 or more")
	sealer, err := suppression.SealWithPassphrase("correct horse battery staple")
	require.NoError(t, err)
	opener := suppression.OpenWithPassphrase("correct horse battery stable")
	require.Equal(t, "sealer:passphrase opener:passphrase", fmt.Sprintf("%+v %#v", sealer, opener))
	file, _ := newOfficeOf(t, 1).seal(t, sealer)
	_, err = newOffice(t, another).unseal(t, bytes.NewReader(file), opener)
	require.EqualError(t, err, `suppression: import "martin.sealed": sealed list not opened: another passphrase, or a header that was changed`)
	for rounds, want := range map[uint32]string{0: "0 rounds", 10_000_001: "10000001 rounds", 1<<32 - 1: "4294967295 rounds"} {
		costly := slices.Clone(file)
		binary.BigEndian.PutUint32(costly[21:], rounds)
		_, err = newOffice(t, another).unseal(t, bytes.NewReader(costly), opener)
		require.EqualError(t, err, `suppression: import "martin.sealed": sealed list not opened: `+want+" of PBKDF2, want at most 10000000")
	}
	require.EqualValues(t, 600_000, binary.BigEndian.Uint32(file[21:]))
}

// newOfficeOf returns an office where everyone refused.
func newOfficeOf(t testing.TB, ns ...int) *office {
	t.Helper()
	o := newOffice(t, secret)
	put(t, o.people, ns...)
	o.refuse(t, nil, ns...)
	return o
}

func TestSealedOptions(t *testing.T) {
	t.Parallel()

	o, key := newOfficeOf(t, 1), sealingKey(t, "a")
	good := suppression.SealOptions{Source: o.people, Bases: []contact.BaseID{"base"}, Party: martin, Sealer: suppression.SealTo(key.PublicKey())}
	for want, change := range map[string]func(*suppression.SealOptions){
		"Party has no ID":                 func(s *suppression.SealOptions) { s.Party.ID = "" },
		"Sealer is the zero Sealer":       func(s *suppression.SealOptions) { s.Sealer = suppression.Sealer{} },
		"no bases to take addresses from": func(s *suppression.SealOptions) { s.Source = nil },
	} {
		bad := good
		change(&bad)
		_, err := suppression.ExportSealed(t.Context(), o.list, o.keyring, io.Discard, bad)
		require.EqualError(t, err, "suppression: export sealed: "+want)
	}
	_, err := suppression.ExportSealed(t.Context(), o.list, o.keyring, failingWriter{}, good)
	require.ErrorIs(t, err, iotest.ErrTimeout)
	_, err = suppression.ExportSealed(t.Context(), o.list, ring(t, another), io.Discard, good)
	require.ErrorIs(t, err, suppression.ErrKey)

	whole := suppression.OpenOptions{File: "f", Controller: "martin", Recorded: noon, Opener: suppression.OpenWith(key)}
	for want, change := range map[string]func(*suppression.OpenOptions){
		"File is empty":             func(o *suppression.OpenOptions) { o.File = "" },
		"Controller is empty":       func(o *suppression.OpenOptions) { o.Controller = "" },
		"Recorded is the zero time": func(o *suppression.OpenOptions) { o.Recorded = time.Time{} },
		"Opener is the zero Opener": func(o *suppression.OpenOptions) { o.Opener = suppression.Opener{} },
	} {
		bad := whole
		change(&bad)
		_, err := suppression.ImportSealed(t.Context(), o.list, o.keyring, bytes.NewReader(nil), bad)
		require.ErrorContains(t, err, want)
	}
}
