package app

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// certificate returns the settings that name a certificate for the web.
func certificate(tb testing.TB) map[string]string {
	tb.Helper()
	svid := identitytest.NewCA(tb, "web.example").SVID("spiffe://web.example/any", time.Hour, func(c *x509.Certificate) {
		c.URIs, c.DNSNames = nil, []string{"localhost"}
	})
	chain, key, err := svid.Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	settings := map[string]string{}
	for name, content := range map[string][]byte{"PUBLIC_CERT_FILE": chain, "PUBLIC_KEY_FILE": key} {
		settings[name] = filepath.Join(tb.TempDir(), "pem")
		if err := os.WriteFile(settings[name], content, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return settings
}

// TestPublic calls as the web does, without an identity.
func TestPublic(t *testing.T) {
	w := start(t)
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate is the test's own
	}}
	defer client.CloseIdleConnections()
	for path, want := range map[string]int{greetingPath: http.StatusOK, "/nowhere": http.StatusNotFound} {
		response, err := client.Get("https://" + w.listeners.Public.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: got status %d, want %d", path, response.StatusCode, want)
		}
	}
}
