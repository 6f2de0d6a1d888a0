package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/accordsdk/accord/consent"
	"github.com/accordsdk/accord/contact"
)

// Documents is a [consent.Documents]. The zero value is empty and ready to use.
// It must not be copied after first use.
type Documents struct {
	mu          sync.RWMutex
	notices     map[contact.NoticeID]contact.Notice
	assessments map[string]consent.Assessment
}

var _ consent.Documents = (*Documents)(nil)

// PutNotice implements [consent.Documents].
func (d *Documents) PutNotice(ctx context.Context, n contact.Notice) (contact.NoticeID, error) {
	if err := context.Cause(ctx); err != nil {
		return contact.NoticeID{}, fmt.Errorf("memory: put notice: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.notices == nil {
		d.notices = map[contact.NoticeID]contact.Notice{}
	}
	n.Partners = slices.Clone(n.Partners)
	id := n.ID()
	d.notices[id] = n
	return id, nil
}

// Notice implements [consent.Documents].
func (d *Documents) Notice(ctx context.Context, id contact.NoticeID) (contact.Notice, error) {
	if err := context.Cause(ctx); err != nil {
		return contact.Notice{}, fmt.Errorf("memory: notice: %w", err)
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, ok := d.notices[id]
	if !ok {
		return contact.Notice{}, fmt.Errorf("memory: notice %v: %w", id, contact.ErrNotFound)
	}
	n.Partners = slices.Clone(n.Partners)
	return n, nil
}

// PutAssessment implements [consent.Documents].
func (d *Documents) PutAssessment(ctx context.Context, a consent.Assessment) error {
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("memory: put assessment: %w", err)
	}
	if err := a.Validate(); err != nil {
		return fmt.Errorf("memory: put assessment: %w", err)
	}
	a.Signed = a.Signed.UTC().Truncate(time.Microsecond)
	d.mu.Lock()
	defer d.mu.Unlock()
	if held, ok := d.assessments[a.ID]; ok {
		if held != a {
			return fmt.Errorf("memory: assessment %q: %w", a.ID, consent.ErrConflict)
		}
		return nil
	}
	if d.assessments == nil {
		d.assessments = map[string]consent.Assessment{}
	}
	d.assessments[a.ID] = a
	return nil
}

// Assessments implements [consent.Documents].
func (d *Documents) Assessments(ctx context.Context, controller contact.PartyID) ([]consent.Assessment, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("memory: assessments: %w", err)
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	var out []consent.Assessment
	for _, a := range d.assessments {
		if a.Controller == controller {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b consent.Assessment) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}
