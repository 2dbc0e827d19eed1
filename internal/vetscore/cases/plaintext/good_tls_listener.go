// TLS around the listener.
//
// Evidence: rule.

package plaintext

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

func goodTLSListener(c *tls.Config) error {
	l, err := net.Listen("tcp", ":8443")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: handler(), ReadHeaderTimeout: time.Second}
	return srv.Serve(tls.NewListener(l, c)) // GOOD: TLS
}
