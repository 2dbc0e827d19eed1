// 3DES is appended.
//
// Evidence: peers: go/insecure-tls.

package tlsconfig

import "crypto/tls"

func tripleDES(base []uint16) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}}
	c.CipherSuites = append(c.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA) // BAD tlsconfig.suites
	return c
}
