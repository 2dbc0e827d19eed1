// The method of a server with a constant address.
//
// Evidence: rule.

package plaintext

import (
	"net/http"
	"time"
)

func serveMethod() error {
	srv := &http.Server{Addr: "0.0.0.0:8080", Handler: handler(), ReadHeaderTimeout: time.Second} // BAD plaintext.server @a
	return srv.ListenAndServe()                                                                   // BAD plaintext.server @a
}
