package relational

import (
	"time"

	"github.com/accordsdk/accord/campaign"
	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/internal/wire"
	"github.com/google/uuid"
)

// The columns of an attempt that say what became of it are there twice: in its
// body, from which it is read, and by themselves where the database has to find
// or count by them.

// attemptColumns are those that scanAttempt reads, of attempts a. The campaign is no
// table to join: databases that have not counted theirs yet would go through all
// attempts of a campaign to find those of a person.
const attemptColumns = `a.dispatch, a.no, (SELECT c.id FROM campaigns c WHERE c.seq = a.campaign), a.worker, a.marked, a.lease_until, a.cancel, a.receipt, a.receipt_at, a.receipt_segments,
	a.contradictions, a.body`

// scanAttempt reads attemptColumns, and what comes after them into more.
func scanAttempt(scan Scan, more ...any) (a campaign.Attempt, err error) {
	var dispatch, name, worker, body []byte
	var marked int64
	var until, receiptAt *int64
	var cancel int64
	to := []any{&dispatch, &a.ID.No, &name, &worker, &marked, &until, &cancel, &a.Receipt, &receiptAt, &a.ReceiptSegments, &a.Contradictions, &body}
	if err := scan(append(to, more...)...); err != nil {
		return a, err
	}
	if body != nil {
		if err := wire.Read(body, &a.Settlement); err != nil {
			return a, err
		}
		a.Settlement.Attempt = campaign.AttemptID{Dispatch: uuid.UUID(dispatch), No: a.ID.No}
	}
	a.ID.Dispatch, a.Campaign, a.Worker, a.Cancel = uuid.UUID(dispatch), string(name), string(worker), cancel != 0
	a.Marked, a.LeaseUntil, a.ReceiptAt = time.UnixMicro(marked).UTC(), moment(until), moment(receiptAt)
	return a, nil
}

// scanTraced reads attemptColumns and the trace.
func scanTraced(scan Scan, more ...any) (a campaign.Attempt, err error) {
	var trace []byte
	if a, err = scanAttempt(scan, append([]any{&trace}, more...)...); err != nil || trace == nil {
		return a, err
	}
	a.Settlement.Trace = new(consent.Trace)
	return a, wire.Read(trace, a.Settlement.Trace)
}

// outcomeColumns are those that change when more is known of an attempt.
var outcomeColumns = []Column{
	{"dispatch", Bytes}, {"no", Int}, {"stands", Int}, {"kind", Int}, {"outcome", Int}, {"code", Bytes}, {"final", Int}, {"until", Int},
	{"receipt", Int}, {"receipt_at", Int}, {"receipt_segments", Int}, {"contradictions", Int}, {"carrier_id", Bytes}, {"body", Bytes}, {"trace", Bytes},
}

const setOutcome = ` UPDATE attempts SET stands = v.stands, kind = v.kind, outcome = v.outcome, code = v.code, final = v.final, until = v.until,
	receipt = v.receipt, receipt_at = v.receipt_at, receipt_segments = v.receipt_segments, contradictions = v.contradictions,
	carrier_id = v.carrier_id, body = v.body, trace = v.trace FROM v WHERE attempts.dispatch = v.dispatch AND attempts.no = v.no`

// outcomeRow is what outcomeColumns say of a.
func outcomeRow(a *campaign.Attempt) []any {
	s := a.Settlement
	code := s.Code
	if s.Kind == campaign.Answered {
		code = consent.Code(s.Outcome.Cause)
	}
	var trace any
	if s.Trace != nil {
		trace = wire.Append(nil, *s.Trace)
	}
	var carrier any
	if s.Outcome.CarrierID != "" {
		carrier = text(s.Outcome.CarrierID)
	}
	kept := s
	kept.Trace, kept.Attempt = nil, campaign.AttemptID{}
	return args(a.ID.Dispatch[:], a.ID.No, flag(a.Stands()), int(s.Kind), int(s.Outcome.Kind), text(code), flag(s.Final), micro(s.Until),
		int(a.Receipt), micro(a.ReceiptAt), a.ReceiptSegments, a.Contradictions, carrier, wire.Append(nil, kept), trace)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
