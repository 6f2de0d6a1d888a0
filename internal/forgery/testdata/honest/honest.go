// Package honest compiles: it shows that the programs beside it fail for what
// they do, and not for how they are built.
package honest

import (
	"context"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/provider"
	"github.com/google/uuid"
)

// Send asks before it sends.
func Send(ctx context.Context, g *consent.Gate, p provider.Provider, req consent.Request, r consent.Recipient) ([]provider.Outcome, error) {
	r.Dispatch = uuid.New()
	out, err := g.Clear(ctx, req, []consent.Recipient{r})
	if err != nil {
		return nil, err
	}
	m, err := provider.Compose(out[0].Clearance, r.Dispatch)
	if err != nil {
		return nil, err
	}
	return provider.HandOver(ctx, p, []*provider.Message{m}), nil
}
