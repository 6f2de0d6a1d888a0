package suppression_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)

func refusal(f contact.Fingerprint) suppression.Entry {
	return suppression.Entry{
		ID: uuid.New(), Class: suppression.Refusal, Fingerprint: f, Reason: suppression.Replied,
		Scope: contact.Scope{Controller: "martin", Purpose: contact.Prospecting, Channels: contact.SMS.Siblings()}, Happened: noon, Recorded: noon,
	}
}

func TestEntryValidate(t *testing.T) {
	t.Parallel()

	id := uuid.MustParse("00000000-0000-0000-0000-000000000001")
	tests := map[string]struct {
		change func(*suppression.Entry)
		want   string
	}{
		"no ID":                   {func(e *suppression.Entry) { e.ID = uuid.Nil }, "entry 00000000-0000-0000-0000-000000000000: ID is empty"},
		"no class":                {func(e *suppression.Entry) { e.Class = 0 }, "entry " + id.String() + ": Class is not refusal, hygiene or exclusion"},
		"unknown class":           {func(e *suppression.Entry) { e.Class = 9 }, "entry " + id.String() + ": Class is not refusal, hygiene or exclusion"},
		"no fingerprint":          {func(e *suppression.Entry) { e.Fingerprint = contact.Fingerprint{} }, "entry " + id.String() + ": Fingerprint is empty"},
		"no reason":               {func(e *suppression.Entry) { e.Reason = "" }, "entry " + id.String() + ": Reason is empty"},
		"no time":                 {func(e *suppression.Entry) { e.Happened = time.Time{} }, "entry " + id.String() + ": Happened is the zero time"},
		"not recorded":            {func(e *suppression.Entry) { e.Recorded = time.Time{} }, "entry " + id.String() + ": Recorded is the zero time"},
		"a refusal that ends":     {func(e *suppression.Entry) { e.Until = noon }, "entry " + id.String() + ": Until is set, and a refusal never ends by itself"},
		"an exclusion of nobody":  {func(e *suppression.Entry) { e.Class = suppression.Exclusion }, "entry " + id.String() + ": Client is empty, and an exclusion belongs to a client"},
		"a refusal of one client": {func(e *suppression.Entry) { e.Client = "x" }, "entry " + id.String() + ": Client is set, and only an exclusion belongs to a client"},
		"a scope of no channel":   {func(e *suppression.Entry) { e.Scope.Channels = 128 }, "entry " + id.String() + ": Scope: contact: scope: Channels has unknown bits 0x80"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := refusal(contact.Fingerprint{1})
			e.ID = id
			require.NoError(t, e.Validate())
			tt.change(&e)
			require.EqualError(t, e.Validate(), "suppression: "+tt.want)
		})
	}
}

func TestEntryReaches(t *testing.T) {
	t.Parallel()

	sms := &contact.Target{Controllers: []contact.Party{{ID: "martin"}}, Base: "rented", Purpose: contact.Political, Channel: contact.SMS}
	service := *sms
	service.Purpose = contact.Service
	e := refusal(contact.Fingerprint{1})
	require.True(t, e.Reaches(sms, "c", "martin", noon.AddDate(50, 0, 0)), "a refusal does not end")
	require.False(t, e.Reaches(&service, "c", "martin", noon), "a STOP to prospecting leaves service alone")

	h := e
	h.Class, h.Until = suppression.Hygiene, noon.Add(time.Hour)
	require.True(t, h.Reaches(sms, "c", "martin", noon))
	require.False(t, h.Reaches(sms, "c", "martin", noon.Add(time.Hour)))

	x := suppression.Entry{Class: suppression.Exclusion, Client: "martin", Until: noon.Add(time.Hour)}
	require.True(t, x.Reaches(sms, "c", "martin", noon))
	require.False(t, x.Reaches(sms, "c", "dupont", noon), "another client does not see it")
	x.Campaign = "d"
	require.False(t, x.Reaches(sms, "c", "martin", noon))
	require.True(t, x.Reaches(sms, "d", "martin", noon))
}

func TestImport(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	var kept []string
	o := suppression.ImportOptions{
		File: "stops.csv", Column: "phone", DateColumn: "date", Recorded: noon, Scope: contact.Scope{Base: "rented"},
		Unreadable: func(_ int, raw string, _ error) error { kept = append(kept, raw); return nil },
	}
	file := func() *bytes.Buffer {
		b := new(bytes.Buffer)
		_, _ = lines("date,phone", "2024-05-01,+33639980001", "2024-05-02,0612", "nonsense,+33639980002", "2024-05-03,+33639980001", "2024-05-04").WriteTo(b)
		return b
	}
	report, err := suppression.Import(t.Context(), l, k, file(), o)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 5, Added: 2, Already: 1, Unreadable: 2}, report)
	require.Equal(t, []string{"2024-05-02,0612", "2024-05-04"}, kept)
	hits, err := l.Match(t.Context(), k.ID(), []contact.Fingerprint{k.Fingerprint(number(t, 1)), k.Fingerprint(number(t, 2))})
	require.NoError(t, err)
	require.Len(t, hits, 2)
	require.Equal(t, time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), hits[0].Entry.Happened)
	require.Equal(t, noon, hits[1].Entry.Happened, "a date that cannot be read does not cost the refusal")
	require.Equal(t, "file stops.csv line 2", hits[0].Entry.Origin)

	o.Recorded = noon.Add(time.Hour)
	report, err = suppression.Import(t.Context(), l, k, file(), o)
	require.NoError(t, err)
	require.Equal(t, suppression.ImportReport{Lines: 5, Already: 3, Unreadable: 2}, report)

	for want, change := range map[string]func(*suppression.ImportOptions){
		"File is empty":                func(o *suppression.ImportOptions) { o.File = "" },
		"Recorded is the zero time":    func(o *suppression.ImportOptions) { o.Recorded = time.Time{} },
		"unreadable refusals must be":  func(o *suppression.ImportOptions) { o.Unreadable = nil },
		"neither At nor DateColumn":    func(o *suppression.ImportOptions) { o.DateColumn = "" },
		"line 1: no column \"mobile\"": func(o *suppression.ImportOptions) { o.Column = "mobile" },
		"line 1: no column \"day\"":    func(o *suppression.ImportOptions) { o.DateColumn = "day" },
	} {
		bad := o
		change(&bad)
		_, err := suppression.Import(t.Context(), l, k, file(), bad)
		require.ErrorContains(t, err, want)
	}
	o.Unreadable = func(int, string, error) error { return errors.New("no place to keep it") }
	_, err = suppression.Import(t.Context(), l, k, file(), o)
	require.EqualError(t, err, `suppression: import "stops.csv": line 3: no place to keep it`)
}

func TestExport(t *testing.T) {
	t.Parallel()

	k, l := ring(t, secret), new(memory.Suppressions)
	kept := refusal(k.Fingerprint(number(t, 1)))
	kept.Scope.Base = "=cmd()" // a spreadsheet must not run it
	lifted, ended, client := refusal(contact.Fingerprint{2}), refusal(contact.Fingerprint{3}), refusal(contact.Fingerprint{4})
	ended.Class, ended.Until = suppression.Hygiene, noon
	client.Class, client.Client = suppression.Exclusion, "martin"
	_, err := l.Add(t.Context(), k.ID(), []suppression.Entry{kept, lifted, ended, client})
	require.NoError(t, err)
	require.NoError(t, l.Lift(t.Context(), suppression.Lifting{Entry: lifted.ID, Act: uuid.New(), Recorded: noon}))

	var out bytes.Buffer
	n, err := suppression.Export(t.Context(), l, k, &out, noon.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Contains(t, out.String(), ",'=cmd(),")
	require.NotContains(t, out.String(), "3998")

	copied := new(memory.Suppressions)
	for _, to := range []*memory.Suppressions{copied, l} {
		_, err = suppression.ImportExport(t.Context(), to, k, bytes.NewReader(out.Bytes()))
		require.NoError(t, err)
	}
	got, _, err := copied.Get(t.Context(), kept.ID)
	require.NoError(t, err)
	require.Equal(t, kept, got)

	_, err = suppression.ImportExport(context.Background(), copied, ring(t, secret+"?"), bytes.NewReader(out.Bytes()))
	require.ErrorIs(t, err, suppression.ErrKey)
	_, err = suppression.ImportExport(t.Context(), copied, k, lines("phone", "+33639980001"))
	require.ErrorContains(t, err, "line 1: not an export")
	_, err = suppression.ImportExport(t.Context(), copied, k, bytes.NewReader(bytes.Replace(out.Bytes(), []byte("refusal"), []byte("refusall"), 1)))
	require.ErrorContains(t, err, "line 3: field class is not refusal or hygiene")
}
