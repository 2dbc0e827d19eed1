// The version as a number.
//
// Evidence: peers: ssl-v3-is-insecure.

package tlsconfig

import "crypto/tls"

func numbered() *tls.Config {
	return &tls.Config{MinVersion: 0x0301} // BAD tlsconfig.version
}
