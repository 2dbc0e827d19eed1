// RC4 in the list.
//
// Evidence: peers: G402, tls-with-insecure-cipher.

package tlsconfig

import "crypto/tls"

func rc4() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, // BAD tlsconfig.suites
		},
	}
}
