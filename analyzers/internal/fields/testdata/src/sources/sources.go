// Package sources has configurations that come from go-spiffe.
package sources

import (
	"crypto/tls"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func use(...any) {}

type source interface {
	x509svid.Source
	x509bundle.Source
}

func made(s source) *tls.Config {
	c := tlsconfig.MTLSServerConfig(s, s, tlsconfig.AuthorizeAny()) // want `from MTLSServerConfig`
	c.ClientAuth = tls.NoClientCert
	return c
}

func throughHelper(s source) {
	c := made(s) // want `from MTLSServerConfig`
	use(c)
}

func hook(c *tls.Config, s source) {
	tlsconfig.HookMTLSServerConfig(c, s, s, tlsconfig.AuthorizeAny()) // want `from HookMTLSServerConfig`
}

func hooked(s source) {
	c := &tls.Config{} // want `from HookMTLSServerConfig`
	hook(c, s)
	use(c)
}

func other() *tls.Config { return &tls.Config{} } // want `from nobody`
