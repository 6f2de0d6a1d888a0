// Package regime holds rules as dated data, in files named for the jurisdiction
// or for what several share.
//
// A rule cites its source by article and date, says whether that is law, a
// regulator's measure, a contract or advice, and how sure the reading is. What
// could not be checked against the primary text is marked unverified. Nothing
// here is legal advice.
//
// Rules take effect at the dates of their texts, whatever the version of the
// library: a decision about June 2024 is taken with what was in force then.
//
// The package links the time zone database of the Go distribution, since rules
// about hours refuse where a zone cannot be loaded.
package regime

import (
	_ "time/tzdata" // a host in a bare container must still know when 8:00 is
)
