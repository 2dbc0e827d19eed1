package identity_test

import (
	"context"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

func TestCaller(t *testing.T) {
	if id, ok := identity.Caller(context.Background()); ok || !id.IsZero() {
		t.Errorf("a context without a caller has %q", id)
	}
	client := spiffeid.RequireFromString(clientID)
	ctx := identity.WithCaller(context.Background(), client)
	if id, ok := identity.Caller(ctx); !ok || id != client {
		t.Errorf("want %q, got %q, %t", client, id, ok)
	}
	if attrs := identity.LogAttrs(ctx); len(attrs) != 1 || attrs[0].Value.String() != clientID {
		t.Errorf("a log record of it says %v", attrs)
	}
}
