// Package api is what this service offers its callers; who may call what stands in Access.
package api

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"example.com/acme/payments/v2/internal/identity"
)

// Access says who may call what: nobody else may, and nobody may call what does not stand
// here. A target is the pattern of a route, or the full name of a gRPC method.
func Access() identity.Rules {
	callers := identity.IDs(
		spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/checkout"),
		spiffeid.RequireFromString("spiffe://partner.example/ns/web/sa/front"),
	)
	return identity.Rules{
		{Target: "GET /v1/greetings/{name}", Allow: callers},
		{Target: "GET /v1/greetings", Allow: callers},
		{Target: "POST /v1/greetings", Allow: callers},
		{Target: "GET /v1/peers/{peer}/greetings/{name}", Allow: callers},
		{Target: "/payments.v1.GreetingService/GetGreeting", Allow: callers},
		{Target: "/payments.v1.GreetingService/StreamGreetings", Allow: callers},
		{Target: "/payments.v1.ArchiveService/CreateGreeting", Allow: callers},
		{Target: "/payments.v1.ArchiveService/ListGreetings", Allow: callers},
		{Target: "/payments.v1.PeerService/GetPeerGreeting", Allow: callers},
	}
}
