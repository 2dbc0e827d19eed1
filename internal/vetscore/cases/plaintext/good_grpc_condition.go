// TLS unless the operator says no.
//
// Evidence: look-alike: operators' options.

package plaintext

import (
	"crypto/tls"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

type listenOptions struct {
	Plaintext bool
	Config    *tls.Config
}

func goodConditional(l net.Listener, o listenOptions) error {
	var options []grpc.ServerOption
	if !o.Plaintext {
		options = append(options, grpc.Creds(credentials.NewTLS(o.Config)))
	}
	return grpc.NewServer(options...).Serve(l) // GOOD: the operator's
}
