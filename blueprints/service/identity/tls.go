package identity

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// ClientConfig returns the TLS configuration of a client of server: TLS 1.3, the service's
// SVID, and a peer that proves that very ID. The host name is not looked at.
func ClientConfig(src Source, server spiffeid.ID) *tls.Config {
	cfg := config(src, func(id spiffeid.ID, err error) error {
		if err == nil && id != server {
			err = fmt.Errorf("the server is %q, not %q", id, server)
		}
		return err
	})
	cfg.InsecureSkipVerify = true // of host names and system roots; check is in their place
	cfg.GetClientCertificate = tlsconfig.GetClientCertificate(src)
	return cfg
}

// config returns what both sides have in common; judge has the last word on a peer, of which
// it hears what verify says.
func config(src Source, judge func(spiffeid.ID, error) error) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{"h2", "http/1.1"},
		SessionTicketsDisabled: true,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			certs := make([]*x509.Certificate, len(raw))
			for i, der := range raw {
				cert, err := x509.ParseCertificate(der)
				if err != nil {
					return err
				}
				certs[i] = cert
			}
			return judge(verify(certs, src))
		},
		// Not reached by way of VerifyPeerCertificate: a session resumed all the same,
		// because someone gave a copy of this configuration tickets or a cache. And a Conn
		// comes again when its handshake is long over: then only bad news are for judge.
		VerifyConnection: func(state tls.ConnectionState) error {
			if !state.DidResume && !state.HandshakeComplete {
				return nil
			}
			id, err := verify(state.PeerCertificates, src)
			if err == nil && state.HandshakeComplete {
				return nil
			}
			return judge(id, err)
		},
	}
}

// Limits of a SPIFFE ID: SPIFFE-ID, section 2.3.
const (
	maxIDBytes          = 2048
	maxTrustDomainBytes = 255
)

// verify returns the SPIFFE ID that certs prove, leaf first. It is known with some errors too:
// then it is what the peer says of itself.
//
// Signatures, validity and basic constraints are go-spiffe's work, against the bundle of the
// ID's own trust domain and no other. It leaves out what follows, though X509-SVID demands it.
func verify(certs []*x509.Certificate, bundles x509bundle.Source) (spiffeid.ID, error) {
	for _, cert := range certs { // first of all: nobody's records are to hold a long one
		if slices.ContainsFunc(cert.URIs, func(uri *url.URL) bool { return len(uri.String()) > maxIDBytes }) {
			return spiffeid.ID{}, fmt.Errorf("the SPIFFE ID is longer than %d bytes", maxIDBytes)
		}
	}
	id, chains, err := x509svid.Verify(certs, bundles)
	if err == nil {
		err = errors.Join(checkID(id), checkLeaf(certs[0]))
	}
	if err == nil && !slices.ContainsFunc(chains, signedByNoWorkload) {
		err = errors.New("a signing certificate has a SPIFFE ID with a path")
	}
	return id, err
}

// checkID holds an ID against X509-SVID, section 5.2, and SPIFFE-ID, section 2.3.
func checkID(id spiffeid.ID) error {
	switch {
	case id.Path() == "":
		return errors.New("the SPIFFE ID has no path: it names a trust domain, not a workload")
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
	return slices.ContainsFunc(cert.Extensions, func(e pkix.Extension) bool { return e.Critical && e.Id.Equal(oid) })
}

// signedByNoWorkload tells whether no signer of chain has the ID of a workload: X509-SVID, section 3.2.
func signedByNoWorkload(chain []*x509.Certificate) bool {
	return !slices.ContainsFunc(chain[1:], func(signer *x509.Certificate) bool {
		return slices.ContainsFunc(signer.URIs, func(uri *url.URL) bool { return uri.Scheme == "spiffe" && uri.Path != "" })
	})
}
