// IDs by name.
//
// Evidence: R11 look-alike.

package spiffeauthz

import (
	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"google.golang.org/grpc/credentials"
)

func goodOneOf(src identity.Source) credentials.TransportCredentials {
	orders := spiffeid.RequireFromPath(td, "/orders")
	billing := spiffeid.RequireFromPath(td, "/billing")
	return grpccredentials.MTLSClientCredentials(src, src, tlsconfig.AuthorizeOneOf(orders, billing)) // GOOD: two callers
}
