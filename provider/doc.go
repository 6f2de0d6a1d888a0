// Package provider is how messages reach a carrier, and how what comes back
// reaches the host.
//
// A [Message] is made by [Compose] of a clearance and nothing else: a provider
// cannot be handed a text or an address that no gate allowed. What a carrier
// needs comes out of [Message.Open], once. A [Provider] answers each message
// with an [Outcome], of which the zero value is unknown: it may have gone.
// Whatever comes back, an answer, a receipt, a STOP, is an [Event].
package provider
