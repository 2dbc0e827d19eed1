// In the argument of a dial, inside a generic function.
//
// Evidence: peers: go/disabled-certificate-check.

package tlsconfig

import (
	"crypto/tls"
	"net"
)

func call[T any](addr string, f func(net.Conn) (T, error)) (T, error) {
	var zero T
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // BAD tlsconfig.skipverify
	if err != nil {
		return zero, err
	}
	defer conn.Close()
	return f(conn)
}
