// A table of versions by name, and a comparison.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func versionOf(name string) (uint16, bool) {
	versions := map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} // GOOD: a table
	v, ok := versions[name]
	return v, ok
}

func tooOld(s tls.ConnectionState) bool { return s.Version <= tls.VersionTLS11 }
