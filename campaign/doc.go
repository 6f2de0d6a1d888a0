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
// # What a refusal stops
//
// Once a refusal is acknowledged, what may still leave to that address in that
// scope is on its in-flight list, and nothing leaves later than one clearance
// life after, except one keyword reply bound to that event.
package campaign
