// The address is the operator's.
//
// Evidence: look-alike: unknown.

package plaintext

import (
	"net/http"
	"time"
)

func goodAddress(addr string) error {
	srv := &http.Server{Addr: addr, Handler: handler(), ReadHeaderTimeout: time.Second}
	return srv.ListenAndServe() // GOOD: unknown here
}
