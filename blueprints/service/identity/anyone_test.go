package identity_test

import (
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

func TestAnyone(t *testing.T) {
	anyone := identity.Anyone()
	if !anyone.Has(alice) || !anyone.Has(bob) {
		t.Error("it lacks a caller with an ID")
	}
	if anyone.Has(spiffeid.ID{}) {
		t.Error("it has a caller without an ID")
	}
	if members := anyone.Except(identity.IDs(eve)); members.Has(eve) || members.String() != "(anyone with a valid SVID) but not spiffe://acme.example/eve" {
		t.Errorf("%s has eve", members)
	}
}
