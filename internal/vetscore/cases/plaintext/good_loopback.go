// The loopback, by number and by name.
//
// Evidence: look-alike: loopback.

package plaintext

import (
	"net/http"
	"time"
)

func goodLoopback() error {
	go func() { _ = http.ListenAndServe("localhost:6060", nil) }() // GOOD: loopback
	srv := &http.Server{Addr: "127.0.0.1:8080", Handler: handler(), ReadHeaderTimeout: time.Second}
	return srv.ListenAndServe() // GOOD: loopback
}
