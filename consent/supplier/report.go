package supplier

import (
	"net/netip"
	"time"

	"github.com/accordsdk/accord/contact"
)

// Bounds of a [Report].
const (
	firstLines = 10 // line numbers that a flag lists
	maskedIPs  = 20 // masked networks that a form lists
)

// A Report says what an import made of a file. It is written to be sent to the
// supplier: it holds no address, no IP address but masked ones, and nothing else
// that only the file says. See [Report.Markdown] and [Report.CSV].
//
// Import.Lines is the sum that contact.ImportReport says it is, and Created,
// Merged and Unchanged together are the sum of Recorded, Already and Refused.
type Report struct {
	Supplier string         `json:"supplier"`
	Contract string         `json:"contract"`
	Base     contact.BaseID `json:"base"`
	At       time.Time      `json:"at"` // when the import began

	Import contact.ImportReport `json:"import"`

	// Recorded, Already and Refused count the lines that were put: those with a
	// grant that is new in the ledger, those whose grants all were there, and
	// those of which no grant was recorded since a flag refuses it.
	Recorded int `json:"recorded"`
	Already  int `json:"already"`
	Refused  int `json:"refused"`
	// Acts counts new acts: a line with a number and an e-mail address may make
	// two.
	Acts int `json:"acts"`

	// Forms are those of the profile, in its order, and then one without a name
	// for the lines that name none of them, where there are any.
	Forms []FormReport `json:"forms"`
}

// A FormReport says what an import found of one version of a form.
type FormReport struct {
	Name  string    `json:"name,omitempty"`
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Notice is that of the version, and Partners the version of its list.
	Notice   contact.NoticeID `json:"notice,omitzero"`
	Partners string           `json:"partners,omitempty"`

	Lines int `json:"lines"` // that were put
	// Complete lines have all the evidence that the columns of the profile
	// promise, and no flag that weighs more than an advice.
	Complete int `json:"complete"`
	Recorded int `json:"recorded"`
	Already  int `json:"already"`
	Refused  int `json:"refused"`

	Flags []FlagReport `json:"flags,omitempty"` // in the order of [Codes]
	// Months count the dates by month, such as "2024-03", in the zone of the
	// profile.
	Months map[string]int `json:"months,omitempty"`
	// Networks count the lines flagged [SharedIP] or [ReservedIP] by network:
	// the first 16 bits of IPv4 and 32 of IPv6, the first 20 networks seen.
	Networks map[string]int `json:"networks,omitempty"`
}

// A FlagReport counts the lines of one form that have a flag.
type FlagReport struct {
	Code   Code   `json:"code"`
	Level  Level  `json:"level"`
	Action Action `json:"action"`
	Lines  int    `json:"lines"`
	First  []int  `json:"first"` // numbers of the first ten lines
}

// Evidence returns the share of complete lines, from 0 to 1; of no lines it is 0.
func (f *FormReport) Evidence() float64 { return share(f.Complete, f.Lines) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Flagged returns how many lines have the flag c.
func (r Report) Flagged(c Code) (lines int) {
	for i := range r.Forms {
		for j := range r.Forms[i].Flags {
			if f := &r.Forms[i].Flags[j]; f.Code == c {
				lines += f.Lines
			}
		}
	}
	return lines
}

// A tally is a FormReport in the making.
type tally struct {
	FormReport
	flags    [codes]FlagReport
	months   map[int]int // year × 12 + month
	from, to time.Time   // the month of the last date
	number   int         // of that month in months
	networks map[string]int
}

// newTallies returns one for each form, and one more for the lines of none.
func newTallies(r *reader) []tally {
	out := make([]tally, len(r.Forms)+1)
	for i := range out {
		out[i].months, out[i].networks = map[int]int{}, map[string]int{}
		if i < len(r.Forms) {
			f := &r.Forms[i]
			out[i].FormReport = FormReport{Name: f.Name, From: f.From, Until: f.Until, Notice: f.Notice.ID(), Partners: f.Notice.PartnersVersion}
		}
		for c := range codes {
			out[i].flags[c] = FlagReport{Code: c, Level: c.Level(), Action: r.action[c]}
		}
	}
	return out
}

// An outcome is what became of the grants of a line.
type outcome uint8

const (
	refused outcome = iota
	already
	recorded
)

// add counts the line with that number.
func (t *tally) add(number int, l *line, zone *time.Location, o outcome) {
	t.Lines++
	if l.flags.complete() {
		t.Complete++
	}
	switch o {
	case recorded:
		t.Recorded++
	case already:
		t.Already++
	default:
		t.Refused++
	}
	if !l.flags.has(NoDate) {
		t.month(l.at, zone)
	}
	if l.flags.has(SharedIP) || l.flags.has(ReservedIP) {
		t.network(l.ip)
	}
	if l.flags == 0 {
		return
	}
	for c := NoFlag + 1; c < codes; c++ {
		if !l.flags.has(c) {
			continue
		}
		f := &t.flags[c]
		f.Lines++
		if len(f.First) < firstLines {
			f.First = append(f.First, number)
		}
	}
}

// month counts a date. Most are of the month of the one before.
func (t *tally) month(at time.Time, zone *time.Location) {
	if at.Before(t.from) || !at.Before(t.to) {
		year, month, _ := at.In(zone).Date()
		t.from, t.to = time.Date(year, month, 1, 0, 0, 0, 0, zone), time.Date(year, month+1, 1, 0, 0, 0, 0, zone)
		t.number = year*12 + int(month) - 1
	}
	t.months[t.number]++
}

func (t *tally) network(ip netip.Addr) {
	masked := maskIP(ip)
	if _, known := t.networks[masked]; known || len(t.networks) < maskedIPs {
		t.networks[masked]++
	}
}

func (t *tally) report() FormReport {
	out := t.FormReport
	for _, f := range t.flags {
		if f.Lines > 0 {
			f.First = append([]int(nil), f.First...)
			out.Flags = append(out.Flags, f)
		}
	}
	out.Months, out.Networks = map[string]int{}, map[string]int{}
	for month, n := range t.months {
		out.Months[time.Date(month/12, time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")] = n
	}
	for network, n := range t.networks {
		out.Networks[network] = n
	}
	return out
}
