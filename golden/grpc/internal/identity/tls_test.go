package identity_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"example.com/acme/stock/internal/identity"
	"example.com/acme/stock/internal/identity/identitytest"
)

const partnerID = "spiffe://partner.example/client"

// set returns an Option that puts a value into a certificate.
func set[T any](field func(*x509.Certificate) *T, value T) identitytest.Option {
	return func(cert *x509.Certificate) { *field(cert) = value }
}

func keyUsage(cert *x509.Certificate) *x509.KeyUsage      { return &cert.KeyUsage }
func extended(cert *x509.Certificate) *[]x509.ExtKeyUsage { return &cert.ExtKeyUsage }
func uris(cert *x509.Certificate) *[]*url.URL             { return &cert.URIs }
func extra(cert *x509.Certificate) *[]pkix.Extension      { return &cert.ExtraExtensions }
func subject(cert *x509.Certificate) *pkix.Name           { return &cert.Subject }
func notBefore(cert *x509.Certificate) *time.Time         { return &cert.NotBefore }
func isCA(cert *x509.Certificate) *bool                   { return &cert.IsCA }

func uri(parts ...string) []*url.URL {
	var list []*url.URL
	for _, part := range parts {
		parsed, err := url.Parse(part)
		if err != nil {
			panic(err)
		}
		list = append(list, parsed)
	}
	return list
}

func extension(oid asn1.ObjectIdentifier, critical bool, value any) []pkix.Extension {
	der, err := asn1.Marshal(value)
	if err != nil {
		panic(err)
	}
	return []pkix.Extension{{Id: oid, Critical: critical, Value: der}}
}

// nonCriticalSAN is subjectAltName with the URI id, as RFC 5280 forbids it beside an empty subject.
func nonCriticalSAN(id string) []pkix.Extension {
	return extension(asn1.ObjectIdentifier{2, 5, 29, 17}, false,
		[]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(id)}})
}

// certificate is what a peer may come with.
type certificate struct {
	name    string
	svid    *x509svid.SVID
	refused string // part of the reason; empty: accepted
}

// id is who the peer says that it is.
func (c certificate) id() spiffeid.ID {
	if c.svid.ID.IsZero() {
		return spiffeid.RequireFromString(clientID) // what it would like to be
	}
	return c.svid.ID
}

// certificates returns good and bad ones, and the bundles that they are judged by.
func certificates(t *testing.T, acme *identitytest.CA) ([]certificate, []*x509bundle.Bundle) {
	t.Helper()
	partner := identitytest.NewCA(t, "partner.example")
	unknown := identitytest.NewCA(t, "unknown.example")
	keyUsageOID := asn1.ObjectIdentifier{2, 5, 29, 15}
	digitalSignature := asn1.BitString{Bytes: []byte{0x80}, BitLength: 1}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := func(options ...identitytest.Option) *x509svid.SVID { return acme.SVID(clientID, time.Hour, options...) }
	named := func(id string) *x509svid.SVID { return acme.SVID(id, time.Hour) }
	keyed := func(key crypto.Signer) *x509svid.SVID { return acme.SVIDWithKey(key, clientID, time.Hour) }
	below := func(options ...identitytest.Option) *x509svid.SVID {
		return acme.Intermediate(options...).SVID(clientID, time.Hour)
	}
	long := func(bytes int) string {
		return clientID + "/" + strings.Repeat("x", bytes-len(clientID)-1)
	}

	long256, bundle256 := longDomain(t)
	return []certificate{
		{"valid", leaf(), ""},
		{"valid without extendedKeyUsage", leaf(set(extended, nil)), ""},
		{"valid with more key usages", leaf(set(keyUsage, x509.KeyUsageDigitalSignature|x509.KeyUsageKeyAgreement)), ""},
		{"valid with an empty subject", leaf(set(subject, pkix.Name{})), ""},
		{"valid below an intermediate", below(), ""},
		{"valid below two intermediates", acme.Intermediate().Intermediate().SVID(clientID, time.Hour), ""},
		{"valid below an intermediate without an ID", below(set(uris, nil)), ""},
		{"valid RSA", keyed(rsaKey), ""},
		{"valid Ed25519", keyed(edKey), ""},
		{"valid of a federated trust domain", partner.SVID(partnerID, time.Hour), ""},
		{"valid of 2048 bytes", named(long(2048)), ""},

		{"no URI", leaf(set(uris, nil)), "no URI SAN"},
		{"ID in the common name only", leaf(set(uris, nil), set(subject, pkix.Name{CommonName: clientID})), "no URI SAN"},
		{"ID in an extension of its own only", leaf(set(uris, nil), set(extra, extension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 53592, 1, 1}, false, clientID))), "no URI SAN"},
		{"two IDs", leaf(set(uris, uri(clientID, clientID+"2"))), "more than one URI SAN"},
		{"an ID and another URI", leaf(set(uris, uri(clientID, "https://acme.example/"))), "more than one URI SAN"},
		{"another scheme", named("https://acme.example/client"), "scheme"},
		{"no path", named("spiffe://acme.example"), "no path"},
		{"trailing slash", named(clientID + "/"), "path"},
		{"root slash", named("spiffe://acme.example/"), "path"},
		{"empty segment", named("spiffe://acme.example//client"), "path"},
		{"dot segment", named("spiffe://acme.example/../client"), "path"},
		{"percent encoding", named("spiffe://acme.example/clie%6Et"), "path segment"},
		{"characters outside the set", named("spiffe://acme.example/cli~ent"), "path"},
		{"upper case trust domain", named("spiffe://Acme.example/client"), "trust domain"},
		{"user information", named("spiffe://user@acme.example/client"), "trust domain"},
		{"port", named("spiffe://acme.example:443/client"), "trust domain"},
		{"query", named(clientID + "?x"), "path segment"},
		{"fragment", named(clientID + "#x"), "path segment"},
		{"ID of 2049 bytes", named(long(2049)), "longer than 2048"},
		{"trust domain of 256 bytes", long256, "longer than 255"},
		{"authority as leaf", leaf(set(isCA, true)), "CA flag"},
		{"keyCertSign", leaf(set(keyUsage, x509.KeyUsageDigitalSignature|x509.KeyUsageCertSign)), "KeyCertSign"},
		{"cRLSign", leaf(set(keyUsage, x509.KeyUsageDigitalSignature|x509.KeyUsageCRLSign)), "KeyCrlSign"},
		{"no keyUsage", leaf(set(keyUsage, 0)), "keyUsage is missing"},
		{"keyUsage without digitalSignature", leaf(set(keyUsage, x509.KeyUsageKeyEncipherment)), "digitalSignature"},
		{"keyUsage not critical", leaf(set(keyUsage, 0), set(extra, extension(keyUsageOID, false, digitalSignature))), "not critical"},
		{"extendedKeyUsage of a server only", leaf(set(extended, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth})), "clientAuth"},
		{"extendedKeyUsage of a client only", leaf(set(extended, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth})), "serverAuth"},
		{"extendedKeyUsage of code signing", leaf(set(extended, []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning})), "serverAuth"},
		{"empty subject and SAN not critical", leaf(set(subject, pkix.Name{}), set(uris, nil), set(extra, nonCriticalSAN(clientID))), "subjectAltName is not critical"},
		{"intermediate that is no authority", below(set(isCA, false)), "signed by"},
		{"intermediate without keyCertSign", below(set(keyUsage, x509.KeyUsageDigitalSignature)), "signed by"},
		{"intermediate with the ID of a workload", below(set(uris, uri("spiffe://acme.example/ca"))), "signing certificate"},
		{"expired", acme.SVID(clientID, -time.Second), "expired"},
		{"not yet valid", leaf(set(notBefore, time.Now().Add(time.Minute))), "not yet valid"},
		{"unknown critical extension", leaf(set(extra, extension(asn1.ObjectIdentifier{1, 2, 3, 4}, true, "x"))), "critical extension"},
		{"path length exceeded", acme.Intermediate(func(cert *x509.Certificate) { cert.MaxPathLenZero = true }).Intermediate().SVID(clientID, time.Hour), "too many intermediates"},
		{"name constraint", below(func(cert *x509.Certificate) { cert.PermittedURIDomains = []string{"other.example"} }), "not permitted"},
		{"own ID signed by a federated authority", partner.SVID(clientID, time.Hour), "unknown authority"},
		{"federated ID signed by the own authority", named(partnerID), "unknown authority"},
		{"long ID of an unknown authority", unknown.SVID("spiffe://unknown.example/"+strings.Repeat("x", 2048), time.Hour), "longer than 2048"}, // and in no log
		{"unknown trust domain", unknown.SVID("spiffe://unknown.example/client", time.Hour), "could not get X509 bundle"},
	}, []*x509bundle.Bundle{acme.Bundle(), partner.Bundle(), bundle256}
}

// TestServerCertificates meets each certificate as a client. The ones with a reason must be
// refused for it.
func TestServerCertificates(t *testing.T) {
	acme := identitytest.NewCA(t, "acme.example")
	client := acme.SVID(clientID, time.Hour)
	all, bundles := certificates(t, acme)
	for _, test := range all {
		t.Run(test.name, func(t *testing.T) {
			_, err := handshake(t, bare(test.svid), identity.ClientConfig(identitytest.NewSource(client, bundles...), test.id()))
			judge(t, test.refused, err)
		})
	}
}

func TestClientConfig(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	client, server := identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle()), ca.SVID(serverID, time.Hour)
	for want, refused := range map[spiffeid.ID]string{
		server.ID:   "",
		client.ID(): `the server is "spiffe://acme.example/server"`,
		{}:          `not ""`,
	} {
		state, err := handshake(t, bare(server), identity.ClientConfig(client, want))
		judge(t, refused, err)
		if err == nil && state.Version != tls.VersionTLS13 {
			t.Errorf("version %x, want 1.3", state.Version)
		}
	}
	old := bare(server)
	old.MaxVersion = tls.VersionTLS12
	_, err := handshake(t, old, identity.ClientConfig(client, server.ID))
	judge(t, "version", err)
}

// bare is the configuration of a server that shows svid, and takes any client.
func bare(svid *x509svid.SVID) *tls.Config {
	cert := tls.Certificate{PrivateKey: svid.PrivateKey}
	for _, c := range svid.Certificates {
		cert.Certificate = append(cert.Certificate, c.Raw)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAnyClientCert}
}

// longDomain returns an SVID of a trust domain whose name is too long, and its bundle.
func longDomain(t *testing.T) (*x509svid.SVID, *x509bundle.Bundle) {
	name := strings.Repeat("x", 256)
	ca := identitytest.NewCA(t, name)
	return ca.SVID("spiffe://"+name+"/client", time.Hour), ca.Bundle()
}

// judge wants err to be a refusal for this reason, or none where it is empty.
func judge(t *testing.T, refused string, err error) {
	t.Helper()
	switch {
	case refused == "" && err != nil:
		t.Errorf("refused: %v", err)
	case refused != "" && err == nil:
		t.Errorf("accepted, want a refusal for %q", refused)
	case refused != "" && !strings.Contains(err.Error(), refused):
		t.Errorf("refused for another reason\nwant %q\ngot  %v", refused, err)
	}
}

// handshake connects over loopback and returns the client's state, and the error of the side
// that refused. A byte goes each way, because a client learns late of a refusal.
func handshake(t *testing.T, server, client *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	served := make(chan error, 1)
	go func() { served <- answer(listener, server) }()

	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	secured := tls.Client(conn, client)
	err = secured.HandshakeContext(context.Background())
	if err == nil {
		_, err = secured.Read(make([]byte, 1))
	}
	state := secured.ConnectionState()
	conn.Close()
	if other := <-served; err == nil || strings.Contains(err.Error(), "remote error") {
		err = other // that of the side which refused
	}
	return state, err
}

// answer completes one handshake and sends a byte.
func answer(listener net.Listener, cfg *tls.Config) error {
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = tls.Server(conn, cfg).Write([]byte("x"))
	return err
}
