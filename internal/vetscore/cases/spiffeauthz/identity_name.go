// The caller is known by the common name.
//
// Evidence: rule.

package spiffeauthz

import "net/http"

func byCommonName(r *http.Request) error {
	caller := r.TLS.PeerCertificates[0].Subject.CommonName // BAD spiffeauthz.identity @a
	if caller != "orders" {                                // BAD spiffeauthz.identity @a
		return errDenied
	}
	return nil
}
