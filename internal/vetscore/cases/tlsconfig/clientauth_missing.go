// The pool is set, and no client is asked for a certificate.
//
// Evidence: R16.

package tlsconfig

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"
)

func serverPool(cert tls.Certificate, clients *x509.CertPool) *http.Server {
	return &http.Server{
		Addr:              ":8443",
		ReadHeaderTimeout: time.Second,
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{cert},
			ClientCAs:    clients, // BAD tlsconfig.clientauth
			MinVersion:   tls.VersionTLS13,
		},
	}
}
