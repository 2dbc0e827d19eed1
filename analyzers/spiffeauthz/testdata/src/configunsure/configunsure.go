// Package configunsure may be hardened where we cannot see it.
package configunsure

import (
	"crypto/tls"
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

	"confighelp"
)

// Server leaves the rest to its callers.
func Server(src confighelp.Source, a tlsconfig.Authorizer) *tls.Config { // want Server:"returns a SPIFFE config" Server:"passes on .1."
	return tlsconfig.MTLSServerConfig(src, src, a) // want `a resumed session goes round the authorizer`
}

type server struct{ Config *tls.Config }

func keep(src confighelp.Source, a tlsconfig.Authorizer) *server { // want keep:"passes on .1."
	return &server{Config: tlsconfig.MTLSServerConfig(src, src, a)} // want `a resumed session goes round the authorizer`
}

func outer(src confighelp.Source, a tlsconfig.Authorizer) *tls.Config { // want outer:"passes on .1."
	return &tls.Config{
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return tlsconfig.MTLSServerConfig(src, src, a), nil // want `a resumed session goes round the authorizer`
		},
	}
}

func unseen(src confighelp.Source, a tlsconfig.Authorizer, verify func([][]byte, [][]*x509.Certificate) error) []*tls.Config { // want unseen:"passes on .1."
	other := tlsconfig.MTLSClientConfig(src, src, a)
	other.VerifyPeerCertificate = verify // want `the new VerifyPeerCertificate replaces`
	asked := tlsconfig.MTLSServerConfig(src, src, a)
	asked.ClientAuth = tls.RequestClientCert // want `no certificate is required of clients any more`
	return []*tls.Config{other, asked}
}
