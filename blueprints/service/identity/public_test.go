package identity_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// publicFiles are the certificate and the key of a public listener.
type publicFiles struct{ cert, key string }

func newPublicFiles(t *testing.T) publicFiles {
	folder := t.TempDir()
	return publicFiles{filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key")}
}

func (f publicFiles) write(t *testing.T, pair *x509svid.SVID) {
	t.Helper()
	var chain []byte
	for _, cert := range pair.Certificates {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	der, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	f.writeBytes(t, chain, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func (f publicFiles) writeBytes(t *testing.T, cert, key []byte) {
	t.Helper()
	for name, content := range map[string][]byte{f.cert: cert, f.key: key} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// webPair returns a certificate for the host "public" with its key.
func webPair(ca *identitytest.CA, ttl time.Duration) *x509svid.SVID {
	return ca.SVID("", ttl, func(cert *x509.Certificate) { cert.URIs, cert.DNSNames = nil, []string{"public"} })
}

func roots(ca *identitytest.CA) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, root := range ca.Bundle().X509Authorities() {
		pool.AddCert(root)
	}
	return pool
}

func TestPublicConfig(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	files := newPublicFiles(t)
	files.write(t, webPair(ca.Intermediate(), time.Hour))
	cfg, err := identity.PublicConfig(files.cert, files.key, recorder(io.Discard), newMeter())
	if err != nil {
		t.Fatal(err)
	}
	svid := identitytest.NewSource(ca.SVID(clientID, time.Hour), ca.Bundle())
	tests := []struct {
		name    string
		client  *tls.Config
		version uint16
		refused string
	}{
		{"TLS 1.3", &tls.Config{}, tls.VersionTLS13, ""},
		{"TLS 1.2", &tls.Config{MaxVersion: tls.VersionTLS12}, tls.VersionTLS12, ""},
		{"TLS 1.1", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, 0, "version"},
		{"a client that has a certificate", &tls.Config{GetClientCertificate: identity.ClientConfig(svid, svid.ID()).GetClientCertificate}, tls.VersionTLS13, ""},
	}
	for _, test := range tests {
		test.client.RootCAs, test.client.ServerName, test.client.NextProtos = roots(ca), "public", []string{"h2"}
		t.Run(test.name, func(t *testing.T) {
			state, err := handshake(t, cfg, test.client)
			judge(t, test.refused, err)
			if err == nil && (state.Version != test.version || state.NegotiatedProtocol != "h2") {
				t.Errorf("version %x, protocol %q", state.Version, state.NegotiatedProtocol)
			}
		})
	}
	_, err = handshake(t, cfg, identity.ClientConfig(svid, svid.ID()))
	judge(t, "no URI SAN", err) // a client that wants SPIFFE
}

func TestPublicConfigErrors(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	missing, garbled, expired := newPublicFiles(t), newPublicFiles(t), newPublicFiles(t)
	garbled.writeBytes(t, []byte("certificate"), []byte("key"))
	expired.write(t, webPair(ca, -time.Second))
	good := newPublicFiles(t)
	good.write(t, webPair(ca, time.Hour))
	for _, test := range []struct {
		files publicFiles
		want  string
	}{
		{missing, "no such file"},
		{garbled, "failed to find any PEM data"},
		{expired, "expired at"},
		{publicFiles{good.cert, expired.key}, "does not match"},
	} {
		_, err := identity.PublicConfig(test.files.cert, test.files.key, recorder(io.Discard), newMeter())
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.files.cert) {
			t.Errorf("want %q, got %v", test.want, err)
		}
	}
}

// TestPublicRenewal replaces the files: by a good pair, and by bad ones, which change nothing.
func TestPublicRenewal(t *testing.T) {
	files := newPublicFiles(t)
	identitytest.Bubble(t, func(t *testing.T) {
		ca := identitytest.NewCA(t, "acme.example")
		first, second := webPair(ca, time.Hour), webPair(ca, 2*time.Hour)
		files.write(t, first)
		var log logBuffer
		counts := newMeter()
		cfg, err := identity.PublicConfig(files.cert, files.key, recorder(&log), counts)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, &log, `msg="public certificate read"`, "names=[public]")
		served := func() string {
			cert, err := cfg.GetCertificate(&tls.ClientHelloInfo{})
			if err != nil {
				t.Fatal(err)
			}
			return cert.Leaf.SerialNumber.Text(16)
		}
		of := func(pair *x509svid.SVID) string { return pair.Certificates[0].SerialNumber.Text(16) }

		files.write(t, second)
		if served() != of(first) {
			t.Error("the files are read at each handshake")
		}
		time.Sleep(time.Minute)
		if served() != of(second) {
			t.Error("the renewed certificate is not used")
		}
		expect(t, &log, `msg="public certificate read"`, "serial="+of(second))
		if left, err := counts.gauge("tls.certificate.time_left"); err != nil || math.Abs(left-7140) > 1 {
			t.Errorf("gauge: want 7140 s, got %v, %v", left, err)
		}

		files.writeBytes(t, []byte("half a"), []byte("file"))
		for range 2 {
			time.Sleep(time.Minute)
			served()
			if served() != of(second) {
				t.Error("a good certificate was given up for a bad one")
			}
			expect(t, &log, `level=ERROR msg="public certificate is not renewed"`, files.cert)
		}
		files.write(t, webPair(ca, -time.Second))
		time.Sleep(time.Minute)
		if served() != of(second) {
			t.Error("a good certificate was given up for an expired one")
		}
		expect(t, &log, "level=ERROR", "it expired at")
	})
}

// TestPublicListener serves clients that have no SVID; a silent one waits without a handshake.
func TestPublicListener(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	files := newPublicFiles(t)
	files.write(t, webPair(ca, time.Hour))
	cfg, err := identity.PublicConfig(files.cert, files.key, recorder(io.Discard), newMeter())
	if err != nil {
		t.Fatal(err)
	}
	inner := listen(t)
	counts := newMeter()
	listener := identity.NewGuard(inner, authorizer(t, io.Discard, counts), time.Hour)
	peers := make(chan spiffeid.ID)
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go func() {
				if n, _ := tls.Server(conn, cfg).Read(make([]byte, 1)); n == 1 {
					peers <- conn.(*identity.Conn).Peer()
				}
			}()
		}
	}()
	const callers = 1100 // more than may be without a handshake
	for range callers / 100 {
		for range 100 {
			silent, err := net.Dial("tcp", inner.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { silent.Close() })
		}
		conn, err := tls.Dial("tcp", inner.Addr().String(), &tls.Config{RootCAs: roots(ca), ServerName: "public"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := conn.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if peer := <-peers; !peer.IsZero() {
			t.Errorf("a client without an identity is %q", peer)
		}
	}
	const refused = callers - 1024 + 1 // the last caller needed a place for a moment
	if n := counts.count("connections.refused", "no handshake"); n != refused {
		t.Errorf("%d connections refused, want %d", n, refused)
	}
}

func TestEveryone(t *testing.T) {
	rules := identity.Rules{{Target: "GET /open", Allow: identity.Everyone()}, {Target: "GET /members", Allow: identity.Members(alice.TrustDomain())}}
	access, err := identity.NewAuthorizer(rules, recorder(io.Discard), newMeter())
	if err != nil {
		t.Fatal(err)
	}
	if err := access.Authorize(t.Context(), spiffeid.ID{}, "GET /open"); err != nil {
		t.Error(err)
	}
	if err := access.Authorize(t.Context(), spiffeid.ID{}, "GET /members"); err == nil {
		t.Error("a caller without an identity was taken for a member")
	}
	if want := "everyone, without an identity too"; !strings.Contains(rules.String(), want) {
		t.Errorf("the table lacks %q:\n%s", want, rules)
	}
}
