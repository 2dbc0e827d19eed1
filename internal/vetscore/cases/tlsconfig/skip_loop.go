// In a loop, for each of the servers.
//
// Evidence: rule.

package tlsconfig

import "crypto/tls"

func perServer(names []string) []*tls.Config {
	var all []*tls.Config
	for _, name := range names {
		c := &tls.Config{MinVersion: tls.VersionTLS12}
		c.ServerName = name
		c.InsecureSkipVerify = true // BAD tlsconfig.skipverify
		all = append(all, c)
	}
	return all
}
