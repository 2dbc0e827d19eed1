// Package ping calls this service from outside, over mutual TLS, as the workload that it runs
// in: for the test of a release, and for a person who looks for what stands in the way.
package ping

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"

	"example.com/acme/stock/internal/identity"
)

// HealthCheck is the path of the method that is called when a URL has it: gRPC's own health check.
const HealthCheck = "/grpc.health.v1.Health/Check"

// retryAfter is the pause between two questions for an SVID.
const retryAfter = 500 * time.Millisecond

// verdictTimeout bounds the wait for what a server says of a client after the handshake.
const verdictTimeout = 3 * time.Second

// Options is what Call needs.
type Options struct {
	Socket string      // the Workload API, as in SPIFFE_ENDPOINT_SOCKET
	Server spiffeid.ID // who must answer
	URL    string      // https://host:port/path
}

// Result is what a call came to.
type Result struct {
	Caller spiffeid.ID
	Status string // such as "200 OK", or "grpc-status 0"; empty when refused
	// Refused is what a server that had proved to be Options.Server said when it refused the caller.
	Refused error
}

// Call gets an SVID for whoever it runs as and sends one request. That the server refuses the
// caller's SVID is a result; that it is another server, or none, is an error.
func Call(ctx context.Context, o Options) (Result, error) {
	target, err := url.Parse(o.URL)
	if err != nil || target.Scheme != "https" || target.Port() == "" {
		return Result{}, fmt.Errorf("%q is no URL such as https://host:8443/", o.URL)
	}
	given, err := fetch(ctx, o.Socket)
	if err != nil {
		return Result{}, fmt.Errorf("no SVID from %s=%q: %w", workloadapi.SocketEnv, o.Socket, err)
	}
	own := svid{given.DefaultSVID(), given.Bundles}
	result := Result{Caller: own.ID}
	if result.Refused, err = verdict(ctx, target.Host, identity.ClientConfig(own, o.Server)); result.Refused != nil || err != nil {
		return result, err
	}
	result.Status, err = send(ctx, target, identity.ClientConfig(own, o.Server))
	return result, err
}

// fetch gets the SVIDs and trust bundles of whoever it runs as. A new registration takes some
// seconds to arrive, so a refusal is not the end as long as ctx lasts.
func fetch(ctx context.Context, socket string) (*workloadapi.X509Context, error) {
	if err := workloadapi.ValidateAddress(socket); err != nil {
		return nil, err
	}
	for {
		given, err := workloadapi.FetchX509Context(ctx, workloadapi.WithAddr(socket))
		if err == nil {
			return given, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(retryAfter):
		}
	}
}

// verdict connects and waits for the server's first word: with TLS 1.3 a client learns only
// after its own handshake whether it is let in. A server of HTTP/2 that lets it in speaks first.
func verdict(ctx context.Context, address string, config *tls.Config) (refused, err error) {
	inner, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	conn := tls.Client(inner, config)
	defer conn.Close()
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	if err := conn.SetReadDeadline(time.Now().Add(verdictTimeout)); err != nil {
		return nil, err
	}
	_, err = conn.Read(make([]byte, 1))
	if told, ok := errors.AsType[*net.OpError](err); ok && told.Op == "remote error" {
		return err, nil
	}
	return nil, err
}

// send sends one request and returns the status of the answer.
func send(ctx context.Context, target *url.URL, config *tls.Config) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), http.NoBody)
	if err != nil {
		return "", err
	}
	if target.Path == HealthCheck {
		req.Method, req.Body = http.MethodPost, io.NopCloser(bytes.NewReader(make([]byte, 5))) // a message of no bytes
		req.Header.Set("Content-Type", "application/grpc")
		req.Header.Set("TE", "trailers")
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return "", err
	}
	for _, h := range []http.Header{resp.Trailer, resp.Header} {
		if status := h.Get("Grpc-Status"); status != "" {
			return "grpc-status " + status, nil
		}
	}
	return resp.Status, nil
}

// svid is an identity.Source that stays as it is.
type svid struct {
	*x509svid.SVID
	*x509bundle.Set
}

// Updated tells of nothing.
func (svid) Updated() <-chan struct{} { return nil }

// Denied knows of nothing.
func (svid) Denied() error { return nil }
