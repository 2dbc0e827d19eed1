// Package peerquiet reads names from certificates, and authorises by SPIFFE IDs.
package peerquiet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"log"
	"net/url"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

var errUnexpected = errors.New("unexpected peer")

func logs(state tls.ConnectionState) {
	log.Println(state.PeerCertificates[0].Subject.CommonName, state.PeerCertificates[0].DNSNames)
	if cn := state.PeerCertificates[0].Subject.CommonName; cn != "" {
		log.Println("has a name", cn)
	}
}

// webServer looks at certificates that are no peer's.
func webServer(cert *x509.Certificate, name string) bool {
	return cert.Subject.CommonName == name || len(cert.DNSNames) > 0 && cert.DNSNames[0] == name
}

func both(state tls.ConnectionState, want spiffeid.ID) error {
	id, err := x509svid.IDFromCert(state.PeerCertificates[0])
	if err != nil {
		return err
	}
	if id != want || state.PeerCertificates[0].Subject.CommonName == "banned" {
		return errUnexpected
	}
	return nil
}

func byURI(state tls.ConnectionState, want *url.URL) bool {
	leaf := state.PeerCertificates[0]
	return *leaf.URIs[0] == *want && leaf.Subject.CommonName != "banned"
}

func authorizer(want spiffeid.ID) tlsconfig.Authorizer {
	return func(id spiffeid.ID, chains [][]*x509.Certificate) error {
		if id != want || chains[0][0].Subject.CommonName == "banned" {
			return errUnexpected
		}
		return nil
	}
}

// critical looks for an extension of X.509's own.
func critical(state tls.ConnectionState) bool {
	keyUsage := asn1.ObjectIdentifier{2, 5, 29, 15}
	for _, e := range state.PeerCertificates[0].Extensions {
		if e.Id.Equal(keyUsage) && len(e.Value) > 0 {
			return e.Critical
		}
	}
	return false
}

// bundleOf asks for the bundle of the peer's own trust domain, as one must.
func bundleOf(ctx context.Context, source x509bundle.Source) (*x509bundle.Bundle, error) {
	id, _ := grpccredentials.PeerIDFromContext(ctx)
	return source.GetX509BundleForTrustDomain(id.TrustDomain())
}

func ownDomain(source x509svid.Source) (tlsconfig.Authorizer, error) {
	svid, err := source.GetX509SVID()
	if err != nil {
		return nil, err
	}
	return tlsconfig.AuthorizeMemberOf(svid.ID.TrustDomain()), nil
}

func known(state tls.ConnectionState, td spiffeid.TrustDomain) bool {
	id, err := spiffetls.PeerIDFromConnectionState(state)
	return err == nil && id.MemberOf(td) && id.TrustDomain() == td
}

func configured(name string, state tls.ConnectionState) (bool, error) {
	td, err := spiffeid.TrustDomainFromString(name)
	if err != nil {
		return false, err
	}
	id, err := spiffetls.PeerIDFromConnectionState(state)
	return id.MemberOf(td), err
}
