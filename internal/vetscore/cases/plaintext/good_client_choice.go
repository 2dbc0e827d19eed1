// TLS unless the operator says no.
//
// Evidence: look-alike: operators' options.

package plaintext

import (
	"crypto/tls"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

func goodChoice(c *tls.Config, plaintext bool) (*grpc.ClientConn, error) {
	creds := credentials.NewTLS(c)
	if plaintext {
		creds = insecure.NewCredentials() // GOOD: the operator's
	}
	return grpc.NewClient("dns:///orders.example.com:443", grpc.WithTransportCredentials(creds))
}
