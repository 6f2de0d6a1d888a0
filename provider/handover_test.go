package provider_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/provider"
	"github.com/accordsdk/accord/provider/providertest"
	"github.com/stretchr/testify/require"
)

// sender is a provider made of one function.
type sender func(ctx context.Context, batch []*provider.Message) []provider.Outcome

func (sender) Capabilities() provider.Capabilities {
	return provider.Capabilities{Channels: contact.Channels(contact.SMS)}
}

func (s sender) Send(ctx context.Context, batch []*provider.Message) []provider.Outcome {
	return s(ctx, batch)
}

// open opens the first n messages of batch.
func open(batch []*provider.Message, n int) {
	for _, m := range batch[:n] {
		_, _ = m.Open()
	}
}

func TestHandOver(t *testing.T) {
	t.Parallel()

	type outcome = provider.Outcome
	kinds := func(out []outcome) (ks []provider.OutcomeKind) {
		for _, o := range out {
			ks = append(ks, o.Kind)
		}
		return ks
	}
	const (
		unknown, accepted, rejected  = provider.Unknown, provider.Accepted, provider.Rejected
		temporary, throttled, beyond = provider.Temporary, provider.Throttled, provider.Throttled + 1
	)
	for name, test := range map[string]struct {
		send sender
		want []provider.OutcomeKind
	}{
		"as answered": {func(_ context.Context, b []*provider.Message) []outcome {
			open(b, 3)
			return []outcome{{Kind: accepted}, {Kind: rejected}, {Kind: throttled}}
		}, []provider.OutcomeKind{accepted, rejected, throttled}},
		"no answer at all, one opened": {func(_ context.Context, b []*provider.Message) []outcome {
			open(b, 1)
			return nil
		}, []provider.OutcomeKind{unknown, temporary, temporary}},
		"a short answer": {func(_ context.Context, b []*provider.Message) []outcome {
			open(b, 2)
			return []outcome{{Kind: accepted}}
		}, []provider.OutcomeKind{accepted, unknown, temporary}},
		"a long answer": {func(_ context.Context, b []*provider.Message) []outcome {
			open(b, 3)
			return make([]outcome, 9)
		}, []provider.OutcomeKind{unknown, unknown, unknown}},
		"a panic in the middle": {func(_ context.Context, b []*provider.Message) []outcome {
			open(b, 2)
			panic("about " + b[0].String())
		}, []provider.OutcomeKind{unknown, unknown, temporary}},
		"a panic before all": {func(context.Context, []*provider.Message) []outcome {
			panic(errors.New("no carrier"))
		}, []provider.OutcomeKind{temporary, temporary, temporary}},
		"an outcome that does not exist": {func(_ context.Context, b []*provider.Message) []outcome {
			open(b, 1)
			return []outcome{{Kind: beyond}, {Kind: 200}, {Kind: accepted}}
		}, []provider.OutcomeKind{unknown, temporary, temporary}},
		"accepted, and never opened": {func(context.Context, []*provider.Message) []outcome {
			return []outcome{{Kind: accepted}, {Kind: rejected}, {Kind: unknown}}
		}, []provider.OutcomeKind{temporary, rejected, temporary}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			host, _ := newHost(t)
			batch := host.Batch(0, 3)
			require.Equal(t, test.want, kinds(provider.HandOver(t.Context(), test.send, batch)))
			for i, m := range batch {
				_, err := m.Open()
				require.ErrorIsf(t, err, provider.ErrOpened, "message %d can still be opened", i)
			}
		})
	}
}

// A call that a provider left behind must not open what is settled as not
// taken: it will be sent again.
func TestHandOverClosesWhatIsLeftBehind(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	behind := make(chan *provider.Message, 1)
	out := provider.HandOver(t.Context(), sender(func(_ context.Context, b []*provider.Message) []provider.Outcome {
		behind <- b[0]
		return []provider.Outcome{{Kind: provider.Throttled}}
	}), host.Batch(0, 1))
	require.Equal(t, provider.Throttled, out[0].Kind)
	m := <-behind
	_, err := m.Open()
	require.ErrorIs(t, err, provider.ErrOpened)
	require.False(t, m.Opened(), "it was closed, and not opened")
}

func TestHandOverWhenCancelled(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	ctx, cancel := context.WithCancel(t.Context())
	out := provider.HandOver(ctx, sender(func(ctx context.Context, b []*provider.Message) []provider.Outcome {
		open(b, 1)
		cancel()
		<-ctx.Done()
		return nil
	}), host.Batch(0, 2))
	require.Equal(t, provider.Outcome{Kind: provider.Unknown}, out[0])
	require.Equal(t, provider.Outcome{Kind: provider.Temporary}, out[1])
}

func TestHandOverOfNothing(t *testing.T) {
	t.Parallel()

	require.Empty(t, provider.HandOver(t.Context(), sender(func(context.Context, []*provider.Message) []provider.Outcome { return nil }), nil))
}

// What a panic says may hold an address, and is not repeated.
func TestHandOverSaysWhatPanicked(t *testing.T) {
	t.Parallel()

	host, _ := newHost(t)
	out := provider.HandOver(t.Context(), sender(func(_ context.Context, b []*provider.Message) []provider.Outcome {
		opened, _ := b[0].Open()
		panic(errors.New("cannot reach " + opened.To.Reveal()))
	}), host.Batch(0, 1))
	require.Equal(t, []provider.Outcome{{Detail: "the provider panicked (*errors.errorString)"}}, out)
}

// What a carrier says of a recipient does not reach whoever stores or logs it.
func TestHandOverRedacts(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		channel contact.Channel
		said    string
		want    string
	}{
		"international":          {contact.SMS, "no route to +33639980007 today", "no route to +… today"},
		"without a plus":         {contact.SMS, "33639980007: invalid", "…: invalid"},
		"national":               {contact.SMS, "0639980007 is unknown", "… is unknown"},
		"as people write it":     {contact.SMS, "06 39 98 00 07 is unknown", "… is unknown"},
		"with dots":              {contact.SMS, "<06.39.98.00.07>", "<…>"},
		"inside quotes and JSON": {contact.SMS, `{"to":"0033639980007"}`, `{"to":"…"}`},
		"another number":         {contact.SMS, "try 36180 or 0800000000", "try 36180 or 0800000000"},
		"nobody":                 {contact.SMS, "temporary failure", "temporary failure"},
		"nothing":                {contact.SMS, "", ""},
		"a mailbox":              {contact.EmailChannel, "550 <Person-0007@EXAMPLE.org> unknown", "550 <…> unknown"},
		"its local part":         {contact.EmailChannel, "no user person-0007 here", "no user … here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			host := providertest.NewHost(t, &providertest.HostOptions{Clock: providertest.NewClock(start), Channel: test.channel})
			out := provider.HandOver(t.Context(), sender(func(_ context.Context, b []*provider.Message) []provider.Outcome {
				open(b, 1)
				return []provider.Outcome{{
					Kind: provider.Rejected, Cause: provider.Cause(test.said), Code: test.said, Detail: test.said, CarrierID: test.said,
					RetryAfter: -time.Second, Segments: 2,
				}}
			}), host.Batch(7, 1))
			require.Equal(t, []provider.Outcome{{
				Kind: provider.Rejected, Cause: provider.Cause(test.want), Code: test.want, Detail: test.want, CarrierID: test.want, Segments: 2,
			}}, out)
		})
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		have          provider.Capabilities
		batch, window int
	}{
		"zero":       {provider.Capabilities{}, 1, 1},
		"a batch":    {provider.Capabilities{Batch: 50}, 50, 50},
		"a window":   {provider.Capabilities{Window: 10}, 1, 10},
		"both":       {provider.Capabilities{Batch: 50, Window: 10}, 50, 10},
		"nonsense":   {provider.Capabilities{Batch: -1, Window: -1}, 1, 1},
		"wide batch": {provider.Capabilities{Batch: 1000, Window: 4000}, 1000, 4000},
	} {
		require.Equal(t, test.batch, test.have.MaxBatch(), name)
		require.Equal(t, test.window, test.have.MaxWindow(), name)
	}
}

func TestOutcomeKinds(t *testing.T) {
	t.Parallel()

	for kind, want := range map[provider.OutcomeKind]struct {
		name     string
		notTaken bool
	}{
		provider.Unknown:   {"unknown", false},
		provider.Accepted:  {"accepted", false},
		provider.Rejected:  {"rejected", false},
		provider.Temporary: {"temporary", true},
		provider.Throttled: {"throttled", true},
	} {
		require.Equal(t, want.name, kind.String())
		require.Equal(t, want.notTaken, kind.NotTaken(), want.name)
		text, err := kind.MarshalText()
		require.NoError(t, err)
		var back provider.OutcomeKind
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, kind, back)
	}
	require.Equal(t, provider.Unknown, provider.Outcome{}.Kind, "the zero outcome may have gone")
	require.Equal(t, "outcome-77", provider.OutcomeKind(77).String())
	var k provider.OutcomeKind
	require.EqualError(t, k.UnmarshalText([]byte("sent")), `provider: unknown outcome "sent"`)
}
