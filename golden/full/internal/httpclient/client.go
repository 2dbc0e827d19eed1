// Package httpclient calls other services over SPIFFE mutual TLS.
package httpclient

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"example.com/acme/payments/v2/internal/identity"
)

// What one call and one connection may take.
const (
	callTimeout      = 10 * time.Second // all attempts together
	attempts         = 3
	firstPause       = 50 * time.Millisecond // then doubled; less up to half at random: not all come back at once
	dialTimeout      = 3 * time.Second       // the TLS handshake too
	idleTimeout      = 90 * time.Second
	pingAfter        = 15 * time.Second // of silence: it may lead nowhere any more
	pingTimeout      = 5 * time.Second
	connectionAge    = 30 * time.Minute
	maxHeaderBytes   = 64 << 10
	maxResponseBytes = 4 << 20
	maxProblemBytes  = 8 << 10
)

// Options is what a Client is made of; every field is required.
type Options struct {
	Address   string      // host:port
	Server    spiffeid.ID // who must answer there
	Source    identity.Source
	Telemetry func(http.RoundTripper) (http.RoundTripper, error)
}

// Client calls one service.
type Client struct {
	address   string
	transport http.RoundTripper
}

// New returns a client of the service that Options names. It connects when it is used.
func New(o Options) (*Client, error) {
	transport, err := o.Telemetry(&http.Transport{
		DialTLSContext:         o.dial,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		IdleConnTimeout:        idleTimeout,
		MaxIdleConnsPerHost:    64,
		MaxResponseHeaderBytes: maxHeaderBytes,
	})
	return &Client{address: o.Address, transport: retry{transport}}, err
}

// refusal says that the one who answers is not the server that was meant.
type refusal struct{ error }

// dial connects to o.Server, and to nobody else.
func (o Options) dial(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	config := identity.ClientConfig(o.Source, o.Server)
	verify, show, shown := config.VerifyPeerCertificate, config.GetClientCertificate, false
	config.VerifyPeerCertificate = func(raw [][]byte, chains [][]*x509.Certificate) error {
		if err := verify(raw, chains); err != nil {
			got, _, _ := x509svid.ParseAndVerify(raw, o.Source) // what it says of itself, if anything
			return refusal{fmt.Errorf("want server %q, got %q: %w", o.Server, got, err)}
		}
		return nil
	}
	config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		shown = true
		return show(request)
	}
	conn, err := identity.Dial(ctx, network, address, config, connectionAge)
	if err == nil && !shown {
		conn.Close()
		return nil, refusal{fmt.Errorf("server %q does not ask who calls", o.Server)}
	}
	return conn, err
}

// Do sends a request for path, which may hold a query, with the JSON of in as its body
// unless in is nil, and decodes the answer into out unless out is nil. Any status but a
// 2xx, a redirect too, is a *StatusError.
//
// What others chose goes into path by url.PathEscape or url.QueryEscape. A path that leads
// elsewhere all the same, to another host or by a "..", is an error.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("calling %s: %w", c.address, err)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		failure := &StatusError{Status: response.StatusCode}
		_ = json.NewDecoder(io.LimitReader(response.Body, maxProblemBytes)).Decode(failure) // or no detail
		return failure
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponseBytes+1))
	if err != nil || out == nil {
		return err
	}
	if len(body) > maxResponseBytes {
		return errors.New("the answer is too long")
	}
	return json.Unmarshal(body, out)
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	target, err := url.Parse(path)
	if err != nil {
		return nil, err
	}
	segments := strings.Split(target.Path, "/")
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || slices.Contains(segments, ".") || slices.Contains(segments, "..") {
		return nil, fmt.Errorf("path %q does not begin with one slash, or holds a dot segment", path)
	}
	target.Scheme, target.Host = "https", c.address
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body)) // can be sent again
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// StatusError is an answer other than a 2xx.
type StatusError struct {
	Status int    `json:"-"`
	Detail string `json:"detail"` // of an RFC 9457 answer
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("answered %d: %s", e.Status, cmp.Or(e.Detail, http.StatusText(e.Status)))
}
