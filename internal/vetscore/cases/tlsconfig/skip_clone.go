// A clone of the default transport's config is changed.
//
// Evidence: rule.

package tlsconfig

import (
	"crypto/tls"
	"net/http"
)

func cloned() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	t.TLSClientConfig.InsecureSkipVerify = true // BAD tlsconfig.skipverify
	return t
}
