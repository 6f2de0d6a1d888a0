package supplier_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/consent/supplier"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

func TestProfileValidate(t *testing.T) {
	t.Parallel()

	require.NoError(t, profile().Validate())
	inspection := supplier.Inspection{Document: "d", Auditor: "a", On: noon}
	for want, change := range map[string]func(p *supplier.Profile){
		"Supplier.ID":                     func(p *supplier.Profile) { p.Supplier.ID = "" },
		"Supplier.Name":                   func(p *supplier.Profile) { p.Supplier.Name = "" },
		"Contract":                        func(p *supplier.Profile) { p.Contract = "" },
		"Base":                            func(p *supplier.Profile) { p.Base = "" },
		"Kind":                            func(p *supplier.Profile) { p.Kind = "" },
		"Zone is empty":                   func(p *supplier.Profile) { p.Zone = "" },
		"Zone is not":                     func(p *supplier.Profile) { p.Zone = "Local" },
		"Grade":                           func(p *supplier.Profile) { p.Grade = consent.Witnessed },
		"Inspection is nil":               func(p *supplier.Profile) { p.Grade = consent.Audited },
		"Inspection.Document":             func(p *supplier.Profile) { i := inspection; i.Document = ""; p.Inspection = &i },
		"Inspection.Auditor":              func(p *supplier.Profile) { i := inspection; i.Auditor = ""; p.Inspection = &i },
		"Inspection.On":                   func(p *supplier.Profile) { i := inspection; i.On = time.Time{}; p.Inspection = &i },
		"Limits.Years":                    func(p *supplier.Profile) { p.Limits.Years = -1 },
		"Flags has":                       func(p *supplier.Profile) { p.Flags = map[supplier.Code]supplier.Action{0: supplier.Record} },
		"Flags[too-old] is neither":       func(p *supplier.Profile) { p.Flags = map[supplier.Code]supplier.Action{supplier.TooOld: 0} },
		"Columns.Phone":                   func(p *supplier.Profile) { p.Columns.Phone = "" },
		"Columns.Date":                    func(p *supplier.Profile) { p.Columns.Date = "" },
		"Columns.Form":                    func(p *supplier.Profile) { p.Columns.Form = "" },
		"Columns.More[0].Kind":            func(p *supplier.Profile) { p.Columns.More = []contact.Column{{Name: "x", Kind: contact.PhoneColumn}} },
		"Forms is empty":                  func(p *supplier.Profile) { p.Forms = nil },
		"Forms[0].Name":                   func(p *supplier.Profile) { p.Forms[0].Name = " quiz" },
		"Forms[1].Collector":              func(p *supplier.Profile) { p.Forms[1].Collector = "" },
		"Forms[1].Sites is empty":         func(p *supplier.Profile) { p.Forms[1].Sites = nil },
		"Forms[1].Sites[0]":               func(p *supplier.Profile) { p.Forms[1].Sites = []string{"https://jeux.example"} },
		"Forms[1].Notice.Text":            func(p *supplier.Profile) { p.Forms[1].Notice.Text = "" },
		"Forms[1].Notice.Language":        func(p *supplier.Profile) { p.Forms[1].Notice.Language = "" },
		"Forms[1].Notice.PartnersVersion": func(p *supplier.Profile) { p.Forms[1].Notice.PartnersVersion = "" },
		"Forms[1].From is":                func(p *supplier.Profile) { p.Forms[1].From = time.Time{} },
		"Forms[1].From to":                func(p *supplier.Profile) { p.Forms[1].From = p.Forms[0].Until.Add(-1) },
		"Forms[0].Until":                  func(p *supplier.Profile) { p.Forms[0].Until = p.Forms[0].From },
		"Forms[1].Purposes is":            func(p *supplier.Profile) { p.Forms[1].Purposes = nil },
		"Forms[1].Purposes[0]":            func(p *supplier.Profile) { p.Forms[1].Purposes = []contact.Purpose{contact.Prospecting} },
		"Forms[1].Channels":               func(p *supplier.Profile) { p.Forms[1].Channels = 0 },
		"Forms[1].Grantees is":            func(p *supplier.Profile) { p.Forms[1].Grantees = consent.Grantees{} },
		"Forms[1].Grantees.PartnerList":   func(p *supplier.Profile) { p.Forms[1].Grantees.PartnerList[0] = 1 },
		"Forms[1].Hours":                  func(p *supplier.Profile) { p.Forms[1].Channels |= contact.Channels(contact.AutomatedVoice) },
	} {
		p := profile()
		change(p)
		require.ErrorContains(t, p.Validate(), "supplier: profile: "+want)
	}
}

func TestProfileJSON(t *testing.T) {
	t.Parallel()

	want := profile()
	want.Flags = map[supplier.Code]supplier.Action{supplier.TooOld: supplier.Record}
	b, err := json.Marshal(want)
	require.NoError(t, err)
	require.Contains(t, string(b), `"too-old":"record"`)
	var got supplier.Profile
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, want, &got)
	require.Error(t, json.Unmarshal([]byte(`{"flags":{"too-new":"record"}}`), &got))
}
