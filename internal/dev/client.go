package dev

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mintwright/mintwright/internal/dev/otlp"
)

// ErrNoSession says that no session runs where one was looked for.
var ErrNoSession = errors.New("no session runs")

// Client reaches a running session from any process of the same user.
type Client struct {
	folder string
	http   *http.Client
}

func newClient(folder string) *Client {
	socket := filepath.Join(folder, controlSocket)
	return &Client{folder: folder, http: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}
}

// Find returns a client of the session that runs the service in dir, or for an empty dir of
// the only session. Runtime is as in Options. It fails with ErrNoSession.
func Find(runtime, dir string) (*Client, error) {
	if dir != "" {
		resolved, err := resolve(dir)
		if err != nil {
			return nil, err
		}
		dir = resolved
	}
	base, err := runtimeFolder(runtime)
	if err != nil {
		return nil, err
	}
	folders, err := os.ReadDir(base)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, d := range folders {
		folder := filepath.Join(base, d.Name())
		st, err := readState(folder)
		if err != nil || !st.Session.IsAlive() {
			continue // not a session, or one that was killed
		}
		if folder == sessionFolder(base, dir) {
			return newClient(folder), nil
		}
		for _, svc := range st.Services {
			if dir == "" || svc.Dir == dir {
				found = append(found, folder)
				break
			}
		}
	}
	switch {
	case len(found) == 0 && dir == "":
		return nil, ErrNoSession
	case len(found) == 0:
		return nil, fmt.Errorf("%w in %s", ErrNoSession, dir)
	case len(found) > 1:
		return nil, fmt.Errorf("%d sessions run; name the folder of a service", len(found))
	}
	return newClient(found[0]), nil
}

// Services returns what the session runs.
func (c *Client) Services(ctx context.Context) ([]Running, error) {
	var st state
	err := c.get(ctx, "/v1/session", &st)
	return st.Services, err
}

// Traces returns the traces that the session has at hand, oldest first.
func (c *Client) Traces(ctx context.Context) ([]otlp.Trace, error) {
	var traces []otlp.Trace
	return traces, c.get(ctx, "/v1/traces", &traces)
}

// Trace returns the trace with the ID once spans of at least the given number of services
// were received. When ctx ends before, it returns what is there, with an error.
func (c *Client) Trace(ctx context.Context, id string, services int) (otlp.Trace, error) {
	var t otlp.Trace
	var missing error
	for {
		var now otlp.Trace
		err := c.get(ctx, "/v1/traces/"+url.PathEscape(id), &now)
		switch {
		case errors.Is(err, ErrNoSession):
			return t, err
		case err == nil && len(now.Services()) >= services:
			return now, nil
		case err == nil:
			t, missing = now, fmt.Errorf("trace %s has spans of %s only", id, strings.Join(now.Services(), ", "))
		case ctx.Err() == nil || missing == nil:
			missing = err
		}
		select {
		case <-ctx.Done():
			return t, missing
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://session"+path, nil)
	if err != nil {
		return err
	}
	resp, err := c.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}

// post sends a request and decodes the first value of the answer. The caller closes body.
func (c *Client) post(ctx context.Context, path string, body, into any) (io.Closer, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://session"+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	resp, err := c.do(req)
	if err != nil {
		return nil, err
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp.Body, nil
}

func (c *Client) do(req *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(req)
	if errors.Is(err, fs.ErrNotExist) || isRefused(err) {
		return nil, fmt.Errorf("%w any more in %s", ErrNoSession, c.folder)
	}
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return nil, errors.New(strings.TrimSpace(string(text)))
	}
	return resp, nil
}
