package consent_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// full returns an act with something in every field.
func full(n int) consent.Act {
	return consent.Act{
		ID: id(n), Kind: consent.Given, By: consent.ByPerson, Grade: consent.Witnessed,
		Purposes: []contact.Purpose{contact.Political, contact.Charity},
		Channels: contact.Channels(contact.SMS, contact.AutomatedVoice),
		Grantees: consent.Grantees{
			Parties: []contact.PartyID{"martin", "durand"}, Groups: []contact.GroupID{"horizon"},
			Category: "partners", PartnerList: contact.NoticeID{3},
		},
		Base: "base", Election: "fr-european-2024", Dispatch: id(900), Notice: contact.NoticeID{4}, Form: "v3", Source: "loopback",
		Hours:    consent.Hours{From: 10 * 60, To: 18 * 60},
		Happened: time.Date(2024, 6, 1, 10, 0, 0, 123456000, time.UTC), Recorded: monday, Expires: monday.AddDate(1, 0, 0),
		Subject:  "ada",
		Evidence: &consent.Evidence{Text: "OUI", Event: "e-1", IP: "192.0.2.1", URL: "https://a.example", Document: "d-1"},
	}
}

// chainOf returns a chain of n acts, each with something in every field.
func chainOf(t testing.TB, n int) consent.Chain {
	t.Helper()
	c := consent.NewGenesis(id(500), phone(t, 1), consent.Salt{1})
	for i := range n {
		c.Records = append(c.Records, consent.Link(&c, full(i+1), consent.Salt{2, byte(i)}))
	}
	return c
}

// The digests of a chain outlive the program that made them, so that a change
// here is a new version of the format and not a fix. The figures were worked out
// by another program, from the comments on NewGenesis and Link.
func TestChainVector(t *testing.T) {
	t.Parallel()

	c := chainOf(t, 2)
	require.Equal(t, "013b28ea4c14c26e36c84dc6466c301eed7b169183fb3d636d48283595484484", fmt.Sprintf("%x", c.Genesis[:]))
	require.Equal(t, "363858b821fa3a77714b198ae65d8ce46d3f2b4c9d90014b4aa8374579558928", fmt.Sprintf("%x", c.Records[0].Digest[:]))
	require.Equal(t, "debb7d34320a8d4cf8940a8cc176bc5efbbd0703501df2d37f0023531004e8d8", fmt.Sprintf("%x", c.Records[1].Digest[:]))
	bare := consent.NewGenesis(id(500), contact.Address{}, consent.Salt{})
	least := consent.Act{ID: id(1), Kind: consent.Disconnected, Happened: monday, Recorded: monday}
	r := consent.Link(&bare, least, consent.Salt{})
	require.Equal(t, "57c05011d7c9e09016c57590ec8adc4117fa2fdc8d33e4f15c867450266cf7c4", fmt.Sprintf("%x", r.Digest[:]))
	require.Equal(t, c.Records[1].Digest, c.Head())
	require.Empty(t, c.Check())
}

func TestLinkKeepsTimesAsStored(t *testing.T) {
	t.Parallel()

	c := chainOf(t, 0)
	a := full(1)
	a.Happened = time.Date(2024, 6, 1, 12, 0, 0, 123456789, time.FixedZone("CEST", 7200))
	r := consent.Link(&c, a, consent.Salt{1})
	require.Equal(t, time.Date(2024, 6, 1, 10, 0, 0, 123456000, time.UTC), r.Act.Happened)
	a.Happened = r.Act.Happened
	require.Equal(t, r.Digest, consent.Link(&c, a, consent.Salt{1}).Digest)
}

func TestAbout(t *testing.T) {
	t.Parallel()

	c := chainOf(t, 1)
	require.True(t, c.About(phone(t, 1)))
	require.False(t, c.About(phone(t, 2)))
	c.GenesisSalt = consent.Salt{}
	require.False(t, c.About(phone(t, 1)), "nobody can say after an erasure")
	unsalted := consent.NewGenesis(id(1), phone(t, 1), consent.Salt{})
	require.False(t, unsalted.About(phone(t, 1)))
}

// erase does to a record what a ledger does.
func erase(r *consent.Record) {
	r.Erased, r.Salt, r.Act.Subject, r.Act.Evidence = true, consent.Salt{}, "", nil
}

func TestErasedChainVerifies(t *testing.T) {
	t.Parallel()

	c := chainOf(t, 3)
	before := c.Head()
	for i := range c.Records {
		erase(&c.Records[i])
	}
	require.Empty(t, c.Check())
	require.Equal(t, before, c.Head())
	c.Records = append(c.Records, consent.Link(&c, full(9), consent.Salt{9}))
	require.Empty(t, c.Check())
}

// Any one change of any one field of a record shows.
func TestEveryFieldIsChained(t *testing.T) {
	t.Parallel()

	clone := func() consent.Chain { return chainOf(t, 3) }
	sample := clone()
	tampered := 0
	for _, path := range leaves(reflect.ValueOf(sample.Records[1]), nil) {
		for n := 0; ; n++ {
			c := clone()
			field := reflect.ValueOf(&c.Records[1]).Elem()
			for _, i := range path {
				if field.Kind() == reflect.Pointer {
					field = field.Elem()
				}
				field = field.Field(i)
			}
			name := describe(path)
			if !tamper(field, n) {
				require.Positive(t, n, "%s was not changed", name)
				break
			}
			tampered++
			require.NotEmpty(t, c.Check(), "change %d of %s does not show", n, name)
		}
	}
	require.Greater(t, tampered, 60)
}

// The same in a record that was erased, and in the times that it lacks.
func TestErasedFieldsAreChained(t *testing.T) {
	t.Parallel()

	for name, change := range map[string]func(*consent.Record){
		"kind":           func(r *consent.Record) { r.Act.Kind = consent.Objected },
		"salt":           func(r *consent.Record) { r.Salt[0]++ },
		"subject":        func(r *consent.Record) { r.Act.Subject = "eve" },
		"evidence":       func(r *consent.Record) { r.Act.Evidence = &consent.Evidence{Text: "OUI"} },
		"empty evidence": func(r *consent.Record) { r.Act.Evidence = &consent.Evidence{} },
		"commitment":     func(r *consent.Record) { r.Commitment[0]++ },
		"not erased":     func(r *consent.Record) { r.Erased = false },
	} {
		c := chainOf(t, 2)
		erase(&c.Records[0])
		require.Empty(t, c.Check())
		change(&c.Records[0])
		require.NotEmpty(t, c.Check(), name)
	}

	bare := chainOf(t, 0)
	a := full(1)
	a.Expires, a.Evidence = time.Time{}, nil
	bare.Records = append(bare.Records, consent.Link(&bare, a, consent.Salt{1}))
	require.Empty(t, bare.Check())
	bare.Records[0].Act.Expires = time.Unix(0, 0).UTC()
	require.NotEmpty(t, bare.Check(), "1970 is not no time")
	bare.Records[0].Act.Expires = time.Time{}
	bare.Records[0].Act.Evidence = &consent.Evidence{}
	require.NotEmpty(t, bare.Check(), "empty evidence is not none")
}

// leaves returns the index paths of every field below v that has no fields of
// its own.
func leaves(v reflect.Value, path []int) [][]int {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[time.Time]() {
		return [][]int{slices.Clone(path)}
	}
	var out [][]int
	for i := range v.NumField() {
		out = append(out, leaves(v.Field(i), append(path, i))...)
	}
	return out
}

func describe(path []int) string {
	t, name := reflect.TypeFor[consent.Record](), "Record"
	for _, i := range path {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name += "." + t.Field(i).Name
		t = t.Field(i).Type
	}
	return name
}

// tamper makes the nth change to a field, and reports whether there is one.
func tamper(f reflect.Value, n int) bool {
	if f.Type() == reflect.TypeFor[time.Time]() {
		at := f.Interface().(time.Time)
		changed := []time.Time{at.Add(time.Microsecond), at.Add(-time.Hour), {}, time.Unix(0, 0).UTC()}
		if n < len(changed) {
			f.Set(reflect.ValueOf(changed[n]))
		}
		return n < len(changed)
	}
	switch f.Kind() {
	case reflect.Bool:
		f.SetBool(!f.Bool())
		return n < 1
	case reflect.String:
		changed := []string{f.String() + "\x00", "", f.String()[1:]}
		if n < len(changed) {
			f.SetString(changed[n])
		}
		return n < len(changed)
	case reflect.Int16:
		f.SetInt(f.Int() + int64(n) + 1)
		return n < 2
	case reflect.Uint8, reflect.Uint64:
		f.SetUint(f.Uint() ^ 1<<n)
		return n < 3
	case reflect.Array: // of bytes
		if n < f.Len() {
			f.Index(n).SetUint(f.Index(n).Uint() ^ 1)
		}
		return n < f.Len()
	case reflect.Slice: // of strings
		switch n {
		case 0:
			f.Set(f.Slice(0, f.Len()-1))
		case 1:
			f.Set(reflect.Append(f, f.Index(0)))
		case 2:
			if f.Len() == 1 {
				f.Set(reflect.Zero(f.Type()))
				break
			}
			first, second := f.Index(0).String(), f.Index(1).String()
			f.Index(0).SetString(second)
			f.Index(1).SetString(first)
		case 3: // what two fields hold does not flow from one into the other
			f.Index(0).SetString(f.Index(0).String() + "x")
		}
		return n < 4
	default:
		return false
	}
}

func TestCheckFindsWhatMoved(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		change func(*consent.Chain)
		want   []string
	}{
		"the first is gone": {func(c *consent.Chain) { c.Records = c.Records[1:] }, []string{
			"record 1: numbered 2", "record 1: does not follow the record before it",
			"record 2: numbered 3", "record 3: numbered 4",
		}},
		"one is gone from the middle": {func(c *consent.Chain) { c.Records = slices.Delete(c.Records, 1, 2) }, []string{
			"record 2: numbered 3", "record 2: does not follow the record before it", "record 3: numbered 4",
		}},
		"two changed places": {func(c *consent.Chain) { c.Records[1], c.Records[2] = c.Records[2], c.Records[1] }, []string{
			"record 2: numbered 3", "record 2: does not follow the record before it",
			"record 3: numbered 2", "record 3: does not follow the record before it",
			"record 4: does not follow the record before it",
		}},
		"one stands twice": {func(c *consent.Chain) { c.Records = slices.Insert(c.Records, 1, c.Records[0]) }, []string{
			"record 2: numbered 1", "record 2: does not follow the record before it",
			"record 3: numbered 2", "record 4: numbered 3", "record 5: numbered 4",
		}},
		"one was put in between and the rest renumbered": {func(c *consent.Chain) {
			front := consent.Chain{ID: c.ID, Genesis: c.Genesis, Records: c.Records[:2:2]}
			rest := slices.Clone(c.Records[2:])
			c.Records = append(front.Records, consent.Link(&front, full(77), consent.Salt{7}))
			for i := range rest {
				rest[i].Seq++
				c.Records = append(c.Records, rest[i])
			}
		}, []string{
			"record 4: does not follow the record before it", "record 4: content is not what was recorded",
			"record 5: content is not what was recorded",
		}},
		"another chain's record": {func(c *consent.Chain) {
			other := consent.NewGenesis(id(501), contact.Address{}, consent.Salt{})
			c.Records[3] = consent.Link(&consent.Chain{ID: other.ID, Records: c.Records[:3]}, full(4), consent.Salt{2, 3})
		}, []string{"record 4: content is not what was recorded"}},
		"another genesis": {func(c *consent.Chain) { c.Genesis[0]++ }, []string{"record 1: does not follow the record before it"}},
		"another ID": {func(c *consent.Chain) { c.ID[0]++ }, []string{
			"record 1: does not follow the record before it", "record 1: content is not what was recorded",
			"record 2: content is not what was recorded", "record 3: content is not what was recorded", "record 4: content is not what was recorded",
		}},
		"the tail is cut, which only a checkpoint shows": {func(c *consent.Chain) { c.Records = c.Records[:2] }, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			c := chainOf(t, 4)
			tt.change(&c)
			var got []string
			for _, f := range c.Check() {
				require.Equal(t, c.ID, f.Chain)
				got = append(got, f.String()[len("chain 00000000-0000-0000-0000-000000000000 "):])
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestSameAct(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct {
		change func(*consent.Act)
		same   bool
	}{
		"nothing":                    {func(*consent.Act) {}, true},
		"the time of recording":      {func(a *consent.Act) { a.Recorded = a.Recorded.Add(time.Hour) }, true},
		"the zone of a time":         {func(a *consent.Act) { a.Happened = a.Happened.In(time.FixedZone("", 3600)) }, true},
		"less than a microsecond":    {func(a *consent.Act) { a.Happened = a.Happened.Add(time.Nanosecond) }, true},
		"a microsecond":              {func(a *consent.Act) { a.Happened = a.Happened.Add(time.Microsecond) }, false},
		"the end":                    {func(a *consent.Act) { a.Expires = time.Time{} }, false},
		"a purpose":                  {func(a *consent.Act) { a.Purposes = a.Purposes[:1] }, false},
		"the text":                   {func(a *consent.Act) { a.Evidence.Text = "NON" }, false},
		"the evidence, erased":       {func(a *consent.Act) { a.Evidence, a.Subject = nil, "" }, true},
		"the subject":                {func(a *consent.Act) { a.Subject = "eve" }, false},
		"the subject and no witness": {func(a *consent.Act) { a.Subject, a.Evidence = "eve", nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			a, b := full(1), full(1)
			tt.change(&b)
			require.Equal(t, tt.same, consent.SameAct(a, b))
			require.Equal(t, tt.same, consent.SameAct(b, a))
			require.NotNil(t, a.Evidence, "what is compared does not change")
		})
	}
	a, b := full(1), full(1)
	a.Purposes, b.Purposes = nil, []contact.Purpose{}
	a.Grantees, b.Grantees = consent.Grantees{}, consent.Grantees{Parties: []contact.PartyID{}, Groups: []contact.GroupID{}}
	require.True(t, consent.SameAct(a, b))
	require.NotEqual(t, uuid.Nil, a.ID)
}
