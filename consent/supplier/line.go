package supplier

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/internal/sheet"
)

// A reader reads by a profile, and judges what it read.
type reader struct {
	*Profile
	limits Limits
	zone   *time.Location
	now    time.Time
	oldest time.Time // what is older is too old
	action [codes]Action
	// byName has the versions of each form, by From.
	byName map[string][]int
	// What the counting pass found.
	seconds, networks *sketch
	clocks            []clocks // of each form
	waiting           []line   // to be counted
	touched           uint32   // of no use but to have been read
}

// clocks count the dates of a form: those at midnight and those that are not.
type clocks struct{ midnight, other int }

func newReader(p *Profile, now time.Time) (*reader, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	zone, err := p.location()
	if err != nil {
		return nil, err
	}
	r := &reader{
		Profile: p, limits: p.Limits.withDefaults(), zone: zone, now: now, byName: map[string][]int{},
		seconds: newSketch(), networks: newSketch(), clocks: make([]clocks, len(p.Forms)),
	}
	r.oldest = now.AddDate(-r.limits.Years, 0, 0)
	for c := range codes {
		r.action[c] = c.Action()
		if a, ok := p.Flags[c]; ok {
			r.action[c] = a
		}
	}
	for i := range p.Forms {
		r.byName[p.Forms[i].Name] = append(r.byName[p.Forms[i].Name], i)
	}
	for _, versions := range r.byName {
		slices.SortFunc(versions, func(a, b int) int { return p.Forms[a].From.Compare(p.Forms[b].From) })
	}
	return r, nil
}

// A line is what a line of the file says of a grant.
type line struct {
	form  int // index, or -1
	at    time.Time
	ip    netip.Addr // zero when there is none to read
	url   string
	flags flagSet
}

// midnight reports whether the date has no time of day.
func (r *reader) midnight(t time.Time) bool {
	h, m, s := t.In(r.zone).Clock()
	return h == 0 && m == 0 && s == 0
}

// read reads a line, and flags what can be seen on the line alone.
func (r *reader) read(get func(column string) string) line {
	l := r.readCounted(get)
	r.readURL(&l, get)
	return l
}

// readCounted reads of a line what the first reading counts.
func (r *reader) readCounted(get func(column string) string) line {
	l := line{form: -1}
	at, err := r.date(get(r.Columns.Date))
	if err != nil {
		l.flags.add(NoDate)
	} else {
		l.at = at
		if at.After(r.now) {
			l.flags.add(Future)
		}
		if at.Before(r.oldest) {
			l.flags.add(TooOld)
		}
	}
	r.readForm(&l, get)
	r.readIP(&l, get)
	return l
}

func (r *reader) date(cell string) (time.Time, error) {
	if r.Columns.Layout == "" {
		return sheet.Date(cell, r.zone)
	}
	return time.ParseInLocation(r.Columns.Layout, cell, r.zone)
}

func (r *reader) readForm(l *line, get func(column string) string) {
	name := r.Forms[0].Name
	if r.Columns.Form != "" {
		name = get(r.Columns.Form)
	}
	versions := r.byName[name]
	switch {
	case name == "":
		l.flags.add(NoForm)
		return
	case len(versions) == 0:
		l.flags.add(UnknownForm)
		return
	}
	l.form = versions[0]
	if l.flags.has(NoDate) {
		return
	}
	if l.at.Before(r.Forms[l.form].From) {
		l.flags.add(BeforeForm)
		return
	}
	for _, i := range versions {
		if !l.at.Before(r.Forms[i].From) {
			l.form = i
		}
	}
	if !r.Forms[l.form].valid(l.at) {
		l.flags.add(AfterForm)
	}
}

func (r *reader) readIP(l *line, get func(column string) string) {
	if r.Columns.IP == "" {
		return
	}
	ip, err := netip.ParseAddr(get(r.Columns.IP))
	if err != nil {
		l.flags.add(NoIP)
		return
	}
	l.ip = ip.Unmap().WithZone("")
	if nobodysIP(l.ip) {
		l.flags.add(ReservedIP)
	}
}

func (r *reader) readURL(l *line, get func(column string) string) {
	if r.Columns.URL == "" {
		return
	}
	l.url = get(r.Columns.URL)
	if l.url == "" {
		l.flags.add(NoURL)
		return
	}
	if l.form < 0 {
		return
	}
	host := hostOf(l.url)
	if !slices.ContainsFunc(r.Forms[l.form].Sites, func(site string) bool {
		return host == site || strings.HasSuffix(host, site) && host[len(host)-len(site)-1] == '.'
	}) {
		l.flags.add(OtherSite)
	}
}

// hostOf returns the host that a URL leads to, in lower case; people leave the
// scheme out. It reads as browsers do: what stands before an @ is not the host,
// and a \ is a /.
func hostOf(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	if end := strings.IndexAny(url, `/\?#`); end >= 0 {
		url = url[:end]
	}
	url = url[strings.LastIndexByte(url, '@')+1:]
	if colon := strings.LastIndexByte(url, ':'); colon >= 0 {
		url = url[:colon]
	}
	return strings.ToLower(strings.TrimSuffix(url, "."))
}

// secondKey stands for one second of one form.
func secondKey(l *line) uint64 { return mix(uint64(l.at.Unix())) + uint64(l.form) }

// countedAtOnce is how many lines are counted at a time.
const countedAtOnce = 64

// count is the first reading of a line. Lines are counted in the order of the
// file, on which what a sketch says depends.
func (r *reader) count(l line) {
	if r.waiting = append(r.waiting, l); len(r.waiting) == countedAtOnce {
		r.counts()
	}
}

// counts counts the lines that wait for it.
func (r *reader) counts() {
	for n := range r.waiting {
		l := &r.waiting[n]
		r.touched += r.seconds.touch(secondKey(l))
		if l.ip.IsValid() {
			r.touched += r.networks.touch(networkKey(l.ip))
		}
	}
	for n := range r.waiting {
		r.countNow(&r.waiting[n])
	}
	r.waiting = r.waiting[:0]
}

func (r *reader) countNow(l *line) {
	if l.form >= 0 && !l.flags.has(NoDate) {
		r.seconds.add(secondKey(l))
		if r.midnight(l.at) {
			r.clocks[l.form].midnight++
		} else {
			r.clocks[l.form].other++
		}
	}
	if l.ip.IsValid() {
		r.networks.add(networkKey(l.ip))
	}
}

// compare is the second reading of a line: it flags what only the whole file
// shows.
func (r *reader) compare(l *line) {
	if l.form >= 0 && !l.flags.has(NoDate) {
		switch {
		case r.clocks[l.form].other == 0:
			// Days, not instants: that many share one says nothing.
			l.flags.add(Midnight)
		case r.seconds.count(secondKey(l)) >= r.limits.SameSecond:
			l.flags.add(SameSecond)
		}
	}
	if l.ip.IsValid() && r.networks.count(networkKey(l.ip)) >= r.limits.SharedIP {
		l.flags.add(SharedIP)
	}
}

// refused reports whether a flag of s keeps the grant out of the ledger.
func (r *reader) refused(s flagSet) bool {
	for c := NoFlag + 1; c < codes; c++ {
		if s.has(c) && r.action[c] == Refuse {
			return true
		}
	}
	return false
}

// complete reports whether a line with the flags s has all the evidence that
// its columns promise.
func (s flagSet) complete() bool {
	for c := NoFlag + 1; c < codes; c++ {
		if s.has(c) && c.Level() > Advice {
			return false
		}
	}
	return true
}

// dated reports whether the date of a line with the flags s can be one of
// collection.
func (s flagSet) dated() bool {
	return !s.has(NoDate) && !s.has(Future) && !s.has(BeforeForm) && !s.has(AfterForm)
}

// grade returns that of a grant with the flags s.
func (r *reader) grade(s flagSet) consent.Grade {
	if s.complete() {
		return r.Grade
	}
	return consent.Asserted
}
