// Package strict leaves nothing to the operator.
package strict

import (
	"crypto/tls"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

type options struct {
	AllowAny bool
	Mode     string
	IDs      []spiffeid.ID
}

func chosen(o options) tlsconfig.Authorizer {
	if o.AllowAny {
		return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
	}
	switch o.Mode {
	case "any":
		return tlsconfig.AuthorizeAny() // want `AuthorizeAny accepts every SPIFFE ID`
	}
	return tlsconfig.AuthorizeOneOf(o.IDs...)
}


func optional(svid x509svid.Source, bundle x509bundle.Source, a tlsconfig.Authorizer, insecure bool) { // want optional:"passes on .2."
	config := tlsconfig.MTLSClientConfig(svid, bundle, a)
	if insecure {
		config.VerifyPeerCertificate = nil // want `without VerifyPeerCertificate no peer is authorised`
	}
	_, _ = tls.Dial("tcp", "orders:8443", config)
}
