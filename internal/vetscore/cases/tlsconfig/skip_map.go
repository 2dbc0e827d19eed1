// Configurations in a map.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func byRegion() map[string]*tls.Config {
	return map[string]*tls.Config{
		"eu": {MinVersion: tls.VersionTLS12, ServerName: "eu.example.com"},
		"us": {MinVersion: tls.VersionTLS12, InsecureSkipVerify: true}, // BAD tlsconfig.skipverify
	}
}
