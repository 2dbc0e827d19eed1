// In the credentials of a gRPC client, by way of a variable.
//
// Evidence: R11.

package handshake

import (
	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"google.golang.org/grpc/credentials"
)

func anyGRPC(src identity.Source) credentials.TransportCredentials {
	everybody := tlsconfig.AuthorizeAny()                             // BAD spiffeauthz.any @a
	return grpccredentials.MTLSClientCredentials(src, src, everybody) // BAD spiffeauthz.any @a
}
