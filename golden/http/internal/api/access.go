// Package api is what this service offers its callers; who may call what stands in Access.
package api

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/acme/orders/internal/identity"
)

// Access says who may call what: nobody else may, and nobody may call what does not stand
// here. A target is the pattern of a route.
func Access() identity.Rules {
	callers := identity.IDs(
		spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/checkout"),
	)
	return identity.Rules{
		{Target: "GET /v1/greetings/{name}", Allow: callers},
	}
}
