// The caller is known by an extension of the company's own.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"
	"encoding/asn1"
)

var callerOID = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 55555, 1}

func byExtension(state tls.ConnectionState) (string, error) {
	for _, ext := range state.PeerCertificates[0].Extensions { // BAD spiffeauthz.identity @a
		if ext.Id.Equal(callerOID) { // BAD spiffeauthz.identity @a
			return string(ext.Value), nil // BAD spiffeauthz.identity @a
		}
	}
	return "", errDenied
}
