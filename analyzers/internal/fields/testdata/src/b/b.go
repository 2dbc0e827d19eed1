// Package b has helpers that others call.
package b

import (
	"crypto/tls"
	"net/http"
)

// Oldest is a version.
var Oldest uint16 = tls.VersionTLS10 // want Oldest:`is 769`

// Minimum is one, too.
func Minimum() uint16 { return tls.VersionTLS11 } // want Minimum:`is 770`

// Weaken sets a field.
func Weaken(c *tls.Config) { // want Weaken:`sets 0.InsecureSkipVerify`
	c.InsecureSkipVerify = true
}

// Maybe sets it on a condition.
func Maybe(c *tls.Config, on bool) { // want Maybe:`may set 0.InsecureSkipVerify`
	if on {
		c.InsecureSkipVerify = true
	}
}

// Set sets it to a parameter.
func Set(c *tls.Config, v uint16) *tls.Config { // want Set:`sets 0.MinVersion returns 0 MinVersion`
	c.MinVersion = v
	return c
}

// New returns one.
func New() (*tls.Config, error) { // want New:`returns 0 InsecureSkipVerify MinVersion`
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	Weaken(c)
	return c, nil
}

// Server returns one in a struct.
func Server() *http.Server { // want Server:`returns 0.TLSConfig MinVersion`
	return &http.Server{TLSConfig: &tls.Config{MinVersion: tls.VersionTLS10}}
}

// Prepare sets one in a struct.
func Prepare(s *http.Server) { // want Prepare:`sets 0.TLSConfig.MinVersion`
	s.TLSConfig.MinVersion = tls.VersionTLS13
}

// Reads does nothing.
func Reads(c *tls.Config) bool { return c.InsecureSkipVerify }
