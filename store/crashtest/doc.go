// Package crashtest kills processes in the middle of a campaign and looks at what
// they leave behind: nobody messaged twice or after their STOP, nobody forgotten.
// It has tests only.
//
// Each worker is a process of its own, this test binary run again, that sends a
// campaign over a durable store to a carrier in the test's process, which writes
// down what it is handed. Meanwhile people refuse through an Inbox on the same
// store, and workers are killed with SIGKILL at random points and started again,
// until everything is sent.
//
//	go test ./store/crashtest                       # 25 kills a store
//	CI=true go test ./store/crashtest               # 200
//	go test ./store/crashtest -kills 5000 -timeout 2h
//	go test ./store/crashtest -run /sqlite/4 -seed 7
package crashtest
