// Package crashtest kills processes in the middle of a campaign and looks at what
// they leave behind: nobody messaged twice or after their STOP, nobody forgotten.
// It has tests only.
//
// Each worker is a process of its own, this test binary run again, that sends a
// campaign over a durable store to a carrier in the test's process, which writes
// down what it is handed. Meanwhile people refuse through an Inbox on the same
// store, most of them when their message has just been marked, and workers are
// killed with SIGKILL at random points and started again, until everything is
// sent. Kills are spread over the whole campaign, and count when a worker died of
// one that had begun to work. TestServerCrash kills PostgreSQL instead, as a loss
// of power would.
//
// Then the store is opened anew, and these must hold:
//
//   - No dispatch was handed over twice, nor to somebody else, nor one that is
//     none of the campaign.
//   - What was handed over after a STOP was acknowledged is on its in-flight
//     list, and came within one clearance life.
//   - What is unknown was marked by a worker that did not end by itself, and at
//     most one batch for each.
//   - Everything else is handed over, or kept back for somebody who refused. Each
//     person has one row in one class, and the tally has the same sums.
//   - Each STOP is on the list and in the ledger, and the ledger verifies.
//
// TestJudge shows that each of these can fail, and TestCrashNoticesTwice that
// workers are found out that send again what has no outcome.
//
//	go test ./store/crashtest                       # 25 kills a store
//	CI=true go test ./store/crashtest               # 200; 10, and fewer people, with -race or -short
//	go test ./store/crashtest -kills 5000 -timeout 2h
//	go test ./store/crashtest -run 'TestCrash$/sqlite/4' -seed 7
//
// PostgreSQL has to be installed: where it is not, its tests are skipped with
// that as the reason, and fail where CI is true. A seed decides what the test does
// and not how processes are scheduled: the same seed tells a similar story, not
// the same.
package crashtest
