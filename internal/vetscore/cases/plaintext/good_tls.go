// TLS.
//
// Evidence: rule.

package plaintext

import (
	"net/http"
	"time"
)

func goodTLS(cert, key string) error {
	srv := &http.Server{Addr: ":8443", Handler: handler(), ReadHeaderTimeout: time.Second}
	return srv.ListenAndServeTLS(cert, key) // GOOD: TLS
}
