// Package confighelp makes and changes configs for other packages.
package confighelp

import (
	"crypto/tls"
	"errors"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

type Source interface {
	x509svid.Source
	x509bundle.Source
}

func Server(src Source, a tlsconfig.Authorizer) *tls.Config { // want Server:"returns a SPIFFE config" Server:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a) // want `a resumed session goes round the authorizer`
	config.MinVersion = tls.VersionTLS13
	return config
}

func ServerOrError(src Source, a tlsconfig.Authorizer) (*tls.Config, error) { // want ServerOrError:"returns a SPIFFE config" ServerOrError:"passes on .1."
	if src == nil {
		return nil, errors.New("no source")
	}
	return Server2(src, a), nil // want `a resumed session goes round the authorizer`
}

func Server2(src Source, a tlsconfig.Authorizer) *tls.Config { // want Server2:"returns a SPIFFE config" Server2:"passes on .1."
	return tlsconfig.MTLSServerConfig(src, src, a)
}

func Hardened(src Source, a tlsconfig.Authorizer) *tls.Config { // want Hardened:"returns a hardened SPIFFE config" Hardened:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	NoTickets(config)
	return config
}

func NoTickets(config *tls.Config) { // want NoTickets:"takes a config: hardens"
	config.SessionTicketsDisabled = true
}

func Both(config *tls.Config) { // want Both:"takes a config: hardens"
	NoTickets(config)
}

func Protocols(config *tls.Config) *tls.Config { // want Protocols:"takes a config: returns"
	config.NextProtos = []string{"h2"}
	return config
}

func Relax(config *tls.Config) { // want Relax:"takes a config: weakens"
	config.ClientAuth = tls.NoClientCert
}

func Fill(config *tls.Config, src Source, a tlsconfig.Authorizer) { // want Fill:"takes a config: hooks" Fill:"passes on .2."
	tlsconfig.HookMTLSServerConfig(config, src, src, a)
}
