// Package lib has what other packages take for granted.
package lib

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

// OldVersion is for whoever needs it.
const OldVersion = tls.VersionTLS10

// DefaultVersion can be changed.
var DefaultVersion uint16 = tls.VersionTLS11

// MinVersion returns one.
func MinVersion() uint16 { return tls.VersionTLS10 }

// NewVersion returns a good one.
func NewVersion() uint16 { return tls.VersionTLS13 }

// Suites returns some.
func Suites() []uint16 { return []uint16{tls.TLS_RSA_WITH_RC4_128_SHA} }

// Relax switches verification off.
func Relax(c *tls.Config) {
	c.InsecureSkipVerify = true /* medium */ // want `InsecureSkipVerify is set`
}

// WithVersion sets a version.
func WithVersion(c *tls.Config, v uint16) { c.MinVersion = v }

// Harden sets what is right.
func Harden(c *tls.Config) {
	c.InsecureSkipVerify = false
	c.MinVersion = tls.VersionTLS12
}

// Client returns a configuration that verifies nobody.
func Client() *tls.Config { return &tls.Config{InsecureSkipVerify: true} } // want `InsecureSkipVerify is set`

// Verified returns one that verifies by itself.
func Verified(f func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: f}
}

// Config returns one as wanted.
func Config(verify bool) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if !verify {
		c.InsecureSkipVerify = true
	}
	return c
}

// Server returns one as etcd makes them: a name may be checked in a callback.
func Server(name string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if name != "" {
		c.VerifyPeerCertificate = func(_ [][]byte, chains [][]*x509.Certificate) error { return check(name) }
	}
	return c, nil
}

func check(name string) error {
	if name == "x" {
		return errors.New("x")
	}
	return nil
}
