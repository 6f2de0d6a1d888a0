package contact_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/store/memory"
	"github.com/stretchr/testify/require"
)

var options = contact.ImportOptions{
	Base: "base", Origin: &contact.Origin{Kind: contact.OwnForm, Collector: "martin.example"},
	Columns: []contact.Column{
		{Name: "id", Kind: contact.IDColumn}, {Name: "phone", Kind: contact.PhoneColumn}, {Name: "mail", Kind: contact.EmailColumn},
		{Name: "age", Kind: contact.NumberColumn}, {Name: "joined", Kind: contact.CollectedColumn},
	},
}

const people = `id,phone,mail,age,joined,other
A,+33639980001,,41,2024-01-02,x
B,,b@example.org,,,x
,+33639980003,,,,x
C,0639980004,,,,x
D,+33639980005,,forty,,x
E,+33639980006,,,yesterday,x
F,+33639980007
A,+33639980001,,41,2024-01-02,x
G,+33639980008,bad,,,x
`

func TestImportAccountsForEveryLine(t *testing.T) {
	t.Parallel()

	var store memory.Contacts
	report, err := contact.ImportCSV(t.Context(), strings.NewReader(people), &store, options)
	require.NoError(t, err)
	require.Equal(t, 9, report.Lines)
	require.Equal(t, report.Lines, report.Created+report.Merged+report.Unchanged+report.Rejected+report.Unsettled)
	require.Equal(t, []int{3, 1, 5}, []int{report.Created, report.Merged + report.Unchanged, report.Rejected})
	require.Equal(t, 1, report.Omitted)
	require.Equal(t, []string{"other"}, report.Ignored)
	var lines []int
	for _, r := range report.Rejects {
		lines = append(lines, r.Line)
		require.NotContains(t, r.Error(), "3998")
		require.NotContains(t, r.Error(), "forty")
	}
	require.Equal(t, []int{4, 5, 6, 7, 8}, lines)
	got, err := store.Get(t.Context(), "base", []contact.ID{"A", "B", "G"})
	require.NoError(t, err)
	require.Len(t, got, 3)

	again, err := contact.ImportCSV(t.Context(), strings.NewReader(people), &store, options)
	require.NoError(t, err)
	require.Zero(t, again.Created, "importing a file again is safe")
}

func TestImportRefusesBadOptions(t *testing.T) {
	t.Parallel()

	for want, change := range map[string]func(*contact.ImportOptions){
		"Base": func(o *contact.ImportOptions) { o.Base = "" },
		"mobile": func(o *contact.ImportOptions) {
			o.Columns = append([]contact.Column{{Name: "mobile", Kind: contact.PhoneColumn}}, o.Columns...)
		},
		"Origin": func(o *contact.ImportOptions) { o.Origin = nil },
	} {
		o := options
		change(&o)
		var store memory.Contacts
		_, err := contact.ImportCSV(t.Context(), strings.NewReader(people), &store, o)
		require.ErrorContains(t, err, want)
		page, err := store.Page(t.Context(), "base", "", 10)
		require.NoError(t, err)
		require.Empty(t, page.Contacts)
	}
}

func TestImportEnds(t *testing.T) {
	t.Parallel()

	reason := errors.New("the host is stopping")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	var store memory.Contacts
	_, err := contact.ImportCSV(ctx, strings.NewReader(people), &store, options)
	require.ErrorIs(t, err, reason)
}

func TestOriginPath(t *testing.T) {
	t.Parallel()

	o := &contact.Origin{Kind: contact.RentedFile, Collector: "competition.example", Supplier: "Fichiers", Hops: []contact.Hop{{From: "competition.example", To: "Fichiers", At: time.Unix(0, 0)}}}
	require.Equal(t, "competition.example → Fichiers", o.Path())
	require.Equal(t, "Fichiers", o.Named())
	other := *o
	other.Contract = "2"
	require.NotEqual(t, o.ID(), other.ID())
	require.EqualError(t, (&contact.Origin{Kind: "x"}).Validate(), "contact: origin: Collector is empty")
}
