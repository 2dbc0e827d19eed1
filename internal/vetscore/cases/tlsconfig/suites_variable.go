// A list in a variable; RSA key exchange has no forward secrecy.
//
// Evidence: peers: go/insecure-tls.

package tlsconfig

import "crypto/tls"

func keyExchange() *tls.Config {
	suites := []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256} // BAD tlsconfig.suites @a
	return &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: suites}                          // BAD tlsconfig.suites @a
}
