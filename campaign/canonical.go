package campaign

import (
	"encoding/json"
	"time"
)

// Canonical returns a copy of c that shares nothing with it, with times in UTC
// and whole microseconds, and the JSON of it: the same campaigns are written
// alike. It is for stores, which compare by it and keep it.
func Canonical(c Campaign) (own Campaign, written []byte, err error) {
	if written, err = json.Marshal(c); err != nil {
		return own, nil, err
	}
	if err = json.Unmarshal(written, &own); err != nil {
		return own, nil, err
	}
	r := &own.Request
	for _, t := range []*time.Time{&r.NotBefore, &r.NotAfter, &r.InReplyTo.At} {
		*t = inStore(*t)
	}
	for i := range r.Assessments {
		r.Assessments[i].Signed = inStore(r.Assessments[i].Signed)
	}
	written, err = json.Marshal(own)
	return own, written, err
}

// inStore returns t as stores keep it.
func inStore(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
