// Package api is what this service offers its callers; who may call what stands in Access.
package api

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"example.com/acme/stock/internal/identity"
)

// Access says who may call what: nobody else may, and nobody may call what does not stand
// here. A target is the full name of a method.
func Access() identity.Rules {
	callers := identity.IDs(
		spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/orders"),
	)
	return identity.Rules{
		{Target: "/stock.v1.GreetingService/GetGreeting", Allow: callers},
		{Target: "/stock.v1.GreetingService/StreamGreetings", Allow: callers},
		{Target: "/stock.v1.PeerService/GetPeerGreeting", Allow: callers},
	}
}
