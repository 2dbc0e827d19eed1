// Package config leaves ways round the authorizer.
package config

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

	"confighelp"
)

func direct(src confighelp.Source, a tlsconfig.Authorizer, cert *tls.Certificate, l net.Listener) { // want direct:"passes on .1."
	_ = tls.NewListener(l, tlsconfig.MTLSServerConfig(src, src, a))            // want `a resumed session goes round the authorizer, and round the trust bundle: set SessionTicketsDisabled`
	_ = tls.NewListener(l, tlsconfig.MTLSWebServerConfig(cert, src, a))        // want `a resumed session goes round the authorizer`
	_ = &http.Server{TLSConfig: tlsconfig.MTLSServerConfig(src, src, a)}       // want `a resumed session goes round the authorizer`
	_ = credentials.NewTLS(tlsconfig.MTLSServerConfig(src, src, a))            // want `a resumed session goes round the authorizer`
	_ = grpc.Creds(grpccredentials.MTLSServerCredentials(src, src, a))         // want `the tickets of these credentials cannot be switched off`
	_ = grpc.Creds(grpccredentials.MTLSWebServerCredentials(cert, src, a))     // want `the tickets of these credentials cannot be switched off`
}

func aliases(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener, on bool) net.Listener { // want aliases:"passes on .1."
	config := confighelp.Protocols(tlsconfig.MTLSServerConfig(src, src, a)) // want `a resumed session goes round the authorizer`
	config.SessionTicketsDisabled = false
	other := config.Clone()
	if on {
		return tls.NewListener(l, other)
	}
	return nil
}

func closure(src confighelp.Source, a tlsconfig.Authorizer) func(net.Listener) net.Listener { // want closure:"passes on .1."
	config := confighelp.Server(src, a) // want `a resumed session goes round the authorizer`
	return func(l net.Listener) net.Listener { return tls.NewListener(l, config) }
}

func fromHelper(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) (net.Listener, error) { // want fromHelper:"passes on .1."
	config, err := confighelp.ServerOrError(src, a) // want `a resumed session goes round the authorizer`
	if err != nil {
		return nil, err
	}
	return tls.NewListener(l, config), nil
}

func filledByHelper(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want filledByHelper:"passes on .1."
	var config tls.Config
	confighelp.Fill(&config, src, a) // want `a resumed session goes round the authorizer`
	return tls.NewListener(l, &config)
}

type server struct{ config *tls.Config }

func newServer(src confighelp.Source, a tlsconfig.Authorizer) *server { // want newServer:"passes on .1."
	return &server{config: tlsconfig.MTLSServerConfig(src, src, a)} // want `a resumed session goes round the authorizer`
}

func (s *server) start(l net.Listener) net.Listener { return tls.NewListener(l, s.config) }

func client(src confighelp.Source, a tlsconfig.Authorizer) *tls.Config { // want client:"returns a SPIFFE config" client:"passes on .1."
	config := tlsconfig.MTLSClientConfig(src, src, a)
	config.ClientSessionCache = tls.NewLRUClientSessionCache(8) // want `a resumed session goes round the authorizer, and round the trust bundle: leave ClientSessionCache nil`
	return config
}

func listeners(ctx context.Context, a tlsconfig.Authorizer, inner net.Listener) { // want listeners:"passes on .1."
	_, _ = spiffetls.Listen(ctx, "tcp", ":8443", a)                                           // want `a resumed session goes round the authorizer, and round the trust bundle: pass WithListenTLSConfigBase`
	_, _ = spiffetls.NewListener(ctx, inner, a, spiffetls.WithListenTLSOptions())             // want `a resumed session goes round the authorizer`
	_, _ = spiffetls.ListenWithMode(ctx, "tcp", ":8443", spiffetls.MTLSServer(a))             // want `a resumed session goes round the authorizer`
	_, _ = spiffetls.Listen(ctx, "tcp", ":8443", a, spiffetls.WithListenTLSConfigBase(&tls.Config{MinVersion: tls.VersionTLS13})) // want `a resumed session goes round the authorizer`
}

func weaker(src confighelp.Source, a tlsconfig.Authorizer) []*tls.Config { // want weaker:"passes on .1."
	noCallback := tlsconfig.MTLSClientConfig(src, src, a)
	noCallback.VerifyPeerCertificate = nil // want `without VerifyPeerCertificate no peer is authorised`

	replaced := tlsconfig.MTLSClientConfig(src, src, a)
	replaced.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error { return nil } // want `the new VerifyPeerCertificate replaces the one that authorises peers`

	named := tlsconfig.MTLSClientConfig(src, src, a)
	named.VerifyPeerCertificate = logOnly // want `the new VerifyPeerCertificate replaces`

	web := tlsconfig.MTLSWebClientConfig(src, nil)
	web.InsecureSkipVerify = true // want `nothing verifies the server any more`

	return []*tls.Config{noCallback, replaced, named, web}
}

func logOnly([][]byte, [][]*x509.Certificate) error { return nil }

func weakerServer(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want weakerServer:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	config.SessionTicketsDisabled = true
	config.ClientAuth = tls.NoClientCert // want `clients that show no certificate are let in`
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { // want `GetConfigForClient gives clients a config that authorises nobody`
		return &tls.Config{MinVersion: tls.VersionTLS13}, nil
	}
	other := confighelp.Hardened(src, a)
	confighelp.Relax(other) // want `Relax weakens the config: clients that show no certificate are let in`
	hooked := &tls.Config{SessionTicketsDisabled: true}
	tlsconfig.HookMTLSServerConfig(hooked, src, src, a)
	hooked.ClientAuth = tls.NoClientCert // want `clients that show no certificate are let in`
	return tls.NewListener(l, config)
}

func generic[S confighelp.Source](src S, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want generic:"passes on .1."
	return tls.NewListener(l, tlsconfig.MTLSServerConfig(src, src, a)) // want `a resumed session goes round the authorizer`
}

func serverOf(config *tls.Config) *http.Server { // want serverOf:"takes a config: serves"
	return &http.Server{TLSConfig: config}
}

func servedByHelper(src confighelp.Source, a tlsconfig.Authorizer) *http.Server { // want servedByHelper:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a) // want `a resumed session goes round the authorizer`
	config.NextProtos = []string{"h2"}
	return serverOf(config)
}
