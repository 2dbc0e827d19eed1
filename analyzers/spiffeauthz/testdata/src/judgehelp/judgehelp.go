// Package judgehelp has matchers that other packages use.
package judgehelp

import (
	"crypto/x509"
	"errors"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

var errPath = errors.New("unexpected path")

func Everyone(spiffeid.ID, [][]*x509.Certificate) error { return nil } // want Everyone:"accepts all"

func ByPath(path string) spiffeid.Matcher { // want ByPath:"returns what judges by the path"
	return func(id spiffeid.ID) error { // want `only the path is compared`
		if id.Path() != path {
			return errPath
		}
		return nil
	}
}

func Members(td spiffeid.TrustDomain) tlsconfig.Authorizer {
	return tlsconfig.AuthorizeMemberOf(td)
}
