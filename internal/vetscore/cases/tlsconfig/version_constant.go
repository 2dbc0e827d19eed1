// A constant of our own.
//
// Evidence: peers: go/insecure-tls.

package tlsconfig

import "crypto/tls"

const lowest = tls.VersionTLS10

var fleetConfig = tls.Config{
	MinVersion: lowest, // BAD tlsconfig.version
}

func fleet() *tls.Config { return fleetConfig.Clone() }
