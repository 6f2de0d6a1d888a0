package contact_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func TestImportOptions(t *testing.T) {
	t.Parallel()

	column := func(c contact.Column) func(*contact.ImportOptions) {
		return func(o *contact.ImportOptions) { o.Columns = append(slices.Clone(o.Columns), c) }
	}
	for want, change := range map[string]func(*contact.ImportOptions){
		"Base is empty": func(o *contact.ImportOptions) { o.Base = "" },
		"Origin is nil, and there is no Row to set others":                  func(o *contact.ImportOptions) { o.Origin = nil },
		"Origin: contact: origin: Collector is empty":                       func(o *contact.ImportOptions) { o.Origin = &contact.Origin{Kind: "x"} },
		"Separator is not an ASCII character that can stand between fields": func(o *contact.ImportOptions) { o.Separator = '"' },
		"Stamp and Key go together, and one is missing":                     func(o *contact.ImportOptions) { o.Key = contact.KeyID{1} },
		"Columns: none is the ID, and IDFrom is nil":                        func(o *contact.ImportOptions) { o.Columns = o.Columns[1:] },
		"Columns: none is a phone number or an e-mail address":              func(o *contact.ImportOptions) { o.Columns = o.Columns[:1] },
		"Columns[5]: Name is empty or has spaces around it":                 column(contact.Column{Name: " x", Kind: contact.TextColumn}),
		"Columns[5]: Kind is none":                                          column(contact.Column{Name: "x"}),
		"Columns[5]: a second column is the id":                             column(contact.Column{Name: "x", Kind: contact.IDColumn}),
		"Columns[5]: a second column is the collected":                      column(contact.Column{Name: "x", Kind: contact.CollectedColumn}),
		`Columns[5]: a second column is the attribute "age"`:                column(contact.Column{Name: "x", Kind: contact.TextColumn, Attribute: "age"}),
		"Columns[5]: Attribute is set, and the column is the email":         column(contact.Column{Name: "x", Kind: contact.EmailColumn, Attribute: "a"}),
		"Columns[5]: Layout is set, and the column is no date":              column(contact.Column{Name: "x", Kind: contact.TextColumn, Layout: "a"}),
		`column "x" is mapped and not in the header`:                        column(contact.Column{Name: "x", Kind: contact.HostColumn}),
	} {
		o := options
		change(&o)
		var s memory.Contacts
		_, err := contact.ImportCSV(t.Context(), strings.NewReader(people), &s, o)
		require.EqualError(t, err, "contact: import: "+want)
		require.Empty(t, everybody(t, &s))
	}
	_, err := contact.ImportCSV(t.Context(), strings.NewReader(people), nil, options)
	require.EqualError(t, err, "contact: import: no store")
	o := options
	o.Stamp = func([]contact.Contact) {}
	_, err = contact.ImportCSV(t.Context(), strings.NewReader(people), &memory.Contacts{}, o)
	require.EqualError(t, err, "contact: import: Stamp and Key go together, and one is missing")
	require.Equal(t, "column-99", contact.ColumnKind(99).String())
}

func TestImportRow(t *testing.T) {
	t.Parallel()

	file := "id,phone,mail,age,joined,box\n" +
		"A,+33639980001,,41,2024-01-02, yes \n" + "B,+33639980002,,,,no\n" + ",+33639980003,,,,yes\n" + "D,,,,,yes\n" + "E,+33639980005\n" +
		"F,+33639980006,,,,twice\n" + "G,+33639980007,,,,nobody\n" + "H,+33639980008,,,,nowhere\n" + "I,+33639980009,,,,nameless\n" + "J,+33639980010,,,,empty\n"
	var called []int
	o := options
	o.Origin = nil
	o.Row = func(line int, c *contact.Contact, get func(string) string) error {
		called = append(called, line)
		require.Equal(t, contact.BaseID("base"), c.Base)
		require.Empty(t, get("column that is not there")+get(""))
		c.Base = "elsewhere" // which is not the host's to say
		c.Origins[0].Origin = &contact.Origin{Kind: contact.OwnForm, Collector: get("box")}
		c.Attributes = append(c.Attributes, contact.Attribute{Name: "a", Value: contact.Text(get("box"))})
		switch get("box") {
		case "no":
			return contact.ErrNotFound
		case "twice":
			c.Attributes = append(c.Attributes, c.Attributes...)
		case "nobody":
			c.Points = nil
		case "nowhere":
			c.Origins = nil
		case "nameless":
			c.Origins[0].Origin = &contact.Origin{Kind: contact.OwnForm}
		case "empty":
			c.Points = append(c.Points, contact.Point{})
		}
		return nil
	}
	var s memory.Contacts
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
	require.NoError(t, err)
	balanced(t, report)
	require.Equal(t, []int{2, 3, 7, 8, 9, 10, 11}, called, "lines that would be put, and no others")
	var reasons []string
	for _, e := range report.Rejects {
		reasons = append(reasons, e.Error())
	}
	require.Equal(t, []string{
		"line 3: not found", "line 4: id: no ID", "line 5: no address", "line 6: 2 fields, want 6 as in the header",
		"line 7: an address is empty, or an attribute given twice", "line 8: no address", "line 9: no origin",
		"line 10: contact: origin: Collector is empty", "line 11: an address is empty, or an attribute given twice",
	}, reasons)
	require.ErrorIs(t, report.Rejects[0], contact.ErrNotFound)
	all := everybody(t, &s)
	require.Equal(t, "A", names(all))
	require.Equal(t, "yes", all[0].Origins[0].Origin.Collector)
	require.Equal(t, time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), all[0].Origins[0].Collected)
	require.Equal(t, []contact.Attribute{{"a", contact.Text("yes")}, {"age", contact.Number(41)}}, all[0].Attributes)
}

func TestImportStamps(t *testing.T) {
	t.Parallel()

	keyring, err := suppression.NewKeyring(bytes.Repeat([]byte{7}, 32))
	require.NoError(t, err)
	o := options
	o.Key, o.Stamp = keyring.ID(), keyring.Hasher().Stamp
	o.Columns = o.Columns[1:]
	o.IDFrom = func(c *contact.Contact) contact.ID {
		if c.Points[0].Address.Kind() == contact.Email {
			return ""
		}
		return contact.ID(fmt.Sprintf("%x", c.Points[0].Fingerprint))
	}
	o.Row = func(_ int, c *contact.Contact, _ func(string) string) error {
		c.Points = append(c.Points, contact.Point{Address: phoneOf(t, "+33639989999")})
		return nil
	}
	var s memory.Contacts
	file := "phone,mail,age,joined\n+33639980001,,,\n,a@example.org,,\n,,,\n+33639980001,,,\n"
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(file), &s, o)
	require.NoError(t, err)
	balanced(t, report)
	require.Equal(t, []int{1, 1, 2}, []int{report.Created, report.Unchanged, report.Rejected})
	require.EqualError(t, report.Rejects[0], "line 3: no ID")
	all := everybody(t, &s)
	require.Equal(t, fmt.Sprintf("%x", keyring.Fingerprint(phoneOf(t, "+33639980001"))), string(all[0].ID))
	for _, p := range all[0].Points {
		require.Equal(t, keyring.Fingerprint(p.Address), p.Fingerprint)
	}
	page, err := s.Page(t.Context(), "base", "", 1)
	require.NoError(t, err)
	require.Equal(t, keyring.ID(), page.Key)
}
