// Package ownwebtest is what the test double of a package like ownweb is made of, beside what
// webtest has for both.
package ownwebtest

import (
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"

	"github.com/mintwright/mintwright/blueprints/client/ownweb"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// NewClient returns a client whose calls service answers, as with Serve, without telemetry.
func NewClient(tb testing.TB, service ownweb.Sample) *ownweb.SampleClient {
	tb.Helper()
	address, source := Serve(tb, service)
	client, err := ownweb.NewSampleClient(address, source, func(next http.RoundTripper) (http.RoundTripper, error) { return next, nil })
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// Serve answers by service, over mutual TLS on loopback and as sampleServer, until the test
// ends. It returns where, and the identity of a caller that is admitted.
//
// An error of service is answered as the *httpclient.StatusError that it is, and any other by a
// status of 500 with its text. The test fails by a panic of service, and by a status of its that
// is not one of an error.
func Serve(tb testing.TB, service ownweb.Sample) (string, identity.Source) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	id := spiffeid.RequireFromString(sampleServer)
	ca := identitytest.NewCA(tb, id.TrustDomain().Name())
	caller := spiffeid.RequireFromPath(id.TrustDomain(), "/test/caller")
	config := tlsconfig.MTLSServerConfig(ca.SVID(id.String(), time.Hour), ca.Bundle(), tlsconfig.AuthorizeID(caller))
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
	return listener.Addr().String(), identitytest.NewSource(ca.SVID(caller.String(), time.Hour), ca.Bundle())
}
