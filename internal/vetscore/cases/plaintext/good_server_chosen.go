// TLS where there is a certificate.
//
// Evidence: look-alike: operators' options.

package plaintext

import (
	"net/http"
	"time"
)

func goodChosen(addr, cert, key string) error {
	srv := &http.Server{Addr: addr, Handler: handler(), ReadHeaderTimeout: time.Second}
	if cert == "" {
		return srv.ListenAndServe() // GOOD: the operator's, as is the address
	}
	return srv.ListenAndServeTLS(cert, key)
}
