package suppression_test

import (
	"testing"

	"github.com/accordsdk/accord/contact"
	"github.com/accordsdk/accord/suppression"
	"github.com/stretchr/testify/require"
)

func TestOfController(t *testing.T) {
	t.Parallel()
	keep := suppression.OfController("martin")
	for _, tt := range []struct {
		class suppression.Class
		scope contact.Scope
		want  bool
	}{
		{suppression.Refusal, contact.Scope{Controller: "martin"}, true},
		{suppression.Refusal, contact.Scope{Controller: "martin", Purpose: contact.Political}, true},
		{suppression.Refusal, contact.Scope{Controller: "dupont"}, false},
		{suppression.Refusal, contact.Scope{Controller: "martin", Group: "party"}, false},
		{suppression.Refusal, contact.Scope{Group: "party"}, false},
		{suppression.Refusal, contact.Scope{Base: "rented"}, false},
		{suppression.Refusal, contact.Scope{}, false},
		{suppression.Exclusion, contact.Scope{Controller: "martin"}, false},
		{suppression.Hygiene, contact.Scope{Controller: "martin"}, false},
	} {
		require.Equal(t, tt.want, keep(&suppression.Entry{Class: tt.class, Scope: tt.scope}), "%v %v", tt.class, tt.scope)
	}
	require.False(t, suppression.OfController("")(&suppression.Entry{Class: suppression.Refusal}), "nobody's are not everybody's")
}
