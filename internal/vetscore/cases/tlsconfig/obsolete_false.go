// False is ignored as well.
//
// Evidence: peers: G402 says the contrary.

package tlsconfig

import "crypto/tls"

func obsoleteFalse(name string) tls.Config {
	return tls.Config{ServerName: name, MinVersion: tls.VersionTLS13, PreferServerCipherSuites: false} // BAD tlsconfig.obsolete
}
