// Package peerunsure reads an extension that may be for something else.
package peerunsure

import (
	"crypto/tls"
	"encoding/asn1"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

var oidRole = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}

func role(state tls.ConnectionState) (string, spiffeid.ID) {
	for _, e := range state.PeerCertificates[0].Extensions { // want `the peer's identity is read from an extension of its own`
		if e.Id.Equal(oidRole) {
			return string(e.Value), spiffeid.ID{}
		}
	}
	return "", spiffeid.ID{}
}
