// Package out has clients.
package out

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"time"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"out/own"
)

// What is right.

func goodTransport(ctx context.Context) *http.Client {
	return &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
}

func goodOwn(ctx context.Context, t trace.Tracer) *http.Client {
	return &http.Client{Transport: &own.Header{Base: &own.Transport{Base: http.DefaultTransport, Tracer: t}}}
}

func goodLater(ctx context.Context) *http.Client {
	c := &http.Client{Timeout: time.Second}
	c.Transport = otelhttp.NewTransport(nil)
	return c
}

func goodInstrumented(ctx context.Context) *http.Client {
	c := &http.Client{Timeout: time.Second}
	own.Instrument(c)
	return c
}

func goodNoContext() *http.Client { return &http.Client{} }

func goodBlank(_ context.Context) *http.Client { return &http.Client{} }

func goodLocal(ctx context.Context) (*http.Response, error) { return http.Get("http://localhost:80/x") }

func goodLocalRequest(ctx context.Context) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1/x", nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}

func goodUnix(ctx context.Context) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return net.Dial("unix", "/run/agent")
	}}}
}

func checkHealth(ctx context.Context, url string) (*http.Response, error) { return http.Get(url) }

func goodClient(ctx context.Context, c *http.Client, req *http.Request) (*http.Response, error) {
	return c.Do(req)
}

func goodOtelClient(ctx context.Context, req *http.Request) (*http.Response, error) {
	return otelhttp.DefaultClient.Do(req)
}

func goodConn(ctx context.Context, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	return grpc.NewClient("x:443", grpc.WithTransportCredentials(creds), grpc.WithStatsHandler(otelgrpc.NewClientHandler()))
}

func goodOptions(ctx context.Context, options []grpc.DialOption) (*grpc.ClientConn, error) {
	return grpc.NewClient("x:443", append(options, grpc.WithBlock())...)
}

func goodLocalConn(ctx context.Context) (*grpc.ClientConn, error) {
	return grpc.NewClient("unix:///run/spire/agent.sock")
}

type dialer struct{ options []grpc.DialOption }

func newDialer(o []grpc.DialOption) *dialer { return &dialer{o} }

func (d *dialer) good(ctx context.Context, address string) (*grpc.ClientConn, error) {
	return grpc.DialContext(ctx, address, d.options...)
}

func goodDatabase(ctx context.Context, name string) (*sql.DB, error) {
	if name == "" {
		return otelsql.Open("pgx", "")
	}
	return sql.Open(name, "")
}

// What is wrong.

func client(ctx context.Context) *http.Client {
	return &http.Client{Timeout: time.Second} // want `not instrumented`
}

func value(w http.ResponseWriter, r *http.Request) {
	c := http.Client{} // want `not instrumented`
	c.CloseIdleConnections()
}

func transport(ctx context.Context, t *http.Transport) *http.Client {
	return &http.Client{Transport: &own.Header{Base: t}} // want `not instrumented`
}

func given(ctx context.Context, t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t} // medium // want `not instrumented`
}

func limited(ctx context.Context) *http.Client {
	c := &http.Client{Timeout: time.Second} // want `not instrumented`
	own.Limit(c)
	return c
}

func made() *http.Client {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_ = ctx
	return &http.Client{} // medium // want `not instrumented`
}

func withSpan(t trace.Tracer) *http.Client {
	_, span := t.Start(context.Background(), "x")
	defer span.End()
	return &http.Client{} // want `not instrumented`
}

func get(ctx context.Context, url string) (*http.Response, error) {
	return http.Get(url) // want `http.Get goes out`
}

func getWithout(url string) (*http.Response, error) {
	return http.Get(url) // low // want `not instrumented`
}

func do(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req) // want `http.DefaultClient.Do`
}

func inLiteral() func(context.Context, string) error {
	return func(ctx context.Context, url string) error {
		_, err := http.Head(url) // want `not instrumented`
		return err
	}
}

func conn(ctx context.Context, creds credentials.TransportCredentials) (*grpc.ClientConn, error) {
	return grpc.NewClient("x:443", grpc.WithTransportCredentials(creds)) // want `not instrumented`
}

func dial(ctx context.Context, address string) (*grpc.ClientConn, error) {
	options := []grpc.DialOption{grpc.WithBlock()}
	return grpc.DialContext(ctx, address, options...) // want `not instrumented`
}

func database(ctx context.Context) (*sql.DB, error) {
	return sql.Open("pgx", "")
}

type updateClient func(*http.Client) error

// What updates the client may instrument it.
func goodUpdated(ctx context.Context, t *http.Transport, update updateClient) (*http.Client, error) {
	client := &http.Client{Transport: t}
	if update != nil {
		if err := update(client); err != nil {
			return nil, err
		}
	}
	return client, nil
}

// Somebody else's server would not continue the trace.
func unsureDownload(ctx context.Context, arch string) (*http.Response, error) {
	base := "https://developer.example.com/" + arch + "/"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"key.pub", nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(r) // medium // want `not instrumented`
}
