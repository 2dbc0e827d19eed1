// A TCP listener on all interfaces, without TLS around it.
//
// Evidence: rule.

package plaintext

import (
	"net"
	"net/http"
	"time"
)

func serveListener() error {
	l, err := net.Listen("tcp", ":8080") // BAD plaintext.server @a
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: handler(), ReadHeaderTimeout: time.Second}
	return srv.Serve(l) // BAD plaintext.server @a
}
