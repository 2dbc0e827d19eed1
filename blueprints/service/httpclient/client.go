// Package httpclient calls other services over SPIFFE mutual TLS.
package httpclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// What one call may take.
const (
	callTimeout      = 10 * time.Second // all attempts together
	dialTimeout      = 3 * time.Second  // the TLS handshake too
	idleTimeout      = 90 * time.Second
	connectionAge    = 30 * time.Minute
	maxHeaderBytes   = 64 << 10
	maxResponseBytes = 4 << 20
)

// Options is what a Client is made of; every field is required.
type Options struct {
	Address   string      // host:port
	Server    spiffeid.ID // who must answer there
	Source    identity.Source
	Telemetry func(http.RoundTripper) http.RoundTripper
}

// Client calls one service.
type Client struct {
	base url.URL
	http http.Client
}

// New returns a client of the service that Options names. It connects when it is used.
func New(o Options) *Client {
	config := identity.ClientConfig(o.Source, o.Server)
	transport := &http.Transport{
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, dialTimeout)
			defer cancel()
			return identity.Dial(ctx, network, address, config, connectionAge)
		},
		ForceAttemptHTTP2:      true,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConnsPerHost:    64,
		MaxResponseHeaderBytes: maxHeaderBytes,
	}
	return &Client{
		base: url.URL{Scheme: "https", Host: o.Address},
		http: http.Client{
			Transport:     retry{next: o.Telemetry(transport)},
			Timeout:       callTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Do sends a request for path, which may hold a query, with the JSON of in as its body
// unless in is nil, and decodes the answer into out unless out is nil. Any status but a
// 2xx is a *StatusError.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	request, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, maxResponseBytes))
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer of %s: %w", c.base.Host, err)
	case response.StatusCode < 200 || response.StatusCode > 299:
		return statusError(response.StatusCode, body)
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("decoding the answer of %s: %w", c.base.Host, err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	target, err := c.base.Parse(path)
	if err != nil {
		return nil, err
	}
	if target.Host != c.base.Host {
		return nil, fmt.Errorf("path %q leads to another host", path)
	}
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded) // net/http gives it a GetBody, so that it can be sent again
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// StatusError is an answer other than a 2xx.
type StatusError struct {
	Status int
	Detail string // of an RFC 9457 answer
}

func (e *StatusError) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("answered %d", e.Status)
	}
	return fmt.Sprintf("answered %d: %s", e.Status, e.Detail)
}

func statusError(status int, body []byte) error {
	var problem struct{ Detail string }
	if err := json.Unmarshal(body, &problem); err != nil {
		return &StatusError{Status: status}
	}
	return &StatusError{Status: status, Detail: problem.Detail}
}

// Status returns the status of the answer that err tells of, or 0.
func Status(err error) int {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status
	}
	return 0
}
