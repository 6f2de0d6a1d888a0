package consent

import (
	"fmt"
	"time"

	"github.com/accordsdk/accord/contact"
)

// MaxTesters is how many people a gate knows as testers: enough for a campaign's
// staff, and too few to be an audience.
const MaxTesters = 20

// A Tester is somebody of the campaign or of the host who asked to get proof
// copies (in French, bons à tirer or BAT) before a launch.
type Tester struct {
	Address contact.Address
	Name    string    // for the log, such as "M. Durand, direction de campagne"
	By      string    // who declared it
	Since   time.Time // when
}

// The codes of proof copies.
const (
	CodeProof      Code = "proof.tester"
	CodeNotTester  Code = "proof.not-tester"
	CodeProofWords Code = "proof.words"
)

// proofRule is the basis of proof copies: they go to declared testers, who asked
// for them, and to nobody else. Rules about consent and about where data came
// from are not asked of them (see RuleInfo.NotOfProofs); all others are.
type proofRule struct{}

func (proofRule) Info() RuleInfo {
	return RuleInfo{Name: "accord.proof", Does: Words{
		"Lets proof copies go to declared testers, and to nobody else.",
		"Laisse partir les BAT vers des testeurs déclarés, et vers personne d'autre."},
		Basis: true, Cases: []Case{
			{
				Code: CodeNotTester, Level: Invariant, Certainty: Settled,
				Source: Source{Text: "a proof copy rests on the tester's own wish", Ref: "design §4"},
				Says:   Words{"A proof copy goes to declared testers only.", "Un BAT ne part qu'à des testeurs déclarés."},
				Remedy: Words{"Declare the tester when the gate is opened.", "Déclarer le testeur à l'ouverture de la barrière."},
			}, {
				Code: CodeProofWords, Level: Invariant, Certainty: Settled,
				Says: Words{"The proof copy of a consent request is not made of its fixed skeleton.",
					"Le BAT d'une demande d'accord n'est pas composé de son squelette fixe."},
			}, {
				Code: CodeProof, Level: Contract, Certainty: Settled,
				Source: Source{Text: "a proof copy rests on the tester's own wish", Ref: "design §4"},
				Says:   Words{"It is a proof copy for a declared tester.", "C'est un BAT destiné à un testeur déclaré."},
			},
		}}
}

func (proofRule) Bind(p *Plan) (Check, error) {
	if !p.req.Proof {
		return nil, nil
	}
	return planCheck{p, func(p *Plan, f *Facts) Finding {
		switch {
		case !f.Tester:
			return Finding{Case: 0}
		case p.req.Kind == ConsentRequest && f.Content.Form != ConsentRequest:
			return Finding{Case: 1}
		default:
			return Finding{Outcome: Allow, Case: 2, Noted: true}
		}
	}}, nil
}

// concerns reports whether a rule is asked of messages like those of p at all.
func (p *Plan) concerns(r Rule, info *RuleInfo) bool {
	if !p.req.Proof {
		return true
	}
	_, own := r.(proofRule)
	return own || !info.Basis && !info.NotOfProofs
}

// declare notes the testers of a gate.
func (g *Gate) declare(testers []Tester) error {
	if len(testers) > MaxTesters {
		return fmt.Errorf("consent: gate: %d testers, want at most %d: a proof copy is not a campaign", len(testers), MaxTesters)
	}
	g.testers = make(map[contact.Fingerprint]struct{}, len(testers))
	for i, t := range testers {
		switch {
		case t.Address.IsZero():
			return fmt.Errorf("consent: gate: Testers[%d] has no Address", i)
		case t.Name == "" || t.By == "":
			return fmt.Errorf("consent: gate: Testers[%d] without Name or By", i)
		case t.Since.IsZero():
			return fmt.Errorf("consent: gate: Testers[%d]: Since is the zero time", i)
		}
		g.testers[g.keyring.Fingerprint(t.Address)] = struct{}{}
	}
	return nil
}

// markTesters sets what only the gate may say of a recipient, over whatever a
// reader said.
func (g *Gate) markTesters(facts []Facts) {
	for i := range facts {
		_, facts[i].Tester = g.testers[facts[i].Fingerprint]
		facts[i].Tester = facts[i].Tester && !facts[i].Fingerprint.IsZero()
	}
}
