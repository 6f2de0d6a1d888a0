package relational

import (
	"testing"
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

// Databases hold these numbers. One that changed would turn a refusal that is
// kept into something else, at the next start of the program: new ones go last.
func TestNumbersStay(t *testing.T) {
	t.Parallel()

	numbers(t, suppression.NoClass, suppression.Refusal, suppression.Hygiene, suppression.Exclusion)
	numbers(t, suppression.NoHash, suppression.MD5, suppression.SHA1, suppression.SHA256)
	numbers(t, suppression.NoSpelling, suppression.PlusDigits, suppression.Digits, suppression.DoubleZero, suppression.FrenchNational, suppression.LowerEmail)
	numbers(t, consent.NoAct, consent.Asked, consent.Given, consent.Refused, consent.Withdrawn, consent.Objected, consent.Informed, consent.Related, consent.Disconnected)
	numbers(t, consent.ByFile, consent.ByPerson, consent.ByCarrier, consent.ByHost)
	numbers(t, consent.Asserted, consent.Audited, consent.Witnessed)
	numbers(t, consent.NoKind, consent.ContentMessage, consent.ConsentRequest, consent.KeywordReply)
	numbers(t, consent.Deny, consent.Defer, consent.Allow)
	numbers(t, consent.NotReviewed, consent.WasRefusal, consent.WasNoRefusal, consent.WasYes, consent.WasNothing, consent.WasService, consent.WasPolitical)
	numbers(t, contact.NoChannel, contact.SMS, contact.RCS, contact.EmailChannel, contact.AutomatedVoice, contact.VoicemailDrop, contact.LiveVoice)
	numbers(t, contact.NoAddress, contact.Phone, contact.Email)
	numbers(t, contact.TextValue, contact.NumberValue, contact.DateValue, contact.BoolValue)
	numbers(t, contact.NoMode, contact.Own, contact.Rented, contact.Sold)
	numbers(t, provider.Unknown, provider.Accepted, provider.Rejected, provider.Temporary, provider.Throttled)
	numbers(t, provider.NoStatus, provider.Delivered, provider.Undelivered, provider.Expired)
	numbers(t, campaign.NoStatus, campaign.Launching, campaign.Running, campaign.Paused, campaign.Stopped)
	numbers(t, campaign.NoSettlement, campaign.Answered, campaign.NotSent)
	numbers(t, campaign.NoSign, campaign.RefusalSign, campaign.ComplaintSign)
	numbers(t, campaign.NoAccess, campaign.Admitted, campaign.TooMany)
	numbers(t, campaign.Nobody, campaign.ThePerson, campaign.AnOwner, campaign.AClient, campaign.TheHost)
	numbers(t, campaign.NoState, campaign.Excluded, campaign.Ready, campaign.Deferred, campaign.InFlight, campaign.Unknown, campaign.HandedOver,
		campaign.Delivered, campaign.Undelivered, campaign.Failed, campaign.Cancelled)
}

func numbers[N ~uint8](t *testing.T, all ...N) {
	t.Helper()
	for i, n := range all {
		require.Equalf(t, N(i), n, "%T", n)
	}
}

// The bytes of an entry as a database has them: what reads it must always read
// them.
func TestBodiesStay(t *testing.T) {
	t.Parallel()

	e := suppression.Entry{
		Class: suppression.Refusal, Scope: contact.Scope{Controller: "martin", Channels: contact.Channels(contact.SMS)}, Reason: suppression.Replied,
		Happened: time.UnixMicro(1_717_401_600_000_000).UTC(), Recorded: time.UnixMicro(1_717_401_600_000_001).UTC(), Origin: "a\x00\xff",
	}
	const kept = "\x06\x05Class\x01\x05Scope\x02\nController\x06martin\bChannels\x02\x06Reason\freplied-stop\bHappened\x01\x80\x80\xf0\x84\xf7\xfd\x8c\x06\bRecorded\x01\x82\x80\xf0\x84\xf7\xfd\x8c\x06\x06Origin\x03a\x00\xff"
	require.Equalf(t, kept, string(entryBody(e)), "%q", entryBody(e))
	var back suppression.Entry
	require.NoError(t, wire.Read([]byte(kept), &back))
	require.Equal(t, e, back)
}
