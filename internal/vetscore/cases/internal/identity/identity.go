// Package identity makes TLS configurations of X.509-SVIDs, as services keep them in a package of their own.
package identity

import (
	"crypto/tls"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// Source gives the SVID and the bundles.
type Source interface {
	x509svid.Source
	x509bundle.Source
}

// ServerConfig returns what go-spiffe makes for a server; the tickets are the caller's to turn off.
func ServerConfig(src Source, who tlsconfig.Authorizer) *tls.Config {
	return tlsconfig.MTLSServerConfig(src, src, who) // MAY spiffeauthz.resumption
}

// SafeServerConfig is ServerConfig without session tickets.
func SafeServerConfig(src Source, who tlsconfig.Authorizer) *tls.Config {
	c := tlsconfig.MTLSServerConfig(src, src, who)
	c.SessionTicketsDisabled = true
	return c
}

// ClientConfig returns what go-spiffe makes for a client.
func ClientConfig(src Source, who tlsconfig.Authorizer) *tls.Config {
	return tlsconfig.MTLSClientConfig(src, src, who)
}
