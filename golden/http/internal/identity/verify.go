package identity

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// Limits of a SPIFFE ID: SPIFFE-ID, section 2.3.
const (
	maxIDBytes          = 2048
	maxTrustDomainBytes = 255
)

// verify returns the SPIFFE ID that certs prove, leaf first, and the chains that prove it.
// The ID is known with some errors too: then it is what the peer says of itself.
//
// Signatures, validity and basic constraints are go-spiffe's work, against the bundle of the
// ID's own trust domain and no other. It leaves out what follows, though X509-SVID demands it.
func verify(certs []*x509.Certificate, bundles x509bundle.Source) (spiffeid.ID, [][]*x509.Certificate, error) {
	id, chains, err := x509svid.Verify(certs, bundles)
	if err == nil {
		err = errors.Join(checkID(id), checkLeaf(certs[0]))
	}
	if err != nil {
		return id, nil, err
	}
	chains = slices.DeleteFunc(chains, signedByWorkload)
	if len(chains) == 0 {
		return id, nil, errors.New("a signing certificate has a SPIFFE ID with a path")
	}
	return id, chains, nil
}

// checkID holds an ID against X509-SVID, section 5.2, and SPIFFE-ID, section 2.3.
func checkID(id spiffeid.ID) error {
	switch {
	case id.Path() == "":
		return errors.New("the SPIFFE ID has no path: it names a trust domain, not a workload")
	case len(id.String()) > maxIDBytes:
		return fmt.Errorf("the SPIFFE ID is longer than %d bytes", maxIDBytes)
	case len(id.TrustDomain().Name()) > maxTrustDomainBytes:
		return fmt.Errorf("the trust domain is longer than %d bytes", maxTrustDomainBytes)
	}
	return nil
}

// checkLeaf holds a leaf against X509-SVID, sections 4.3 and 4.4, and RFC 5280, section 4.2.1.6.
func checkLeaf(leaf *x509.Certificate) error {
	keyUsage, san := asn1.ObjectIdentifier{2, 5, 29, 15}, asn1.ObjectIdentifier{2, 5, 29, 17}
	extended := len(leaf.ExtKeyUsage) + len(leaf.UnknownExtKeyUsage)
	switch {
	case !hasCritical(leaf, keyUsage):
		return errors.New("keyUsage is missing or not critical")
	case leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return errors.New("keyUsage lacks digitalSignature")
	case extended > 0 && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth):
		return errors.New("extendedKeyUsage lacks serverAuth")
	case extended > 0 && !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth):
		return errors.New("extendedKeyUsage lacks clientAuth")
	case len(leaf.Subject.Names) == 0 && !hasCritical(leaf, san):
		return errors.New("the subject is empty and subjectAltName is not critical")
	}
	return nil
}

func hasCritical(cert *x509.Certificate, oid asn1.ObjectIdentifier) bool {
	for _, extension := range cert.Extensions {
		if extension.Id.Equal(oid) {
			return extension.Critical
		}
	}
	return false
}

// signedByWorkload tells whether a signer of chain has the ID of a workload: X509-SVID, section 3.2.
func signedByWorkload(chain []*x509.Certificate) bool {
	for _, signer := range chain[1:] {
		for _, uri := range signer.URIs {
			if uri.Scheme == "spiffe" && uri.Path != "" {
				return true
			}
		}
	}
	return false
}
