package identity_test

import (
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"example.com/acme/payments/v2/internal/identity"
)

func TestWho(t *testing.T) {
	id := spiffeid.RequireFromString
	acme, partner := identity.Members(alice.TrustDomain()), identity.Members(bob.TrustDomain())
	shop := identity.Below(id("spiffe://acme.example/shop"))
	nobody := identity.Who{}
	tests := []struct {
		who    identity.Who
		text   string
		has    []string
		hasNot []string
	}{
		{nobody, "nobody", nil, []string{"spiffe://acme.example/alice"}},
		{identity.IDs(), "nobody", nil, []string{"spiffe://acme.example/alice"}},
		{identity.AnyOf(), "nobody", nil, []string{"spiffe://acme.example/alice"}},
		{identity.AllOf(), "nobody", nil, []string{"spiffe://acme.example/alice"}},
		{identity.AnyOf(nobody, identity.IDs()), "nobody", nil, []string{"spiffe://acme.example/alice"}},
		{nobody.Except(nobody), "nobody but not nobody", nil, []string{"spiffe://acme.example/alice"}},

		{
			identity.IDs(alice, bob), "spiffe://acme.example/alice, spiffe://partner.example/bob",
			[]string{"spiffe://acme.example/alice", "spiffe://partner.example/bob"},
			[]string{"spiffe://acme.example/bob", "spiffe://acme.example/alice/x", "spiffe://acme.example/Alice"},
		},
		{
			shop, "spiffe://acme.example/shop/...",
			[]string{"spiffe://acme.example/shop/cart", "spiffe://acme.example/shop/cart/2"},
			[]string{"spiffe://acme.example/shop", "spiffe://acme.example/shopping", "spiffe://acme.example/shopping/x", "spiffe://acme.example/x/shop/y", "spiffe://acme.example2/shop/cart", "spiffe://partner.example/shop/cart"},
		},
		{
			acme, "members of acme.example",
			[]string{"spiffe://acme.example/alice", "spiffe://acme.example/x/y"},
			[]string{"spiffe://partner.example/bob", "spiffe://acme.example2/alice", "spiffe://x.acme.example/alice"},
		},

		{
			identity.AnyOf(identity.IDs(alice), partner, identity.IDs(alice)), "spiffe://acme.example/alice, members of partner.example",
			[]string{"spiffe://acme.example/alice", "spiffe://partner.example/bob"},
			[]string{"spiffe://acme.example/eve"},
		},
		{
			identity.AllOf(acme, identity.IDs(alice, bob)), "(members of acme.example) and (spiffe://acme.example/alice, spiffe://partner.example/bob)",
			[]string{"spiffe://acme.example/alice"},
			[]string{"spiffe://acme.example/eve", "spiffe://partner.example/bob"},
		},
		{identity.AllOf(acme, nobody), "(members of acme.example) and nobody", nil, []string{"spiffe://acme.example/alice"}},
		{
			identity.AnyOf(acme, identity.IDs(eve)).Except(identity.IDs(eve)), "(members of acme.example, spiffe://acme.example/eve) but not spiffe://acme.example/eve",
			[]string{"spiffe://acme.example/alice"},
			[]string{"spiffe://acme.example/eve", "spiffe://partner.example/bob"},
		},
		{identity.IDs(eve).Except(acme), "spiffe://acme.example/eve but not (members of acme.example)", nil, []string{"spiffe://acme.example/eve"}},
	}
	for _, test := range tests {
		if got := test.who.String(); got != test.text {
			t.Errorf("want %q, got %q", test.text, got)
		}
		for _, caller := range test.has {
			if !test.who.Has(id(caller)) {
				t.Errorf("%s: lacks %s", test.who, caller)
			}
		}
		for _, caller := range test.hasNot {
			if test.who.Has(id(caller)) {
				t.Errorf("%s: has %s", test.who, caller)
			}
		}
		if test.who.Has(spiffeid.ID{}) {
			t.Errorf("%s: has a caller without an ID", test.who)
		}
	}
}

// TestFaultyWho makes sets that cannot be meant so: they have nobody, and no rule accepts them.
func TestFaultyWho(t *testing.T) {
	domain := spiffeid.RequireFromString("spiffe://acme.example")
	for name, who := range map[string]identity.Who{
		"an empty ID":             identity.IDs(alice, spiffeid.ID{}),
		"a prefix without a path": identity.Below(domain),
		"an empty prefix":         identity.Below(spiffeid.ID{}),
		"an empty trust domain":   identity.Members(spiffeid.TrustDomain{}),
		"any":                     identity.AnyOf(identity.IDs(alice), identity.Below(domain)),
		"all":                     identity.AllOf(identity.IDs(alice), identity.IDs(spiffeid.ID{})),
		"except":                  identity.IDs(alice).Except(identity.Below(domain)),
		"of":                      identity.Below(domain).Except(identity.Who{}),
	} {
		if who.Has(alice) {
			t.Errorf("%s: has a caller", name)
		}
		if err := (identity.Rules{{Target: "GET /", Allow: who}}).Check("GET /"); err == nil {
			t.Errorf("%s: the rule has no fault", name)
		}
	}
}
