package main

const (
	memory     = "./store/memory"
	guarantees = "^TestStores$/^Guarantees$/"
)

// faults are those that were planted; each line says who noticed.
var faults = []fault{
	{"G1", "a clearance can be used twice", []edit{
		{"consent/clearance.go", "if c.c.state.Load() != unused {", "if false {"},
		{"consent/clearance.go", "if !c.c.state.CompareAndSwap(unused, redeemed) {", "if !c.c.state.CompareAndSwap(unused, redeemed) && false {"},
	}, memory, guarantees + "G1_"},
	{"G1", "a clearance outlives a suspended machine", []edit{{"consent/clearance.go",
		"case age > c.life || ran > c.life:", "case ran > c.life:"}}, memory, guarantees + "G1_"},
	{"G1", "a clearance lives for ever", []edit{{"consent/clearance.go",
		"case age > c.life || ran > c.life:", "case false:"}}, memory, guarantees + "G1_"},

	{"G1", "a proof copy may go to anybody", []edit{{"consent/clear.go",
		"g.markTesters(facts)", "for i := range facts {\n\t\tfacts[i].Tester = true\n\t}"}}, "./consent", "^TestProof$"},
	{"G1", "what was approved is not what runs", []edit{{"campaign/approval.go",
		"case a.Text != text:", "case false:"}}, "./campaign", "^TestRunOfWhatWasNotApproved$"},

	{"G2", "the gate clears although it could not read", []edit{
		{"consent/clear.go", "if err != nil {\n\t\t\tcontinue\n\t\t}", "if false {\n\t\t\tcontinue\n\t\t}"},
		{"consent/clear.go", "if err != nil {\n\t\treturn out, err\n\t}\n\tif len(reqs)", "_ = err\n\tif len(reqs)"},
		{"consent/clear.go", "facts[i].Missing = true", "facts[i].Missing = false"},
	}, memory, guarantees + "G2_"},

	{"G3", "refusals in free words are not heard", []edit{{"suppression/reply/build.go",
		"case p.Match == Anywhere:\n\t\tb.add(p, inAnywhere)", "case p.Match == Anywhere:"}}, "./suppression/reply", "^TestCorpus$"},
	{"G3", "words of the lexicon are lost", []edit{{"suppression/reply/data/fr.tsv",
		"fr\tstop\twhole\tfr-habit\tstop~|arrêt~|arrêter~|arrêtez~|désabonner~|désabonnement~|", "fr\tstop\twhole\tfr-habit\t"}}, "./suppression/reply", "^TestCorpus$"},
	{"G3", "a STOP is acknowledged without a refusal on the list", []edit{{"campaign/inbox.go",
		"if len(entries) > 0 {", "if len(entries) > 99 {"}}, memory, guarantees + "G3_"},
	{"G3", "the in-flight list is not read", []edit{{"campaign/inbox.go",
		"if len(x.Cancel) == 0 {\n\t\treturn nil\n\t}\n\tlater, err", "if true {\n\t\treturn nil\n\t}\n\tlater, err"}}, memory, guarantees + "G3_"},
	{"G3", "the gate does not read the suppression list", []edit{{"consent/gate.go",
		"facts[h.Index].Entries = append(facts[h.Index].Entries, h.Entry)", "_ = h"}}, memory, guarantees + "G3_"},

	// Cancelling alone would hide it: it takes the place of the mark.
	{"G3", "a worker asks the gate before it marks", []edit{{"store/memory/outbox_messages.go",
		"for r := range o.rowsOf(f) {\n\t\tif r.stands() {", "for r := range o.rowsOf(f) {\n\t\tif true {"}, {"campaign/batch.go",
		`	trials, err = r.mark(ctx, lease, trials)
	if err != nil || len(trials) == 0 {
		return done, err
	}
	settlements, err := r.check(ctx, trials, &done)
`, `	settlements, err := r.check(ctx, trials, &done)
	trials, merr := r.mark(ctx, lease, trials)
	if merr != nil || len(trials) == 0 {
		return done, merr
	}
`}}, memory, "^TestProtocol$"},
	{"G3", "a STOP lists what is in flight as it was before the refusal", []edit{
		{"campaign/inbox.go", "if len(entries) > 0 {", "out.InFlight, _ = in.outbox.InFlight(ctx, keyring.ID(), keyring.Fingerprint(e.From))\n\tif len(entries) > 0 {"},
		{"campaign/inbox.go", "out.InFlight, err = in.outbox.InFlight(ctx, keyring.ID(), fingerprint)", "_, err = in.outbox.InFlight(ctx, keyring.ID(), fingerprint)"},
	}, memory, "^TestProtocol$"},
	{"G4", "a rotation leaves refusals under their old fingerprints", []edit{{"store/memory/suppressions.go",
		"e.Fingerprint = wrap(e.Fingerprint)", "_ = wrap(e.Fingerprint)"}}, memory, guarantees + "G4_"},
	{"G4", "an erasure removes acts", []edit{{"store/memory/ledger.go",
		"c.acts = slices.Clone(c.acts) // readers may hold the others", "c.acts, c.links = nil, nil"}}, memory, "^TestStores$/^Ledger$/Erase"},
	{"G4", "refusals end", []edit{{"suppression/entry.go",
		"return e.Class == Refusal || e.Until.IsZero() || t.Before(e.Until)", "return t.Sub(e.Happened).Hours() < 1"}}, memory, guarantees + "G4_"},

	{"G4", "a review lifts another's refusal", []edit{{"consent/liftreviewed.go",
		"case !v.suspends(&entry):", "case !v.suspends(&entry) && false:"}}, "./campaign", "^TestReviewOfAnothersRefusal$"},
	{"G4", "a likely refusal that nobody reviewed is lifted late", []edit{{"consent/reviewer.go",
		"case !again && held.overdue(as.At) && as.As != WasRefusal:", "case false:"}, {"consent/liftreviewed.go",
		"case v.overdue(as.At):", "case false:"}}, "./campaign", "^TestUnreviewedIsRefusal$"},
	{"G4", "an erased review keeps the words", []edit{{"store/memory/reviews.go",
		"if r.Fingerprint == f && !f.IsZero() {", "if false {"}}, memory, "^TestStores$/^Reviews$/Erase"},
	{"G4", "a second resolution replaces the first", []edit{{"store/memory/reviews.go",
		"case r.Resolution != nil && !r.Resolution.Same(as):", "case false:"}, {"store/memory/reviews.go",
		"case r.Resolution == nil:", "default:"}}, memory, "^TestStores$/^Reviews$/Resolve"},

	{"G5", "an unknown attempt is tried again", []edit{
		{"campaign/attempt.go", "case a.Cancel || !a.Known():", "case a.Cancel:"},
		{"provider/outcome.go", "return k == Temporary || k == Throttled", "return k == Temporary || k == Throttled || k == Unknown"},
	}, memory, guarantees + "G5_"},
	{"G5", "two attempts can be marked for one dispatch", []edit{{"store/memory/outbox_queue.go",
		"if r == nil || r.chunk != c || r.stands() || id.No != len(r.attempts)+1 || id.No == 1 && k.piloted() {", "if r == nil || r.chunk != c {"}}, memory, "^TestStores$/^Outbox$/WokenWorker"},
	{"G5", "a worker that wakes up can mark", []edit{{"store/memory/outbox_queue.go",
		"if l.Token != c.token || !o.now().Before(c.until) {", "if false {"}}, memory, "^TestStores$/^Outbox$/WokenWorker"},
	{"G5", "a late outcome turns known into not taken", []edit{{"campaign/attempt.go",
		"if !a.Known() {\n\t\ts.complete", "if true {\n\t\ts.complete"}}, memory, "^TestStores$/^Outbox$/Settle"},

	{"G5", "a receipt does not settle an unknown attempt", []edit{{"campaign/attempt.go",
		"if !a.Known() {\n\t\ts := a.Settlement", "if false {\n\t\ts := a.Settlement"}}, memory, "^TestProtocol$"},
	{"G5", "a mark does not see that another attempt stands", []edit{{"store/memory/outbox_queue.go",
		"if r == nil || r.chunk != c || r.stands() || id.No != len(r.attempts)+1 || id.No == 1 && k.piloted() {", "if r == nil || r.chunk != c {"},
		{"store/memory/outbox_queue.go", "if l.Token != c.token || !o.now().Before(c.until) {", "if false {"},
	}, memory, "^TestModel$|^TestProtocol$"},
	{"G6", "a launch that goes on starts from the beginning", []edit{{"campaign/planner.go",
		"err = cl.each(ctx, saved.Launch.Next, func(piece *piece) error {", "err = cl.each(ctx, \"\", func(piece *piece) error {"}}, memory, guarantees + "G6_"},
	{"G6", "rows that were put off are forgotten", []edit{{"campaign/attempt.go",
		"return a.Settlement.Until.IsZero()", "return true"}}, memory, "^TestStores$/^Outbox$/TriedAgain"},

	{"G7", "a change of content is not noticed", []edit{{"consent/chain.go",
		"if r.Digest != r.digest(c.ID) {", "if false {"}}, memory, guarantees + "G7_"},
	{"G7", "a chain missing since the checkpoint is not noticed", []edit{
		{"consent/verify.go", "for marks.more && bytes.Compare(marks.chain[:], c.ID[:]) < 0 {", "for marks.more && bytes.Compare(marks.chain[:], c.ID[:]) < 0 && false {"},
		{"consent/verify.go", "for err == nil && marks.more {", "for err == nil && marks.more && false {"},
	}, memory, guarantees + "G7_"},

	{"G8", "an attempt forgets how much of the ledger was seen", []edit{{"consent/replay.go",
		"Chain: f.Chain, Length: len(f.Acts),", "Chain: f.Chain,"}}, memory, guarantees + "G8_"},

	{"G9", "a carrier's words keep the recipient", []edit{{"provider/provider.go",
		"o.Detail = m.clearance.Redact(o.Detail)", ""}}, memory, guarantees + "G9_"},
	{"G9", "an address prints itself", []edit{{"contact/address.go",
		`return fmt.Sprintf("phone:+%s…%02d", callingCode(n), n%100)`, `return fmt.Sprint("phone:+", n, callingCode(n))`}}, memory, guarantees + "G9_"},

	{"G10", "a line of a file is not accounted for", []edit{{"suppression/import.go",
		"in.report.Already += in.pending - added", ""}}, "./suppression", "^TestImport"},
	{"G10", "unreadable refusals are dropped", []edit{{"suppression/import.go",
		"if err := in.o.Unreadable(n, raw, err); err != nil {", "if err := error(nil); err != nil {"}}, memory, guarantees + "G12_"},

	{"G10", "a quotation mark that nobody closes takes the lines behind it along", []edit{{"internal/sheet/record.go",
		"r.again = append(more, r.again...)", "_ = more"}}, "./contact", "^TestImportSurvivesAnOpenQuote"},
	{"G10", "a line in another encoding than the first is not read", []edit{{"internal/sheet/lines.go",
		"case l.damaged(b):", "case l.damaged(b) || true:"}}, "./contact", "^TestImportReadsWhatSpreadsheetsWrite"},
	{"G10", "digits that a spreadsheet left out are made up", []edit{{"contact/phone/clean.go",
		"if err != nil || exponent != len(m[2]) {", "if err != nil || exponent < 0 {"}}, "./contact/phone", "^TestParseRefuses"},
	{"G10", "rejected lines hold formulas that a spreadsheet runs", []edit{{"internal/sheet/cell.go",
		"if formula(strings.TrimLeft(cell, \" \")) {", "if false {"}}, "./contact", "^TestImportRejectsToBeCorrected"},

	{"G10", "a picture of a family is cut in two", []edit{{"internal/sms/count.go",
		"if !c.joins(r) {", "if !c.joins(r) || true {"}}, "./internal/sms", "^TestClusters"},
	{"G10", "a euro sign is cut in two", []edit{{"internal/sms/count.go",
		"if units+w > room {\n\t\t\treturn i, units\n\t\t}\n\t\tunits += w\n\t}\n\treturn len(text), units\n}\n\nfunc nextUCS2", "if units+1 > room {\n\t\t\treturn i, units\n\t\t}\n\t\tunits += w\n\t}\n\treturn len(text), units\n}\n\nfunc nextUCS2"}}, "./provider/smstext", "^TestSplitBorders"},
	{"G3", "a pending digest is not resolved when its contact is put", []edit{{"suppression/onput.go",
		"if err := look(); err != nil {\n\t\treturn nil, err\n\t}\n\tmerged, err", "merged, err"}}, memory, "^TestStores$/^Digests$/OnPut"},
	{"G3", "a digest that comes while its contact is put is missed", []edit{{"suppression/onput.go",
		"if err := look(); err != nil {\n\t\treturn nil, err\n\t}\n\treturn merged", "return merged"}}, memory, "^TestStores$/^Digests$/OnPutTwice"},
	{"G10", "an unauthenticated chunk of a sealed list is used", []edit{{"suppression/sealchunk.go",
		"text, err := r.aead.Open(r.box[:0], chunkNonce(r.n, last), r.box[:size], nil)",
		"text, err := r.aead.Seal(nil, chunkNonce(r.n, last), r.box[:size-gcmTag], nil)[:size-gcmTag], error(nil)"}}, "./suppression", "^TestSealedListDamaged"},
	{"G10", "a flagged line records a grant", []edit{{"consent/supplier/line.go",
		"if s.has(c) && r.action[c] == Refuse {", "if s.has(c) && r.action[c] == Refuse && c.Fixed() {"}}, "./consent/supplier", "^TestFlags$"},
	{"G10", "a line dated in the future counts as evidence", []edit{{"consent/supplier/line.go",
		"if at.After(r.now) {", "if at.After(r.now) && false {"}}, "./consent/supplier", "^TestFlags$"},
	{"G10", "an audit counts a grant dated in the future", []edit{{"consent/supplier/audit.go",
		"if act.Happened.After(a.report.At) {", "if false {"}}, "./consent/supplier", "^TestAudit$"},

	{"G11", "rules are in force before their date", []edit{{"consent/plan.go",
		"return (i.InForce.IsZero() || !at.Before(i.InForce)) &&", "return true &&"}}, memory, guarantees + "G11_"},

	{"G12", "a template with an unknown place is taken", []edit{{"campaign/template.go",
		"if p.field == nil {\n\t\tif trimmed", "if false {\n\t\tif trimmed"}}, memory, guarantees + "G12_"},
	{"G12", "a template whose shortest message is too long is launched", []edit{{"campaign/bounds.go",
		"if n := b.Shortest.SMS.Segments; c.MaxSegments > 0 && n > c.MaxSegments {", "if n := b.Shortest.SMS.Segments; c.MaxSegments > 0 && n > c.MaxSegments && false {"}}, "./campaign", "^TestMaxSegments$"},
	{"G12", "a bound takes every value to be narrow", []edit{{"campaign/bounds.go",
		"return strings.Repeat(wideSeptet, longest)", "return strings.Repeat(\"a\", longest)"}}, "./campaign", "^TestBoundsHold$"},
}
