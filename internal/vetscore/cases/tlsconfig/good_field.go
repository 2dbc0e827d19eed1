// The value is an option's field.
//
// Evidence: look-alike: traefik, caddy, etcd, 12 sites.

package tlsconfig

import "crypto/tls"

func goodField(o options) *tls.Config {
	return &tls.Config{
		ServerName:         o.ServerName,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: o.Insecure, // GOOD: the operator's
	}
}
