// Package tlsparts has helpers for TLS configurations, as services keep them in a package of their own.
package tlsparts

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
)

// Base returns what every configuration begins with.
func Base() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS12} }

// SetSkip sets whether the peer's certificate is not looked at.
func SetSkip(c *tls.Config, skip bool) { c.InsecureSkipVerify = skip }

// SetMin sets the lowest version.
func SetMin(c *tls.Config, version uint16) { c.MinVersion = version }

// RequireClients asks clients for certificates of the pool.
func RequireClients(c *tls.Config, pool *x509.CertPool) {
	c.ClientCAs = pool
	c.ClientAuth = tls.RequireAndVerifyClientCert
}

// Pinned verifies by the fingerprint of the leaf.
func Pinned(c *tls.Config, sum string) {
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 {
			return errors.New("no certificate")
		}
		got := sha256.Sum256(s.PeerCertificates[0].Raw)
		if hex.EncodeToString(got[:]) != sum {
			return errors.New("another certificate")
		}
		return nil
	}
}

// Option changes a configuration.
type Option func(*tls.Config)

// New applies options to the base.
func New(options ...Option) *tls.Config {
	c := Base()
	for _, o := range options {
		o(c)
	}
	return c
}
