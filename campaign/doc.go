// Package campaign says when messages go, and to whom.
//
// A [Campaign] names its base, its controllers, its purpose and its words. A
// [Planner] previews it and launches it: every contact of the audience falls in
// exactly one class, and the sums match. A [Runner] sends what was launched, by
// any number of workers on one [Outbox], through a consent.Gate that is asked
// again at the last moment. An [Inbox] takes what comes back: a STOP takes
// effect before it is acknowledged. A [Sender] sends one message without a
// campaign, by the same steps.
//
// # Before, during and after
//
// Before a launch, [Planner.Preview] says whom a campaign would reach and what it
// would cost, a [Counter] says it to a client without telling of anybody in
// particular, [Sender.Prove] sends proof copies to testers, and
// [Planner.Approve] binds who wants it to what will go. [Inbox.CheckNumbers] asks
// networks which numbers are still somebody's.
//
// During a run, a [Runner] keeps the pace and stops by itself after a pilot or
// above [Limits]; [Look] says from anywhere how far it is. What replies leave
// open waits in a consent.Reviewer.
//
// After it, a [Reporter] accounts for every contact and holds that against the
// carrier's invoice, and an [Explainer] answers the person who asks where their
// number came from.
//
// # What a refusal stops
//
// Once a refusal is acknowledged, what may still leave to that address in that
// scope is on its in-flight list, and nothing leaves later than one clearance
// life after, except one keyword reply bound to that event.
package campaign
