// The client of the application's channel verifies nobody.
//
// Evidence: dapr runtime.go's shape, peers: G402.

package tlsconfig

import (
	"crypto/tls"
	"net/http"
)

func channelClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{
			InsecureSkipVerify: true, // BAD tlsconfig.skipverify
			MinVersion:         tls.VersionTLS12,
		},
	}}
}
