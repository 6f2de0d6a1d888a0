package regime_test

import (
	"testing"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
	"github.com/stretchr/testify/require"
)

// The pack has no rules for calls: their hours, their attempts, and what a
// consent to them must state. Whatever the person agreed to, it allows none, nor
// a message left in a voice mailbox.
func TestCallsHaveNoRules(t *testing.T) {
	t.Parallel()

	g := gate(t)
	for _, purpose := range []contact.Purpose{contact.Commercial, contact.Political, contact.Service} {
		for channel, want := range map[contact.Channel]consent.Outcome{
			contact.SMS: consent.Allow, contact.RCS: consent.Allow,
			contact.AutomatedVoice: consent.Deny, contact.VoicemailDrop: consent.Deny, contact.LiveVoice: consent.Deny,
		} {
			by := func(r *consent.Request) { r.Channel = channel }
			known := acts(yes(purpose, monday, func(a *consent.Act) {
				a.Channels = contact.Channels(channel)
				if purpose == contact.Service {
					a.Kind = consent.Related
				}
			}))
			got := judge(t, g, request(purpose, own, by), monday, known)
			require.Equal(t, want, got.Outcome, "%s by %s: %s", purpose, channel, got)
			if want == consent.Deny {
				require.Equal(t, consent.CodeNoRules, got.code, "%s by %s: %s", purpose, channel, got)
			}
		}
	}
}
