// Package configquiet leaves go-spiffe's configs as they are, or better.
package configquiet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"

	"google.golang.org/grpc/credentials"

	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

	"confighelp"
)

func noTickets(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want noTickets:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	config.SessionTicketsDisabled = true
	return tls.NewListener(l, config)
}

func verifies(src confighelp.Source, a tlsconfig.Authorizer, verify func(tls.ConnectionState) error) *http.Server { // want verifies:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	config.VerifyConnection = verify
	config.VerifyPeerCertificate = nil // VerifyConnection does it all
	return &http.Server{TLSConfig: config}
}

func afterwards(src confighelp.Source, a tlsconfig.Authorizer) *http.Server { // want afterwards:"passes on .1."
	srv := &http.Server{Addr: ":8443", TLSConfig: tlsconfig.MTLSServerConfig(src, src, a)}
	srv.TLSConfig.SessionTicketsDisabled = true
	return srv
}

func clone(src confighelp.Source, a tlsconfig.Authorizer) credentials.TransportCredentials { // want clone:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a).Clone()
	config.SessionTicketsDisabled = true
	return credentials.NewTLS(config.Clone())
}

func helpers(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) []net.Listener { // want helpers:"passes on .1."
	config := confighelp.Protocols(confighelp.Server(src, a))
	confighelp.Both(config)
	return []net.Listener{tls.NewListener(l, config), tls.NewListener(l, confighelp.Hardened(src, a))}
}

func hook(src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) []net.Listener { // want hook:"passes on .1."
	config := &tls.Config{SessionTicketsDisabled: true}
	tlsconfig.HookMTLSServerConfig(config, src, src, a)
	var other tls.Config
	other.VerifyPeerCertificate = nil // go-spiffe wraps what it finds
	other.ClientAuth = tls.NoClientCert
	tlsconfig.HookMTLSServerConfig(&other, src, src, a)
	other.SessionTicketsDisabled = true
	return []net.Listener{tls.NewListener(l, config), tls.NewListener(l, &other)}
}

func unknownBase(base *tls.Config, src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want unknownBase:"takes a config: serves" unknownBase:"passes on .2."
	config := base.Clone()
	tlsconfig.HookMTLSServerConfig(config, src, src, a)
	return tls.NewListener(l, config)
}

func unknownHelper(harden func(*tls.Config), src confighelp.Source, a tlsconfig.Authorizer, l net.Listener) net.Listener { // want unknownHelper:"passes on .2."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	harden(config)
	return tls.NewListener(l, config)
}

// noClients has nobody to authorise.
func noClients(src confighelp.Source, l net.Listener) (net.Listener, credentials.TransportCredentials) {
	return tls.NewListener(l, tlsconfig.TLSServerConfig(src)), grpccredentials.TLSServerCredentials(src)
}

// clients do not resume without a cache.
func clients(src confighelp.Source, a tlsconfig.Authorizer) *http.Transport { // want clients:"passes on .1."
	config := tlsconfig.MTLSClientConfig(src, src, a)
	config.ServerName = "orders"
	config.MinVersion = tls.VersionTLS13
	return &http.Transport{TLSClientConfig: config}
}

func hardenedClient(src confighelp.Source, a tlsconfig.Authorizer, cache tls.ClientSessionCache) *tls.Config { // want hardenedClient:"returns a hardened SPIFFE config" hardenedClient:"passes on .1."
	config := tlsconfig.MTLSClientConfig(src, src, a)
	config.ClientSessionCache = cache
	config.VerifyConnection = func(tls.ConnectionState) error { return nil }
	return config
}

func wraps(src confighelp.Source, a tlsconfig.Authorizer) *tls.Config { // want wraps:"returns a hardened SPIFFE config" wraps:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	config.SessionTicketsDisabled = true
	inner := config.VerifyPeerCertificate
	config.VerifyPeerCertificate = func(raw [][]byte, chains [][]*x509.Certificate) error {
		if err := inner(raw, chains); err != nil {
			return err
		}
		return nil
	}
	config.ClientAuth = tls.RequireAnyClientCert
	return config
}

func byGoSPIFFE(src confighelp.Source, a, b tlsconfig.Authorizer) *tls.Config { // want byGoSPIFFE:"returns a hardened SPIFFE config" byGoSPIFFE:"passes on .1 2."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	config.SessionTicketsDisabled = true
	config.VerifyPeerCertificate = tlsconfig.VerifyPeerCertificate(src, b)
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return config, nil }
	return config
}

func listeners(ctx context.Context, a tlsconfig.Authorizer, base *tls.Config, options []spiffetls.ListenOption, mode spiffetls.ListenMode) { // want listeners:"takes a config: hardens" listeners:"passes on .1."
	_, _ = spiffetls.Listen(ctx, "tcp", ":8443", a, spiffetls.WithListenTLSConfigBase(&tls.Config{SessionTicketsDisabled: true}))
	own := &tls.Config{}
	own.SessionTicketsDisabled = true
	_, _ = spiffetls.Listen(ctx, "tcp", ":8443", a, spiffetls.WithListenTLSConfigBase(own))
	_, _ = spiffetls.Listen(ctx, "tcp", ":8443", a, spiffetls.WithListenTLSConfigBase(base))
	_, _ = spiffetls.Listen(ctx, "tcp", ":8443", a, options...)
	_, _ = spiffetls.ListenWithMode(ctx, "tcp", ":8443", mode)
	_, _ = spiffetls.ListenWithMode(ctx, "tcp", ":8443", spiffetls.TLSServer())
	_, _ = spiffetls.Dial(ctx, "tcp", "orders:8443", a)
}

// server hardens its config where it starts.
type server struct {
	config *tls.Config
	id     spiffeid.ID
}

func newServer(src confighelp.Source, a tlsconfig.Authorizer) *server { // want newServer:"passes on .1."
	return &server{config: tlsconfig.MTLSServerConfig(src, src, a)}
}

func (s *server) start(l net.Listener) net.Listener {
	s.config.SessionTicketsDisabled = true
	return tls.NewListener(l, s.config)
}

// unused is nobody's.
func unused(src confighelp.Source, a tlsconfig.Authorizer) { // want unused:"passes on .1."
	config := tlsconfig.MTLSServerConfig(src, src, a)
	_ = config
}

// own is a config that go-spiffe has nothing to do with.
func own() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	config.VerifyPeerCertificate = nil
	config.ClientAuth = tls.NoClientCert
	return config
}

func optional(src confighelp.Source, a tlsconfig.Authorizer, insecure bool) { // want optional:"passes on .1."
	config := tlsconfig.MTLSClientConfig(src, src, a)
	if insecure {
		config.VerifyPeerCertificate = nil
	}
	_, _ = tls.Dial("tcp", "orders:8443", config)
}

// skips has what go-spiffe sets, and a web client that verifies by itself.
func skips(src confighelp.Source, a tlsconfig.Authorizer, verify func(tls.ConnectionState) error) { // want skips:"passes on .1."
	config := tlsconfig.MTLSClientConfig(src, src, a)
	config.InsecureSkipVerify = true
	web := tlsconfig.MTLSWebClientConfig(src, nil)
	web.InsecureSkipVerify = true
	web.VerifyConnection = verify
	plain := tlsconfig.TLSServerConfig(src)
	plain.ClientAuth = tls.NoClientCert
}

func hardenedServerOf(config *tls.Config) *http.Server { // want hardenedServerOf:"takes a config: hardens, serves"
	config.SessionTicketsDisabled = true
	return &http.Server{TLSConfig: config}
}

func servedByHelper(src confighelp.Source, a tlsconfig.Authorizer) *http.Server { // want servedByHelper:"passes on .1."
	return hardenedServerOf(tlsconfig.MTLSServerConfig(src, src, a))
}
