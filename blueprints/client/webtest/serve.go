// Package webtest is what the test double of a package like web is made of.
package webtest

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	nometrics "go.opentelemetry.io/otel/metric/noop"
	notraces "go.opentelemetry.io/otel/trace/noop"

	"github.com/mintwright/mintwright/blueprints/client/authority"
	"github.com/mintwright/mintwright/blueprints/client/web"
)

// NewClient returns a client whose calls service answers, as with Serve.
func NewClient(tb testing.TB, service web.Sample) *web.SampleClient {
	tb.Helper()
	client, err := web.NewSampleClient(Serve(tb, service))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(client.CloseIdleConnections)
	return client
}

// Serve answers by service, over mutual TLS on loopback and as sampleServer, until the test
// ends. It returns the options of a client that is admitted, without telemetry.
//
// An error of service is answered as the *web.SampleError that it is, and any other by a
// status of 500 with its text. The test fails by a panic of service, and by a status of its that
// is not one of an error.
func Serve(tb testing.TB, service web.Sample) web.SampleOptions {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	id := spiffeid.RequireFromString(sampleServer)
	ca := authority.NewAuthority(tb, id.TrustDomain())
	caller := ca.SVID(spiffeid.RequireFromPath(id.TrustDomain(), "/test/caller"))
	config := tlsconfig.MTLSServerConfig(ca.SVID(id), ca.Bundle(), tlsconfig.AuthorizeID(caller.ID))
	config.MinVersion = tls.VersionTLS13
	test := &reporter{tb: tb}
	server := &http.Server{
		Handler:           routes(test, service),
		TLSConfig:         config,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(test, "", 0),
	}
	done := make(chan error)
	go func() { done <- server.ServeTLS(listener, "", "") }()
	tb.Cleanup(func() {
		server.Close()
		<-done
		test.end()
	})
	return web.SampleOptions{
		Address: listener.Addr().String(),
		SVIDs:   caller,
		Bundles: ca.Bundle(),
		Tracers: notraces.NewTracerProvider(),
		Meters:  nometrics.NewMeterProvider(),
	}
}
