package contact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/contact/phone"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

// balanced checks what a report always promises.
func balanced(t testing.TB, r contact.ImportReport) {
	t.Helper()
	require.Equal(t, r.Lines, r.Created+r.Merged+r.Unchanged+r.Rejected+r.Unsettled, "%v", r)
}

// everybody returns who is in base, in order.
func everybody(t testing.TB, s contact.Source) []contact.Contact {
	t.Helper()
	var all []contact.Contact
	for after, more := contact.Position(""), true; more; more = after != "" {
		page, err := s.Page(t.Context(), "base", after, 100)
		require.NoError(t, err)
		all, after = append(all, page.Contacts...), page.Next
	}
	return all
}

func names(contacts []contact.Contact) string {
	var out []string
	for _, c := range contacts {
		out = append(out, string(c.ID))
	}
	return strings.Join(out, " ")
}

// full maps a column of every kind.
func full() contact.ImportOptions {
	o := options
	o.Columns = []contact.Column{
		{Name: "id", Kind: contact.IDColumn}, {Name: "phone", Kind: contact.PhoneColumn}, {Name: "phone 2", Kind: contact.PhoneColumn},
		{Name: "mail", Kind: contact.EmailColumn}, {Name: "lang", Kind: contact.LanguageColumn}, {Name: "terr", Kind: contact.TerritoryColumn},
		{Name: "zone", Kind: contact.ZoneColumn}, {Name: "person", Kind: contact.SubjectColumn}, {Name: "seen", Kind: contact.CollectedColumn},
		{Name: "town", Kind: contact.TextColumn, Attribute: "city"}, {Name: "age", Kind: contact.NumberColumn},
		{Name: "born", Kind: contact.DateColumn, Layout: "02/01/2006"}, {Name: "member", Kind: contact.BoolColumn}, {Name: "box", Kind: contact.HostColumn},
	}
	o.ParsePhone = func(raw string) (contact.Address, error) { return phone.Parse(raw, "FR") }
	return o
}

const fullHeader = "id,phone,phone 2,mail,lang,terr,zone,person,seen,town,age,born,member,box\n"

func TestImportReadsEveryKind(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	file := fullHeader +
		"P1, 06 39 98 00 01 ,+33639980002,Ada@Example.org,FR,re,Indian/Reunion,subject-7,2023-04-05,Saint-Brieuc,41,28/02/1982,oui,x\n" +
		"P2,06 39 98 00 03,,,fr-CA,,,,2023-04-05T06:07:08+02:00,,-1,,FAUX,\n" +
		"P3,,,b@example.org,,UK,,,,,,,,\n"
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, full())
	require.NoError(t, err)
	require.Equal(t, "3 lines: 3 created, 0 merged, 0 unchanged, 0 rejected", report.String())
	require.Equal(t, int64(len(file)), report.Bytes)
	require.Empty(t, report.Ignored)

	utc := func(hour, minute, second int) time.Time {
		return time.Date(2023, 4, 5, hour, minute, second, 0, time.UTC)
	}
	require.Equal(t, []contact.Contact{
		{
			ID: "P1", Base: "base",
			Points:   []contact.Point{{Address: phoneOf(t, "+33639980001")}, {Address: phoneOf(t, "+33639980002")}, {Address: emailOf(t, "ada@example.org")}},
			Language: "fr", Territory: "RE", Zone: "Indian/Reunion", Subject: "subject-7",
			Attributes: []contact.Attribute{
				{"age", contact.Number(41)}, {"born", contact.Date(1982, 2, 28)}, {"city", contact.Text("Saint-Brieuc")}, {"member", contact.Bool(true)},
			},
			Origins: []contact.Provenance{{Origin: options.Origin, Collected: utc(0, 0, 0)}},
		},
		{
			ID: "P2", Base: "base", Points: []contact.Point{{Address: phoneOf(t, "+33639980003")}}, Language: "fr-CA",
			Attributes: []contact.Attribute{{"age", contact.Number(-1)}, {"member", contact.Bool(false)}},
			Origins:    []contact.Provenance{{Origin: options.Origin, Collected: utc(4, 7, 8)}},
		},
		{
			ID: "P3", Base: "base", Points: []contact.Point{{Address: emailOf(t, "b@example.org")}}, Territory: "GB",
			Origins: []contact.Provenance{{Origin: options.Origin}},
		},
	}, everybody(t, &s))
}

// Where a line is wrong, the report says which line and why, the lines around
// it are imported, and nothing says what stood there.
func TestImportLines(t *testing.T) {
	t.Parallel()

	line := func(cells string) string { return "X," + cells + strings.Repeat(",", 12-strings.Count(cells, ",")) }
	tests := map[string]struct {
		line string
		want string // "" when it is imported
	}{
		"a line":                            {line("0639980009"), ""},
		"quoted cells":                      {`"X","0639980009","",,,,,,,"a, ""b""",,,,`, ""},
		"a cell of two lines":               {"X,0639980009,,,,,,,,\"a\nb\",,,,", ""},
		"a cell of blank lines":             {"X,0639980009,,,,,,,,\"\n\n\",,,,", ""},
		"too few fields":                    {"X,0639980009", "line 3: 2 fields, want 14 as in the header"},
		"too many fields":                   {line("0639980009") + ",", "line 3: 15 fields, want 14 as in the header"},
		"another separator":                 {"X;0639980009", "line 3: 1 field, want 14 as in the header"},
		"spaces":                            {"  ", "line 3: 1 field, want 14 as in the header"},
		"a quotation mark in a cell":        {line(`0639980009,,,,,,,,12" pizza`), ""},
		"a space before a quotation mark":   {line(` "0639980009"`), ""},
		"a formula that keeps a zero":       {line(`="0639980009"`), ""},
		"the same, quoted":                  {line(`"=""0639980009"""`), ""},
		"an apostrophe that keeps a zero":   {line(`'0639980009`), ""},
		"marks that split a cell":           {`X,0639980009,,,,,,, "a, b",,,,,`, "line 3: 15 fields, want 14 as in the header"},
		"text behind a quotation mark":      {line(`"0639980009"secret`), "line 3: text behind the closing quotation mark of a field"},
		"a quotation mark that stays open":  {line(`0639980009,"secret`), "line 3: a quoted field is not closed"},
		"one that stays open at the end":    {line("0639980009") + `"secret`, "line 3: a quoted field is not closed"},
		"bytes of another encoding":         {line("0639980009,,,,,,,,secr\xe9t"), ""},
		"bytes of no encoding":              {line("0639980009,,,,,,,,secr\x81t"), "line 3: bytes that Windows-1252 does not have"},
		"a letter cut in two":               {line("0639980009,,,,,,,,secr\u00e9t\xc3"), "line 3: neither UTF-8 nor Windows-1252 throughout"},
		"a NUL":                             {line("0639980009,,,,,,,,\x00secret"), "line 3: a NUL byte"},
		"a line without an end":             {line("0639980009,,,,,,,," + strings.Repeat("secret", 20_000)), "line 3: longer than 65536 bytes"},
		"no ID":                             {",0639980009" + strings.Repeat(",", 12), "line 3: id: no ID"},
		"nothing at all":                    {strings.Repeat(",", 13), "line 3: id: no ID"},
		"no address":                        {"X" + strings.Repeat(",", 13), "line 3: no address"},
		"a number of words":                 {line("secret"), "line 3: phone: phone: character 1 is a letter: not an address"},
		"a number of zeros":                 {line("00 00 00 00 00"), "line 3: phone: phone: nobody has numbers of country code 33 that start like this: not an address"},
		"a number that is short":            {line("0639987"), "line 3: phone: phone: too few digits for country code 33: not an address"},
		"a second number that is short":     {line(",0639987"), "line 3: phone 2: phone: too few digits for country code 33: not an address"},
		"a mailbox without a sign":          {line(",,secret.example.org"), "line 3: mail: contact: e-mail address: no @ sign: not an address"},
		"two that are wrong: the first":     {line("secret,,secret"), "line 3: phone: phone: character 1 is a letter: not an address"},
		"a number that is wrong, and a box": {line("secret,,x@example.org"), ""},
		"no language":                       {line("0639980009,,,secretlanguage"), "line 3: lang: not a BCP 47 language tag"},
		"no territory":                      {line("0639980009,,,,Secret"), "line 3: terr: not an ISO 3166-1 alpha-2 code"},
		"a continent":                       {line("0639980009,,,,150"), "line 3: terr: not an ISO 3166-1 alpha-2 code"},
		"no zone":                           {line("0639980009,,,,,Europe/Secret"), "line 3: zone: not an IANA zone"},
		"a zone outside":                    {line("0639980009,,,,,../secret"), "line 3: zone: not an IANA zone"},
		"the zone of this machine":          {line("0639980009,,,,,Local"), "line 3: zone: not an IANA zone"},
		"a day of France":                   {line("0639980009,,,,,,,05/04/2023"), ""},
		"a day of the United States":        {line("0639980009,,,,,,,04/25/2023"), "line 3: seen: not a date written 02/01/2006 or 2006-01-02, nor an instant"},
		"a day that there is not":           {line("0639980009,,,,,,,2023-02-30"), "line 3: seen: not a date written 02/01/2006 or 2006-01-02, nor an instant"},
		"a number with a point":             {line(`0639980009,,,,,,,,,1.5`), "line 3: age: not a whole number"},
		"a number that is too large":        {line("0639980009,,,,,,,,,99999999999999999999"), "line 3: age: not a whole number"},
		"a date of another layout":          {line("0639980009,,,,,,,,,,1982-02-28"), "line 3: born: not a date written 02/01/2006"},
		"neither yes nor no":                {line("0639980009,,,,,,,,,,,secret"), "line 3: member: neither true nor false"},
	}
	for name, tt := range tests {
		for ending, end := range map[string]string{"LF": "\n", "CRLF": "\r\n"} {
			t.Run(name+" "+ending, func(t *testing.T) {
				t.Parallel()

				before, after := "A,0639980001"+strings.Repeat(",", 12), `"B",0639980002`+strings.Repeat(",", 12)
				file := strings.TrimSuffix(fullHeader, "\n") + end + before + end + tt.line + end + after + end
				var s memory.Contacts
				var told []contact.LineError
				o := full()
				o.Rejected = func(e contact.LineError) { told = append(told, e) }
				report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
				require.NoError(t, err)
				balanced(t, report)
				require.Equal(t, 3, report.Lines)
				require.Equal(t, told, report.Rejects)
				if tt.want == "" {
					require.Equal(t, "A X B", names(everybody(t, &s)))
					require.Zero(t, report.Rejected)
					return
				}
				require.Equal(t, "A B", names(everybody(t, &s)))
				require.Equal(t, 1, report.Rejected)
				require.Len(t, report.Rejects, 1)
				require.EqualError(t, report.Rejects[0], tt.want)
				text, err := json.Marshal(report)
				require.NoError(t, err)
				require.NotContains(t, string(text)+tt.want, "secret,")
				require.NotContains(t, string(text), "63998")
			})
		}
	}
}

// A quotation mark that nobody closed does not swallow the people behind it,
// however many there are and whatever marks they have themselves.
func TestImportSurvivesAnOpenQuote(t *testing.T) {
	t.Parallel()

	for name, row := range map[string]string{
		"plain":       "P%[1]d,+3363998%04[1]d,,,,x\n",
		"quoted":      "\"P%[1]d\",\"+3363998%04[1]d\",\"\",\"\",\"\",\"x\"\n",
		"with breaks": "P%[1]d,+3363998%04[1]d,,,,\"x\ny\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var file strings.Builder
			file.WriteString("id,phone,mail,age,joined,other\n")
			for i := range 300 {
				if i%100 == 50 {
					file.WriteString("bad,+33639989999,,,,\"open\n")
				}
				fmt.Fprintf(&file, row, i)
			}
			file.WriteString("bad,+33639989999,,,,\"open")
			var s memory.Contacts
			report, err := contact.ImportCSV(t.Context(), strings.NewReader(file.String()), &s, options)
			require.NoError(t, err)
			balanced(t, report)
			require.Equal(t, 300, report.Created)
			require.Equal(t, 4, report.Rejected)
			for _, e := range report.Rejects {
				require.EqualError(t, e.Err, "a quoted field is not closed")
			}
		})
	}
}

// The limit that keeps an open quotation mark from swallowing a file is one for
// honest cells too.
func TestImportLimitsACell(t *testing.T) {
	t.Parallel()

	for breaks, created := range map[int]int{32: 2, 33: 1} {
		var s memory.Contacts
		file := "id,phone,mail,age,joined,other\nA,+33639980001,,,,\"" + strings.Repeat("\n", breaks) + "\"\nB,+33639980002,,,,\n"
		report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, options)
		require.NoError(t, err)
		balanced(t, report)
		require.Equal(t, created, report.Created, breaks)
	}
}

func TestImportFiles(t *testing.T) {
	t.Parallel()

	const header = "id,phone,mail,age,joined"
	tests := map[string]struct {
		file, want string
		separator  rune
	}{
		"one line":             {header + "\nA,+33639980001,,,\n", "A", 0},
		"no end at the end":    {header + "\nA,+33639980001,,,", "A", 0},
		"only a header":        {header, "", 0},
		"blank lines":          {"\n\r\n" + header + "\n\nA,+33639980001,,,\n\n\nB,+33639980002,,,\n\n", "A B", 0},
		"a mark in front":      {"\ufeff" + header + "\nA,+33639980001,,,\n", "A", 0},
		"a quoted first name":  {"\ufeff\"id\",phone,mail,age,joined\nA,+33639980001,,,\n", "A", 0},
		"spaces in the header": {" id , phone,mail ,age,joined\nA,+33639980001,,,\n", "A", 0},
		"semicolons":           {"id;phone;mail;age;joined\nA;+33639980001;;;\n", "A", ';'},
		"tabs":                 {"id\tphone\tmail\tage\tjoined\nA\t+33639980001\t\t\t\n", "A", '\t'},
		"another order":        {"joined,x,phone,y,age,id,mail\n,,+33639980001,,,A,\n", "A", 0},
		"columns of no name":   {header + ",,\nA,+33639980001,,,,,\n", "A", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for _, reader := range []io.Reader{strings.NewReader(tt.file), iotest.OneByteReader(strings.NewReader(tt.file)), iotest.DataErrReader(strings.NewReader(tt.file))} {
				var s memory.Contacts
				o := options
				o.Separator = tt.separator
				report, err := contact.ImportCSV(t.Context(), reader, &s, o)
				require.NoError(t, err)
				balanced(t, report)
				require.Zero(t, report.Rejected)
				require.Equal(t, tt.want, names(everybody(t, &s)))
				require.Equal(t, int64(len(tt.file)), report.Bytes)
			}
		})
	}
}

func TestImportRefusesFiles(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct{ file, want string }{
		"nothing":              {"", "contact: import: header: the file is empty, not even a header"},
		"only blank lines":     {"\n\r\n\n", "contact: import: header: the file is empty, not even a header"},
		"no header":            {"A,+33639980001,,,\n", `contact: import: column "id" is mapped and not in the header`},
		"a column that is not": {"id,phone,mail,age\n", `contact: import: column "joined" is mapped and not in the header`},
		"a letter more":        {"ids,phone,mail,age,joined\n", `contact: import: column "id" is mapped and not in the header`},
		"two of one name":      {"Id,ID,phone,mail,age,joined\n", `contact: import: column "id": fields 1 and 2 of the header have the same name`},
		"a name twice":         {"id,phone,mail,age,joined,phone\n", `contact: import: column "phone": fields 2 and 6 of the header have the same name`},
		"an open quote":        {"\nid,phone,\"mail,age,joined\n", "contact: import: header: line 2: a quoted field is not closed"},
		"another encoding":     {"id,t\xe9l\n", `contact: import: column "phone" is mapped and not in the header`},
		"sixteen bits":         {"\xff\xfei\x00d\x00\n\x00", `contact: import: column "phone" is mapped and not in the header`},
		"a NUL":                {"id,phone,mail,age,joined,\x00\n", "contact: import: header: line 1: a NUL byte"},
		"only returns":         {"id,phone,mail,age,joined\rA,+33639980001,,,\r", "contact: import: header: a carriage return; lines end in LF or CRLF"},
		"one long line":        {strings.Repeat("x", 100_000), "contact: import: header: line 1: longer than 65536 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var s memory.Contacts
			report, err := contact.ImportCSV(t.Context(), strings.NewReader(tt.file), &s, options)
			require.EqualError(t, err, tt.want)
			balanced(t, report)
			require.Zero(t, report.Lines)
		})
	}
}

// An empty cell changes nothing in what the store has already.
func TestImportKeepsWhatIsMissing(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	rich := fullHeader + "P1,0639980001,,ada@example.org,fr,FR,Europe/Paris,subject,2023-04-05,Brest,41,28/02/1982,oui,\n"
	_, err := contact.ImportCSV(t.Context(), strings.NewReader(rich), &s, full())
	require.NoError(t, err)
	before := everybody(t, &s)
	poor := fullHeader + "P1,0639980001,, ,,,\t,,2024-04-05,,,,,\n"
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(poor), &s, full())
	require.NoError(t, err)
	require.Equal(t, 1, report.Merged, "its date is new")
	after := everybody(t, &s)
	require.Len(t, after[0].Origins, 2)
	after[0].Origins = before[0].Origins
	require.Equal(t, before, after)
}

func TestImportOmits(t *testing.T) {
	t.Parallel()

	var s memory.Contacts
	var told []string
	o := full()
	o.Omitted = func(e contact.LineError) { told = append(told, e.Error()) }
	o.Row = func(_ int, _ *contact.Contact, get func(string) string) error {
		if get("box") == "no" {
			return errors.New("the box says no")
		}
		return nil
	}
	file := fullHeader +
		"P1,secret,0639980001,secret" + strings.Repeat(",", 10) + "\n" +
		"P2,secret,0639980002" + strings.Repeat(",", 11) + "no\n" +
		"P3,0639980003,06 39 98 00 03" + strings.Repeat(",", 11) + "\n"
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
	require.NoError(t, err)
	require.Equal(t, []string{
		"line 2: phone: phone: character 1 is a letter: not an address",
		"line 2: mail: contact: e-mail address: no @ sign: not an address",
	}, told, "and not those of a line that was rejected")
	require.Equal(t, 2, report.Omitted)
	require.Len(t, report.Omissions, 2)
	require.EqualError(t, report.Rejects[0], "line 3: the box says no")
	all := everybody(t, &s)
	require.Equal(t, "P1 P3", names(all))
	require.Len(t, all[1].Points, 1, "one number in two spellings is one address")
}

// What a function of the host says about a number does not repeat it.
func TestImportHidesWhatParsePhoneSays(t *testing.T) {
	t.Parallel()

	for name, says := range map[string]string{
		"the cell": "cannot read +33 6 39 98 00 01 here", "its digits": "33639980001 is bad", "its digits apart": "bad: 3363 9980 001", "nothing": "bad number",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			o := options
			o.ParsePhone = func(string) (contact.Address, error) { return contact.Address{}, errors.New(says) }
			var s memory.Contacts
			report, err := contact.ImportCSV(t.Context(), strings.NewReader("id,phone,mail,age,joined\nA,+33 6 39 98 00 01,,,\n"), &s, o)
			require.NoError(t, err)
			want := "line 2: phone: not an address"
			if name == "nothing" {
				want = "line 2: phone: bad number"
			}
			require.EqualError(t, report.Rejects[0], want)
		})
	}
	o := options
	o.ParsePhone = func(string) (contact.Address, error) { return contact.Address{}, nil }
	report, err := contact.ImportCSV(t.Context(), strings.NewReader("id,phone,mail,age,joined\nA,x,,,\n"), &memory.Contacts{}, o)
	require.NoError(t, err)
	require.EqualError(t, report.Rejects[0], "line 2: phone: no address")
}
