// Put together of constants, on the URI of a certificate.
//
// Evidence: R12.

package spiffeauthz

import (
	"crypto/x509"
	"strings"

	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

const domain = "example.org"

func prefixConstant(cert *x509.Certificate) error {
	id, err := x509svid.IDFromCert(cert)
	if err != nil {
		return err
	}
	s := id.String()
	if !strings.HasPrefix(s, "spiffe://"+domain) { // BAD spiffeauthz.prefix
		return errDenied
	}
	return nil
}
