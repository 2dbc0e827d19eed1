package api

import (
	"log/slog"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// TestAccess is the table of who may call what, once more and by hand: a change of Access
// that was not meant shows here.
func TestAccess(t *testing.T) {
	access, err := identity.NewAuthorizer(Access(), slog.New(slog.DiscardHandler), noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		caller, target string
		allowed        bool
	}{
		{"spiffe://acme.example/ns/shop/sa/checkout", "GET /v1/greetings/{name}", true},
		{"spiffe://acme.example/nobody/knows/me", "GET /v1/greetings/{name}", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "GET /v1/greetings", true},
		{"spiffe://acme.example/nobody/knows/me", "GET /v1/greetings", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "POST /v1/greetings", true},
		{"spiffe://acme.example/nobody/knows/me", "POST /v1/greetings", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "GET /v1/peers/{peer}/greetings/{name}", true},
		{"spiffe://acme.example/nobody/knows/me", "GET /v1/peers/{peer}/greetings/{name}", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "/orders.v1.GreetingService/GetGreeting", true},
		{"spiffe://acme.example/nobody/knows/me", "/orders.v1.GreetingService/GetGreeting", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "/orders.v1.GreetingService/StreamGreetings", true},
		{"spiffe://acme.example/nobody/knows/me", "/orders.v1.GreetingService/StreamGreetings", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "/orders.v1.ArchiveService/CreateGreeting", true},
		{"spiffe://acme.example/nobody/knows/me", "/orders.v1.ArchiveService/CreateGreeting", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "/orders.v1.ArchiveService/ListGreetings", true},
		{"spiffe://acme.example/nobody/knows/me", "/orders.v1.ArchiveService/ListGreetings", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "/orders.v1.PeerService/GetPeerGreeting", true},
		{"spiffe://acme.example/nobody/knows/me", "/orders.v1.PeerService/GetPeerGreeting", false},
		{"spiffe://acme.example/ns/shop/sa/checkout", "nowhere", false},
		{"spiffe://acme.example/nobody/knows/me", "nowhere", false},
	} {
		err := access.Authorize(t.Context(), spiffeid.RequireFromString(test.caller), test.target)
		if allowed := err == nil; allowed != test.allowed {
			t.Errorf("%s calls %s: allowed %v, want %v", test.caller, test.target, allowed, test.allowed)
		}
	}
}
