package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// What one connection may take.
const (
	sampleDialTimeout   = 3 * time.Second // the TLS handshake too
	sampleIdleTimeout   = 90 * time.Second
	samplePingAfter     = 15 * time.Second // of silence: it may lead nowhere any more
	samplePingTimeout   = 5 * time.Second
	sampleConnectionAge = 10 * time.Minute
	sampleMaxHeader     = 64 << 10
)

// sampleTransport sends requests over few connections. Those that show another SVID than that
// of the day, or are old, get no more of them and end when theirs are answered.
type sampleTransport struct {
	svids   x509svid.Source
	bundles x509bundle.Source

	mu      sync.Mutex
	current *http.Transport
	leaf    *x509.Certificate // that current shows
	made    time.Time
}

// RoundTrip implements http.RoundTripper.
func (t *sampleTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	current, err := t.renewed()
	if err != nil {
		request.Body.Close()
		return nil, sampleRefusal{err}
	}
	return current.RoundTrip(sampleUnmasked(request))
}

// renewed returns the transport of the SVID of the day.
func (t *sampleTransport) renewed() (*http.Transport, error) {
	svid, err := t.svids.GetX509SVID()
	if err != nil {
		return nil, fmt.Errorf("no SVID to call with: %w", err)
	}
	leaf := svid.Certificates[0]
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current != nil && leaf.Equal(t.leaf) && time.Since(t.made) < sampleConnectionAge {
		return t.current, nil
	}
	if t.current != nil {
		t.current.CloseIdleConnections()
	}
	t.leaf, t.made = leaf, time.Now()
	t.current = &http.Transport{
		DialTLSContext:         t.dial,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: samplePingAfter, PingTimeout: samplePingTimeout},
		IdleConnTimeout:        sampleIdleTimeout,
		MaxIdleConnsPerHost:    64,
		MaxResponseHeaderBytes: sampleMaxHeader,
	}
	return t.current, nil
}

// CloseIdleConnections closes the connections that carry no request.
func (t *sampleTransport) CloseIdleConnections() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current != nil {
		t.current.CloseIdleConnections()
	}
}

// sampleRefusal is an error that another attempt does not mend.
type sampleRefusal struct{ error }

func (r sampleRefusal) Unwrap() error { return r.error }

// dial connects to sampleServer, and to nobody else.
func (t *sampleTransport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, sampleDialTimeout)
	defer cancel()
	var dialer net.Dialer
	inner, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := tlsconfig.MTLSClientConfig(t.svids, t.bundles, tlsconfig.AuthorizeID(spiffeid.RequireFromString(sampleServer)))
	config.MinVersion = tls.VersionTLS13
	config.NextProtos = []string{"h2", "http/1.1"}
	show, asked := config.GetClientCertificate, false
	config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		return show(request)
	}
	conn := tls.Client(inner, config)
	err = conn.HandshakeContext(ctx)
	if err == nil && !asked {
		err = sampleRefusal{errors.New("it does not ask who calls")}
	}
	if err != nil {
		inner.Close()
		return nil, sampleDistrust(err)
	}
	return conn, nil
}

// sampleDistrust returns the error of a handshake, which is final unless the connection broke.
func sampleDistrust(err error) error {
	isBroken := errors.As(err, new(net.Error))
	err = fmt.Errorf("server %q: %w", sampleServer, err)
	if isBroken || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
		return err
	}
	return sampleRefusal{err}
}
