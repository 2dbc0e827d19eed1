package authority_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

var (
	acme   = spiffeid.RequireTrustDomainFromString("acme.example")
	orders = spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/orders")
)

func newAuthority(t *testing.T, o authority.Options) *authority.Authority {
	t.Helper()
	a, err := authority.New(acme, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestProfileOfAnX509SVID(t *testing.T) {
	a := newAuthority(t, authority.Options{})
	svid, err := a.Mint(orders, 0)
	if err != nil {
		t.Fatal(err)
	}
	leaf := svid.Certificates[0]
	if len(leaf.URIs) != 1 || leaf.URIs[0].String() != orders.String() || len(leaf.DNSNames)+len(leaf.IPAddresses)+len(leaf.EmailAddresses) != 0 {
		t.Errorf("want one URI SAN and no other, got %v", leaf.URIs)
	}
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature || !isCritical(leaf, 15) {
		t.Errorf("want digitalSignature alone and critical, got %b", leaf.KeyUsage)
	}
	if len(leaf.ExtKeyUsage) != 2 || leaf.IsCA || !leaf.BasicConstraintsValid {
		t.Errorf("want both extended usages and CA false, got %v, %v", leaf.ExtKeyUsage, leaf.IsCA)
	}
	if bits := leaf.SerialNumber.BitLen(); bits < 96 || bits > 128 {
		t.Errorf("a serial of %d bits", bits)
	}
	if life := time.Until(leaf.NotAfter); life < 59*time.Minute || life > time.Hour {
		t.Errorf("want an hour, got %v", life)
	}
	if since := time.Since(leaf.NotBefore); since < 10*time.Second || since > 20*time.Second {
		t.Errorf("valid since %v", since)
	}
	if before := leaf.NotAfter.Sub(svid.Renew); before < 30*time.Minute || before > 37*time.Minute {
		t.Errorf("renewed %v before its end", before)
	}
	ca := a.X509Bundle().X509Authorities()[0]
	if !ca.IsCA || ca.KeyUsage&x509.KeyUsageCertSign == 0 || ca.URIs[0].String() != "spiffe://acme.example" {
		t.Errorf("the CA has usage %b and name %v", ca.KeyUsage, ca.URIs)
	}
	if id, _, err := x509svid.Verify(svid.Certificates, a.X509Bundle()); err != nil || id != orders {
		t.Errorf("got %v, %v", id, err)
	}
	second, err := a.Mint(orders, 0)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(second.Certificates[0].RawSubjectPublicKeyInfo, leaf.RawSubjectPublicKeyInfo) {
		t.Error("two SVIDs share a key")
	}
}

func isCritical(c *x509.Certificate, last int) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, last}) {
			return e.Critical
		}
	}
	return false
}

func TestWhatIsNotMinted(t *testing.T) {
	a := newAuthority(t, authority.Options{})
	if _, err := a.Mint(spiffeid.RequireFromString("spiffe://other.example/x"), 0); !errors.Is(err, authority.ErrForeignDomain) {
		t.Errorf("a foreign ID: got %v", err)
	}
	if _, err := a.Mint(acme.ID(), 0); err == nil {
		t.Error("minted an ID without a path")
	}
	if _, _, err := a.MintJWT(orders, nil, 0); err == nil {
		t.Error("minted a token without an audience")
	}
	if _, err := authority.New(spiffeid.TrustDomain{}, authority.Options{}); err == nil {
		t.Error("made an authority of no trust domain")
	}
}

func TestAnSVIDEndsWithItsSigner(t *testing.T) {
	a := newAuthority(t, authority.Options{KeyTTL: time.Minute})
	svid, err := a.Mint(orders, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if end := a.Keys()[0].NotAfter; !svid.Certificates[0].NotAfter.Equal(end) {
		t.Errorf("want %v, got %v", end, svid.Certificates[0].NotAfter)
	}
}

func TestLifeOfAKey(t *testing.T) {
	a := newAuthority(t, authority.Options{})
	first := a.Keys()[0].ID
	for name, step := range map[string]func(string) error{"activate": a.Activate, "taint": a.Taint, "revoke": a.Revoke} {
		if err := step(first); !errors.Is(err, authority.ErrKeyState) {
			t.Errorf("%s of the active key: got %v", name, err)
		}
		if err := step("unknown"); err == nil {
			t.Errorf("%s of an unknown key", name)
		}
	}
	token, _, err := a.MintJWT(orders, []string{"ledger"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Prepare(); !errors.Is(err, authority.ErrKeyState) {
		t.Errorf("a second prepared key: got %v", err)
	}
	if svid, _ := a.Mint(orders, 0); svid.KeyID != first {
		t.Error("a prepared key signs")
	}
	for _, step := range []func() error{
		func() error { return a.Activate(second) },
		func() error { return a.Taint(first) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if svid, _ := a.Mint(orders, 0); svid.KeyID != second {
		t.Error("the activated key does not sign")
	}
	if a.IsGood(first) || !a.IsGood(second) {
		t.Error("the wrong key is tainted")
	}
	if _, err := jwtsvid.ParseAndValidate(token, a.JWTBundle(), []string{"ledger"}); err != nil {
		t.Errorf("a token of the tainted key: %v", err)
	}
	if err := a.Revoke(first); err != nil {
		t.Fatal(err)
	}
	if _, err := jwtsvid.ParseAndValidate(token, a.JWTBundle(), []string{"ledger"}); err == nil {
		t.Error("a token of the revoked key is accepted")
	}
	if n := len(a.X509Bundle().X509Authorities()); n != 1 {
		t.Errorf("%d authorities in the bundle", n)
	}
}

func TestEntries(t *testing.T) {
	r, err := authority.NewRegistry(newAuthority(t, authority.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	shell := authority.Process{PID: 10, Start: "1"}
	debugger := authority.Process{PID: 20, Start: "2"}
	w := authority.Workload{Process: debugger, UID: 7, Path: "/bin/dlv", Lineage: []authority.Process{debugger, shell}}
	other := spiffeid.RequireFromString("spiffe://acme.example/a")
	for _, e := range []authority.Entry{
		{ID: other, Selectors: []authority.Selector{shell.Tree(), authority.UID(7)}},
		{ID: orders, Selectors: []authority.Selector{debugger.Tree()}},
		{ID: spiffeid.RequireFromString("spiffe://acme.example/b"), Selectors: []authority.Selector{shell.Tree(), authority.UID(8)}},
		{ID: spiffeid.RequireFromString("spiffe://acme.example/c"), Selectors: []authority.Selector{authority.Process{PID: 20, Start: "3"}.Tree()}},
	} {
		if _, err := r.Register(e); err != nil {
			t.Fatal(err)
		}
	}
	got := r.Entries(w)
	if len(got) != 2 || got[0].ID != orders || got[1].ID != other {
		t.Errorf("want the nearest first and nobody else's, got %v", got)
	}
	for name, e := range map[string]authority.Entry{
		"no selector":      {ID: orders},
		"no authority":     {ID: spiffeid.RequireFromString("spiffe://x.example/a"), Selectors: []authority.Selector{"s"}},
		"no path":          {ID: acme.ID(), Selectors: []authority.Selector{"s"}},
		"unknown federate": {ID: orders, Selectors: []authority.Selector{"s"}, FederatesWith: []spiffeid.TrustDomain{spiffeid.RequireTrustDomainFromString("x.example")}},
	} {
		if _, err := r.Register(e); err == nil {
			t.Errorf("%s: registered", name)
		}
	}
}

func TestPeerCredentials(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "peer")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	w, err := authority.PeerCredentials{}.Attest(conn)
	if err != nil {
		t.Fatal(err)
	}
	if w.PID != os.Getpid() || w.UID != os.Getuid() || !w.IsAlive() || len(w.Lineage) < 2 || w.Lineage[1].PID != os.Getppid() {
		t.Errorf("got %+v", w)
	}
	if (authority.Process{PID: os.Getpid(), Start: "0"}).IsAlive() {
		t.Error("a process of another start counts as alive")
	}
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if _, err := (authority.PeerCredentials{}).Attest(a); err == nil {
		t.Error("attested something that is no unix socket")
	}
}
