// Package peer believes what peers say of themselves.
package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/grpc/credentials"

	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
)

var errUnexpected = errors.New("unexpected peer")

func itsOwn(ctx context.Context) (tlsconfig.Authorizer, bool) {
	id, ok := grpccredentials.PeerIDFromContext(ctx)
	return tlsconfig.AuthorizeMemberOf(id.TrustDomain()), ok // want `the trust domain is the peer's own, so that it is always a member`
}

func throughVariable(state tls.ConnectionState) (spiffeid.Matcher, error) {
	id, err := spiffetls.PeerIDFromConnectionState(state)
	if err != nil {
		return nil, err
	}
	td := id.TrustDomain()
	return spiffeid.MatchMemberOf(td), nil // want `the trust domain is the peer's own`
}

func always(id spiffeid.ID, s struct{ id spiffeid.ID }) bool {
	td := id.TrustDomain()
	parsed, _ := spiffeid.TrustDomainFromString(id.String())
	return id.MemberOf(td) || // want `the trust domain is the peer's own`
		id.MemberOf(id.TrustDomain()) || // want `the trust domain is the peer's own`
		s.id.MemberOf(s.id.TrustDomain()) || // want `the trust domain is the peer's own`
		id.MemberOf(parsed) || // want `the trust domain is the peer's own`
		td == id.TrustDomain() || // want `the trust domain is the peer's own`
		id.TrustDomain().String() == td.Name() // want `the trust domain is the peer's own`
}

func fromURI(state tls.ConnectionState) (tlsconfig.Authorizer, error) {
	td, err := spiffeid.TrustDomainFromURI(state.PeerCertificates[0].URIs[0])
	return tlsconfig.AuthorizeMemberOf(td), err // want `the trust domain is the peer's own`
}

func token(token string, bundles jwtbundle.Source) (bool, error) {
	svid, err := jwtsvid.ParseAndValidate(token, bundles, []string{"orders"})
	if err != nil {
		return false, err
	}
	return svid.ID.MemberOf(svid.ID.TrustDomain()), nil // want `the trust domain is the peer's own`
}

func byName(r *http.Request) error {
	if r.TLS.PeerCertificates[0].Subject.CommonName != "orders" { // want `the peer is authorised by the common name of its certificate`
		return errUnexpected
	}
	return nil
}

func byNameOfVariable(state tls.ConnectionState, allowed map[string]bool) bool {
	leaf := state.PeerCertificates[0]
	name := leaf.Subject.CommonName // want `the peer is authorised by the common name`
	return allowed[strings.ToLower(name)]
}

func bySwitch(state *tls.ConnectionState) bool {
	switch state.VerifiedChains[0][0].Subject.CommonName { // want `the peer is authorised by the common name`
	case "orders":
		return true
	}
	return false
}

func byDNS(info credentials.TLSInfo) bool {
	for _, cert := range info.State.PeerCertificates {
		if slices.Contains(cert.DNSNames, "orders.example.org") { // want `the peer is authorised by the DNS names`
			return true
		}
		for _, name := range cert.DNSNames { // want `the peer is authorised by the DNS names`
			if strings.HasSuffix(name, ".example.org") {
				return true
			}
		}
	}
	return false
}

func byMail(state tls.ConnectionState) bool {
	return state.PeerCertificates[0].EmailAddresses[0] == "root@example.org" // want `the peer is authorised by the email addresses`
}

func authorizer() tlsconfig.Authorizer {
	return func(_ spiffeid.ID, chains [][]*x509.Certificate) error {
		if chains[0][0].Subject.CommonName != "orders" { // want `the peer is authorised by the common name`
			return errUnexpected
		}
		return nil
	}
}

func verify(raw [][]byte, _ [][]*x509.Certificate) error {
	cert, err := x509.ParseCertificate(raw[0])
	if err != nil {
		return err
	}
	return check(cert)
}

func check(cert *x509.Certificate) error {
	if cert.Subject.CommonName == "orders" { // want `the peer is authorised by the common name`
		return nil
	}
	return errUnexpected
}

func nameOf(state tls.ConnectionState) string {
	return state.PeerCertificates[0].Subject.CommonName // want `the peer is authorised by the common name`
}

func byHelper(state tls.ConnectionState) bool { return nameOf(state) == "orders" }

var oidSPIFFE = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 53592, 1, 1}

func byExtension(state tls.ConnectionState) string {
	for _, e := range state.PeerCertificates[0].Extensions { // want `the peer's identity is read from an extension of its own`
		if e.Id.Equal(oidSPIFFE) {
			return string(e.Value)
		}
	}
	return ""
}
