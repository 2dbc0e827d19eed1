// The value is a variable that is true and stays so.
//
// Evidence: peers: G402.

package tlsconfig

import "crypto/tls"

func probeConfig(name string) *tls.Config {
	accept := true                                                   // BAD tlsconfig.skipverify @a
	return &tls.Config{ServerName: name, InsecureSkipVerify: accept} // BAD tlsconfig.skipverify @a
}
