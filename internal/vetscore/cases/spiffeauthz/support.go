// Package spiffeauthz has cases of who is let in by a SPIFFE ID, and how.
package spiffeauthz

import (
	"crypto/tls"
	"errors"
	"net/http"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

var errDenied = errors.New("denied")

var td = spiffeid.RequireTrustDomainFromString("example.org")

func server(c *tls.Config) *http.Server {
	return &http.Server{Addr: ":8443", Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Second, TLSConfig: c}
}
