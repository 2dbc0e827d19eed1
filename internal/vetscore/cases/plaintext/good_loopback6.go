// The loopback of IPv6, at a listener.
//
// Evidence: look-alike: loopback.

package plaintext

import (
	"net"
	"net/http"
)

func goodLoopback6() error {
	l, err := net.Listen("tcp", "[::1]:8080")
	if err != nil {
		return err
	}
	return http.Serve(l, handler()) // GOOD: loopback
}
