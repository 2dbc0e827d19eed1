package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

func TestDialRefused(t *testing.T) {
	inner := listen(t)
	ca := identitytest.NewCA(t, "acme.example")
	src := identitytest.NewSource(ca.SVID(serverID, time.Hour), ca.Bundle())

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := identity.Dial(ctx, "tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()), time.Hour)
	if !errors.Is(err, context.DeadlineExceeded) { // nobody answers the handshake
		t.Errorf("want %v, got %v", context.DeadlineExceeded, err)
	}
	inner.Close()
	if _, err := identity.Dial(t.Context(), "tcp", inner.Addr().String(), identity.ClientConfig(src, src.ID()), time.Hour); err == nil {
		t.Error("connected to a closed listener")
	}
}
