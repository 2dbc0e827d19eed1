package store

import (
	"crypto/tls"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/acme/payments/v2/internal/store/storetest"
)

func TestParse(t *testing.T) {
	const secret = "geheim"
	noCA := filepath.Join(t.TempDir(), "ca.pem")
	for _, tt := range []struct{ url, want string }{ // want in the error, "" for none
		{"postgres://u:geheim@db.shop:5432/orders?sslmode=verify-full", ""},
		{"postgresql://u:geheim@db.shop/orders?sslmode=verify-full&pool_max_conns=3", ""},
		{"postgres://u:geheim@a:1,b:2/orders?sslmode=verify-full", ""},
		{"postgres://u:geheim@127.0.0.1/orders", ""},
		{"postgres://u:geheim@[::1]/orders?sslmode=disable", ""},
		{"postgres://u:geheim@localhost/orders?sslmode=disable", ""},
		{"postgres:///orders?host=/var/run/postgresql", ""},

		{"postgres://u:geheim@db.shop/orders", "sslmode=verify-full"},
		{"postgres://u:geheim@db.shop/orders?sslmode=disable", "sslmode=verify-full"},
		{"postgres://u:geheim@db.shop/orders?sslmode=prefer", "sslmode=verify-full"},
		{"postgres://u:geheim@db.shop/orders?sslmode=require", "sslmode=verify-full"},
		{"postgres://u:geheim@db.shop/orders?sslmode=verify-ca", "sslmode=verify-full"},
		{"postgres://u:geheim@localhost.example/orders?sslmode=disable", `"localhost.example"`},
		{"postgres://u:geheim@127.0.0.1,db.shop/orders?sslmode=prefer", `"db.shop"`},
		{"postgres://u:geheim@db.shop/orders?sslmode=verify-full&sslrootcert=" + noCA, noCA},

		{"", "want postgres://"},
		{"db.shop:5432", "want postgres://"},
		{"host=db.shop password=geheim", "want postgres://"},
		{"postgres://u:geh eim%zz@db.shop/orders", "%XX"},
		{"postgres://u:geheim@db.shop:port/orders?sslmode=verify-full", "%XX"},
		{"postgres://u:1geheim?@db.shop:x/orders", "%XX"},
		{"postgres://u:geheim@db.shop/orders?sslmode=perhaps", "%XX"},
		{"postgres://u:geheim@db.shop/orders?sslmode=verify-full&pool_max_conns=many", "%XX"},
	} {
		config, err := parse(tt.url, "orders")
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.url, err)
		case tt.want == "":
			if c := config.ConnConfig; c.TLSConfig != nil && c.TLSConfig.MinVersion != tls.VersionTLS12 || c.RuntimeParams["statement_timeout"] != "30s" {
				t.Errorf("%s: got TLS from %x, parameters %v", tt.url, c.TLSConfig.MinVersion, c.RuntimeParams)
			}
		case err == nil || !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s: got %v, want %q in it", tt.url, err, tt.want)
		case strings.Contains(err.Error(), secret):
			t.Errorf("%s: the error shows the password: %v", tt.url, err)
		}
	}
}

func TestParseKeepsWhatTheURLSays(t *testing.T) {
	config, err := parse("postgres://localhost/orders?statement_timeout=1s&pool_max_conns=3", "orders")
	if err != nil {
		t.Fatal(err)
	}
	if got := config.ConnConfig.RuntimeParams["statement_timeout"]; got != "1s" || config.MaxConns != 3 {
		t.Errorf("got the timeout %s and %d connections, want those of the URL", got, config.MaxConns)
	}
}

// The server's certificate is judged: that is what the URL's sslmode is for.
func TestVerifyFull(t *testing.T) {
	server := storetest.URL(t)
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if query.Get("sslmode") != "verify-full" || query.Get("sslrootcert") == "" {
		t.Skip("NOT TESTED: TEST_DATABASE_URL has no sslmode=verify-full with sslrootcert")
	}
	if err := open(t, options(server)).Ready(); err == nil || !strings.Contains(err.Error(), "pending") {
		t.Errorf("got %v, want a connection", err)
	}
	otherCA := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(otherCA, []byte(strangeCA), 0o600); err != nil {
		t.Fatal(err)
	}
	query.Set("sslrootcert", otherCA)
	u.RawQuery = query.Encode()
	if err := open(t, options(u.String())).Ready(); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("a certificate of another authority: got %v", err)
	}
}

// strangeCA is an authority of nobody's.
const strangeCA = `-----BEGIN CERTIFICATE-----
MIIBfDCCASOgAwIBAgIUYB/XUnedb87W9cyUeJSfAW73ax4wCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIc3RyYW5nZXIwIBcNMjYxMTI1MTM0MTIzWhgPMjEyNjExMDEx
MzQxMjNaMBMxETAPBgNVBAMMCHN0cmFuZ2VyMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEcBMLYAh+dgFeo3z6LgYs1KprOqKEVvRfoUN6HO90KO+nl+x/Ok4gCARJ
DiDpIQG8Rjv62YAvIhWJWdaIK8kIr6NTMFEwHQYDVR0OBBYEFFE1aOdpQcQ39jt4
97Dz3qOh57ruMB8GA1UdIwQYMBaAFFE1aOdpQcQ39jt497Dz3qOh57ruMA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgOSgp0oVUNw1KQT4/WXd9G578
1eiPS7PSv0mTB1s34kcCIDlPmpGgsFbIZRKOclXa2bjp8Wzq6DhA9m9qPUWFqOIx
-----END CERTIFICATE-----
`
