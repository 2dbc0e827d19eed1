// A unix socket.
//
// Evidence: look-alike: unix sockets.

package plaintext

import (
	"net"
	"net/http"
)

func goodUnix(file string) error {
	l, err := net.Listen("unix", file)
	if err != nil {
		return err
	}
	return http.Serve(l, handler()) // GOOD: a socket of the machine
}
