package provider_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func ada(t *testing.T) contact.Address {
	t.Helper()
	a, err := contact.ParseE164("+33639980012")
	require.NoError(t, err)
	return a
}

func TestEventValidate(t *testing.T) {
	t.Parallel()

	text := provider.Event{ID: "e-1", Kind: provider.InboundText, Carrier: "c", From: ada(t), Text: "STOP", Received: start}
	receipt := provider.Event{ID: "e-1", Kind: provider.DeliveryReceipt, Carrier: "c", CarrierID: "m-1", Status: provider.Delivered, Received: start}
	for name, test := range map[string]struct {
		event  provider.Event
		change func(*provider.Event)
		want   string
	}{
		"a text":                  {text, func(*provider.Event) {}, ""},
		"an empty text":           {text, func(e *provider.Event) { e.Text = "" }, ""},
		"a receipt":               {receipt, func(*provider.Event) {}, ""},
		"a receipt by dispatch":   {receipt, func(e *provider.Event) { e.CarrierID, e.Dispatch = "", uuid.New() }, ""},
		"no ID":                   {text, func(e *provider.Event) { e.ID = "" }, "provider: event: ID is empty"},
		"no kind":                 {text, func(e *provider.Event) { e.Kind = provider.NoEvent }, `provider: event "e-1": Kind is not one of the kinds`},
		"a kind that is not":      {text, func(e *provider.Event) { e.Kind = 99 }, `provider: event "e-1": Kind is not one of the kinds`},
		"no time":                 {text, func(e *provider.Event) { e.Received = time.Time{} }, `provider: event "e-1": Received is the zero time`},
		"a text of nobody":        {text, func(e *provider.Event) { e.From = contact.Address{} }, `provider: event "e-1": From is empty`},
		"a complaint of nobody":   {text, func(e *provider.Event) { e.Kind, e.From = provider.Complaint, contact.Address{} }, `provider: event "e-1": From is empty`},
		"a refusal of nobody":     {text, func(e *provider.Event) { e.Kind, e.From = provider.CarrierRefusal, contact.Address{} }, `provider: event "e-1": From is empty`},
		"no number disconnected":  {text, func(e *provider.Event) { e.Kind, e.From = provider.DisconnectedNumber, contact.Address{} }, `provider: event "e-1": From is empty`},
		"a receipt about nothing": {receipt, func(e *provider.Event) { e.CarrierID = "" }, `provider: event "e-1": neither Dispatch nor CarrierID says what the receipt is about`},
		"a receipt of nothing":    {receipt, func(e *provider.Event) { e.Status = provider.NoStatus }, `provider: event "e-1": Status is not one of the statuses`},
		"a status that is not":    {receipt, func(e *provider.Event) { e.Status = 99 }, `provider: event "e-1": Status is not one of the statuses`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			e := test.event
			test.change(&e)
			if test.want == "" {
				require.NoError(t, e.Validate())
				return
			}
			require.EqualError(t, e.Validate(), test.want)
		})
	}
}

func TestEventHappened(t *testing.T) {
	t.Parallel()

	e := provider.Event{Received: start}
	require.Equal(t, start, e.Happened())
	e.Sent = start.Add(-time.Hour)
	require.Equal(t, start.Add(-time.Hour), e.Happened())
}

// An event that is logged or queued as JSON names nobody.
func TestEventJSON(t *testing.T) {
	t.Parallel()

	b, err := json.Marshal(provider.Event{ID: "e-1", Kind: provider.InboundText, From: ada(t), Received: start})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"e-1","kind":"inbound-text","carrier":"","from":"phone:+33…12","received":"2024-06-03T08:00:00Z"}`, string(b))
}

func TestEventNames(t *testing.T) {
	t.Parallel()

	for kind, name := range map[provider.EventKind]string{
		provider.NoEvent: "none", provider.InboundText: "inbound-text", provider.DeliveryReceipt: "delivery-receipt",
		provider.CarrierRefusal: "carrier-refusal", provider.Complaint: "complaint", provider.DisconnectedNumber: "disconnected", 42: "event-42",
	} {
		require.Equal(t, name, kind.String())
		text, err := kind.MarshalText()
		require.NoError(t, err)
		require.Equal(t, name, string(text))
	}
	for status, name := range map[provider.Status]string{
		provider.NoStatus: "none", provider.Delivered: "delivered", provider.Undelivered: "undelivered", provider.Expired: "expired",
	} {
		require.Equal(t, name, status.String())
		var back provider.Status
		require.NoError(t, back.UnmarshalText([]byte(name)))
		require.Equal(t, status, back)
	}
	require.Equal(t, "status-42", provider.Status(42).String())
	var s provider.Status
	require.EqualError(t, s.UnmarshalText([]byte("lost")), `provider: unknown status "lost"`)
}
