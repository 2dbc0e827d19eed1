// A TLS listener from the start.
//
// Evidence: rule.

package plaintext

import (
	"crypto/tls"
	"net/http"
)

func goodTLSListen(c *tls.Config) error {
	l, err := tls.Listen("tcp", ":8443", c)
	if err != nil {
		return err
	}
	return http.Serve(l, handler()) // GOOD: TLS
}
