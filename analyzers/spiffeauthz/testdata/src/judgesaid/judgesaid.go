// Package judgesaid says who its peers are, and authorises nobody by it.
package judgesaid

import (
	"crypto/tls"
	"log"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func client(svid x509svid.Source, bundle x509bundle.Source) *tls.Config { // want client:"returns a SPIFFE config"
	return tlsconfig.MTLSClientConfig(svid, bundle, tlsconfig.AuthorizeAny()) // want `AuthorizeAny accepts every SPIFFE ID`
}

func greet(state tls.ConnectionState) error {
	id, err := spiffetls.PeerIDFromConnectionState(state)
	if err != nil {
		return err
	}
	log.Printf("hello %s of %s", id, id.TrustDomain())
	return nil
}
