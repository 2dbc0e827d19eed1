// Set on a line of its own.
//
// Evidence: etcd embed's shape, peers: G402.

package tlsconfig

import "crypto/tls"

func gatewayConfig(name string) *tls.Config {
	cfg := &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}
	cfg.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return cfg
}
