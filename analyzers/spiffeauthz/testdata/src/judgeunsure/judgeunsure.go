// Package judgeunsure lets everybody in, and may mean it.
package judgeunsure

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

// each request is authorised later.
func each(state tls.ConnectionState) (tlsconfig.Authorizer, error) {
	_, err := spiffetls.PeerIDFromConnectionState(state)
	return tlsconfig.AuthorizeAny(), err // want `AuthorizeAny accepts every SPIFFE ID`
}

func watched(ids chan<- spiffeid.ID) tlsconfig.Authorizer { // want watched:"returns what accepts all"
	return func(id spiffeid.ID, _ [][]*x509.Certificate) error { // want `every SPIFFE ID is accepted`
		ids <- id
		return nil
	}
}

var errUnexpected = errors.New("unexpected ID")

// ByPath is for whoever looks at the trust domain too, or not.
func ByPath(path string) spiffeid.Matcher { // want ByPath:"returns what judges by the path"
	return func(id spiffeid.ID) error { // want `only the path is compared`
		if id.Path() != path {
			return errUnexpected
		}
		return nil
	}
}
