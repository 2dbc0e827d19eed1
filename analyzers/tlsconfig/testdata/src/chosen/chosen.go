// Package chosen sets what nobody asked for, beside what looks as if somebody had. Elsewhere in
// it certificates are verified in callbacks.
package chosen

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"strconv"
)

func other(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots})
			return err
		},
	}
}

func unrelated() *tls.Config {
	c := &tls.Config{}
	if n, err := strconv.Atoi(os.Getenv("TIMEOUT")); err == nil && n > 3 {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	return c
}

func contrary() *tls.Config {
	c := &tls.Config{}
	checks := os.Getenv("VERIFY") != ""
	if checks {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	return c
}

func fetch(url string) string { return url }

func address() *tls.Config {
	c := &tls.Config{}
	body := fetch("https://self-signed.example.com/insecure")
	if body == "ok" {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	return c
}

func changed() *tls.Config {
	c := &tls.Config{}
	on := os.Getenv("TLS_INSECURE") == "1"
	on = len(os.Args) > 1
	if on {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	return c
}

func remote(host string) *tls.Config {
	c := &tls.Config{}
	if !isLocalhost(host) {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	}
	return c
}

func isLocalhost(host string) bool { return host == "localhost" }

type value struct {
	tls.Config
	addr string
}

type pointer struct {
	addr string
	*tls.Config
}

type deeper struct{ value }

func newValue(addr string) *value {
	v := &value{addr: addr}
	v.MinVersion = tls.VersionTLS12
	v.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	return v
}

func newPointer(addr string) *pointer {
	p := &pointer{addr: addr, Config: &tls.Config{}}
	p.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	return p
}

func newDeeper(addr string) *deeper {
	d := &deeper{value: value{addr: addr}}
	d.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	return d
}

func build(apply ...func(*tls.Config)) *tls.Config {
	c := &tls.Config{}
	for _, f := range apply {
		f(c)
	}
	return c
}

func applied() *tls.Config {
	return build(func(c *tls.Config) {
		c.InsecureSkipVerify = true // want `InsecureSkipVerify is set`
	})
}

// The literal may go anywhere.
func option() func(*tls.Config) {
	return func(c *tls.Config) {
		c.InsecureSkipVerify = true /* medium */ // want `InsecureSkipVerify is set`
	}
}

func pinning(apply func(*tls.Config)) *tls.Config {
	c := other(nil) /* medium */ // want `InsecureSkipVerify is set by other`
	apply(c)
	return c
}

func onPinning() *tls.Config {
	return pinning(func(c *tls.Config) {
		c.InsecureSkipVerify = true /* medium */ // want `InsecureSkipVerify is set`
	})
}

func server(cert tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		ClientAuth:   tls.RequireAnyClientCert, // want `RequireAnyClientCert accepts every certificate`
	}
}

func none(pool *x509.CertPool) *http.Server {
	c := &tls.Config{}
	c.ClientCAs = pool // want `ClientCAs is set, but ClientAuth is NoClientCert`
	c.ClientAuth = tls.NoClientCert
	return &http.Server{TLSConfig: c}
}
