// TLS.
//
// Evidence: rule.

package plaintext

import (
	"crypto/tls"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

func goodClientTLS(c *tls.Config) (*grpc.ClientConn, error) {
	return grpc.NewClient("dns:///orders.example.com:443", grpc.WithTransportCredentials(credentials.NewTLS(c))) // GOOD: TLS
}
