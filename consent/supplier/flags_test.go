package supplier_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// rows returns a file of n lines that have the cells given in common, %d being
// the number of the line.
func rows(n int, date, form, ip, url string) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		cells := fmt.Sprintf("%s;%s;%s;%s", date, form, ip, url)
		fmt.Fprintf(&b, "+336399%05d;%s\n", 80000+i, strings.ReplaceAll(cells, "%d", fmt.Sprint(10+i%50)))
	}
	return b.String()
}

// Each flag, on both sides of its border: the codes that a file of n alike
// lines gets, and whether the grants are recorded.
func TestFlags(t *testing.T) {
	t.Parallel()

	const date, quiz, ip, url = "2024-03-05 09:00:%d", "quiz", "2001:500:%d::1", "https://www.jeux.example/quiz"
	for name, test := range map[string]struct {
		n                   int
		date, form, ip, url string
		want                string // codes
		recorded            bool
	}{
		"none": {1, date, quiz, ip, url, "", true},

		"now":                        {1, "2024-06-03T12:00:00+02:00", quiz, ip, url, "", true},
		"now, in the profile's zone": {1, "03/06/2024 12:00:00", quiz, ip, url, "", true},
		"a second from now":          {1, "2024-06-03 12:00:01", quiz, ip, url, "future", false},

		"no date":              {1, "", quiz, ip, url, "no-date", false},
		"a date of no month":   {1, "2024-13-05 10:00:00", quiz, ip, url, "no-date", false},
		"no form":              {1, date, "", ip, url, "no-form", false},
		"unknown form":         {1, date, "tombola", ip, url, "unknown-form", false},
		"as the form opens":    {1, "2022-01-01T00:00:00Z", quiz, ip, url, "", true},
		"before it opens":      {1, "2021-12-31T23:59:59Z", quiz, ip, url, "before-form", false},
		"the first version":    {1, "2023-12-31T23:59:59Z", quiz, ip, url, "", true},
		"the second version":   {1, "2024-01-01T00:00:00Z", quiz, ip, url, "", true},
		"three years old":      {1, "2021-06-03T10:00:00Z", "poll", ip, "https://sondage.example/", "", true},
		"older by a second":    {1, "2021-06-03T09:59:59Z", "poll", ip, "https://sondage.example/", "too-old", false},
		"999 in a second":      {999, "2024-03-05 09:00:00", quiz, "2001:500:%d::1", url, "", true},
		"1,000 in a second":    {1000, "2024-03-05 09:00:00", quiz, "2001:500:%d::1", url, "same-second", false},
		"99 from a network":    {99, date, quiz, "2001:500:1:2::%d", url, "", true},
		"100 from a network":   {100, date, quiz, "2001:500:1:2::%d", url, "shared-ip", false},
		"99 from an address":   {99, date, quiz, "192.5.5.241", url, "", true},
		"100 from an address":  {100, date, quiz, "::ffff:192.5.5.241", url, "shared-ip", false},
		"private":              {1, date, quiz, "192.168.1.20", url, "reserved-ip", false},
		"next to private":      {1, date, quiz, "192.169.0.1", url, "", true},
		"shared by carriers":   {1, date, quiz, "100.127.255.255", url, "reserved-ip", false},
		"behind those":         {1, date, quiz, "100.128.0.0", url, "", true},
		"documentation":        {1, date, quiz, "203.0.113.7", url, "reserved-ip", false},
		"documentation of v6":  {1, date, quiz, "2001:db8::7", url, "reserved-ip", false},
		"mapped and private":   {1, date, quiz, "::ffff:10.0.0.1", url, "reserved-ip", false},
		"not global":           {1, date, quiz, "fd00::1", url, "reserved-ip", false},
		"no IP":                {1, date, quiz, "", url, "no-ip", true},
		"no IP to read":        {1, date, quiz, "192.5.5.300", url, "no-ip", true},
		"the site itself":      {1, date, quiz, ip, "jeux.example", "", true},
		"with a port, in caps": {1, date, quiz, ip, "HTTPS://JEUX.example:8443/a", "", true},
		"another site":         {1, date, quiz, ip, "https://tombola.example/jeux.example", "other-site", false},
		"a site that ends so":  {1, date, quiz, ip, "https://mesjeux.example/", "other-site", false},
		"a name before the @":  {1, date, quiz, ip, "https://jeux.example@tombola.example/", "other-site", false},
		"a backslash":          {1, date, quiz, ip, `https://tombola.example\.jeux.example/`, "other-site", false},
		"the site of another":  {1, date, "poll", ip, url, "other-site", false},
		"no URL":               {1, date, quiz, ip, "", "no-url", true},
		"days only":            {1, "05/03/2024", quiz, ip, url, "midnight", true},
		"1,000 on a day":       {1000, "05/03/2024", quiz, "2001:500:%d::1", url, "midnight", true},
		"several flags":        {1, "2025-01-01", "quiz", "10.0.0.1", "", "future reserved-ip no-url midnight", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			w := newWorld(t)
			r := w.imports(profile(), rows(test.n, test.date, test.form, test.ip, test.url))
			var got []string
			for _, f := range r.Forms {
				for _, flag := range f.Flags {
					require.Equal(t, test.n, flag.Lines)
					require.Equal(t, 2, flag.First[0])
					require.LessOrEqual(t, len(flag.First), 10)
					got = append(got, flag.Code.String())
				}
			}
			require.Equal(t, test.want, strings.Join(got, " "))
			require.Equal(t, test.n, r.Import.Created, "the person is put in any case")
			recorded := 0
			if test.recorded {
				recorded = test.n
			}
			require.Equal(t, recorded, r.Recorded)
			require.Len(t, w.acts(0), min(recorded, 1))
		})
	}
}

// The grant names the version that was on-line.
func TestVersions(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	w.imports(p, header+"+33639980000;2023-12-31T23:59:59Z;quiz;2001:500::1;jeux.example\n+33639980001;2024-01-01T00:00:00Z;quiz;2001:500::1;jeux.example\n")
	for n := range 2 {
		a := w.acts(n)[0]
		require.Equal(t, p.Forms[n].Notice.ID(), a.Notice)
		require.Equal(t, a.Notice, a.Grantees.PartnerList)
		kept, err := w.documents.Notice(t.Context(), a.Notice)
		require.NoError(t, err)
		require.Equal(t, p.Forms[n].Notice, kept)
	}
}

// A host can have each flag record that is not fixed, and each refuse; what is
// recorded with a flag is no more than asserted.
func TestFlagsByProfile(t *testing.T) {
	t.Parallel()

	file := rows(1, "2024-03-05 09:00:00", "quiz", "10.0.0.1", "")
	p := profile()
	p.Grade, p.Inspection = consent.Audited, &supplier.Inspection{Document: "audit-7", Auditor: "Cabinet Durand", On: noon.AddDate(0, -1, 0)}
	p.Flags = map[supplier.Code]supplier.Action{supplier.ReservedIP: supplier.Record}
	w := newWorld(t)
	require.Equal(t, 1, w.imports(p, file).Recorded)
	require.Equal(t, consent.Asserted, w.acts(0)[0].Grade)
	require.Equal(t, 1, w.imports(p, header+good(5)).Recorded)
	require.Equal(t, consent.Audited, w.acts(5)[0].Grade)
	require.Equal(t, "audit-7 (Cabinet Durand, 2024-05-03)", w.acts(5)[0].Evidence.Document)

	p.Flags[supplier.NoURL] = supplier.Refuse
	w = newWorld(t)
	require.Equal(t, 1, w.imports(p, file).Refused)

	for _, c := range supplier.Codes() {
		p.Flags = map[supplier.Code]supplier.Action{c: supplier.Record}
		if c.Fixed() {
			require.ErrorContains(t, p.Validate(), "Flags["+c.String()+"]")
		} else {
			require.NoError(t, p.Validate())
		}
	}
}

// A form that asked for no channel of the address, and a grant that says
// otherwise than one that stands.
func TestFlagsFoundWhileRecording(t *testing.T) {
	t.Parallel()

	w, p := newWorld(t), profile()
	p.Forms[1].Channels = contact.Channels(contact.EmailChannel)
	require.Equal(t, 1, w.imports(p, header+good(1)).Flagged(supplier.OtherChannel))
	require.Empty(t, w.acts(1))

	const date = "2024-03-05 09:00:00"
	w = newWorld(t)
	file := header + good(3) +
		"+33639980001;" + date + ";quiz;2001:500::1;jeux.example\n" +
		"+33639980001;" + date + ";quiz;2001:500::1;jeux.example\n" +
		"+33639980001;" + date + ";quiz;2001:500::2;jeux.example\n" + good(2)
	r := w.imports(profile(), file)
	require.Equal(t, []int{3, 1, 1, 1}, []int{r.Recorded, r.Already, r.Refused, r.Flagged(supplier.Contradiction)})
	require.Equal(t, []int{5}, r.Forms[1].Flags[0].First)
	require.Len(t, w.acts(1), 1)
	require.Equal(t, "2001:500::1", w.acts(1)[0].Evidence.IP)
}

// A date that proves nothing is no date of collection either: the youngest
// value wins in a store, and one of the year 2090 would win for ever.
func TestCollected(t *testing.T) {
	t.Parallel()

	w := newWorld(t)
	w.imports(profile(), header+"+33639980001;2090-01-01 10:00:00;quiz;2001:500::1;jeux.example\n"+good(2))
	for n, want := range map[int]time.Time{1: {}, 2: time.Date(2024, 3, 3, 8, 0, 2, 0, time.UTC)} {
		found, err := w.contacts.ByAddress(t.Context(), "rented", address(t, n))
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.True(t, want.Equal(found[0].Origins[0].Collected))
		require.Equal(t, "Jeux SAS → Fichiers SARL", found[0].Origins[0].Origin.Path())
	}
}
