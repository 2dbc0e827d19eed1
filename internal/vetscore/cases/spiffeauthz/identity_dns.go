// The caller is known by a DNS name.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"
	"slices"
)

func byDNSName(chains [][]*x509.Certificate) error {
	if slices.Contains(chains[0][0].DNSNames, "orders.shop.svc") { // BAD spiffeauthz.identity
		return nil
	}
	return errDenied
}
