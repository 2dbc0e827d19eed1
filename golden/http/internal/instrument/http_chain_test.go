package instrument

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/acme/orders/internal/httpserver"
	"github.com/acme/orders/internal/identity"
	"github.com/acme/orders/internal/identity/identitytest"
)

var (
	serverID = spiffeid.RequireFromString("spiffe://acme.example/server")
	friendID = spiffeid.RequireFromString("spiffe://acme.example/friend")
)

const pattern = "GET /v1/greetings/{name}"

type greeting struct {
	Message string `json:"message"`
	Caller  string `json:"caller"`
}

// TestAllocations compares a request over mutual TLS, on a connection that is kept, to what
// net/http alone does for it.
func TestAllocations(t *testing.T) {
	const budget = 8 // for the caller's identity and right, telemetry, the limits, and a span of the handler's own
	ca := identitytest.NewCA(t, serverID.TrustDomain().Name())
	bare := testing.AllocsPerRun(300, caller(t, ca, startBare(t, ca)))
	whole := testing.AllocsPerRun(300, caller(t, ca, startWhole(t, ca, 0)))
	if whole-bare > budget {
		t.Errorf("%v allocations more than bare net/http, want %d at most", whole-bare, budget)
	}
}

// BenchmarkRequest measures the same, by the share of requests that is sampled. The client's
// part is in all figures.
func BenchmarkRequest(b *testing.B) {
	ca := identitytest.NewCA(b, serverID.TrustDomain().Name())
	b.Run("bare", func(b *testing.B) { benchmark(b, caller(b, ca, startBare(b, ca))) })
	for _, ratio := range []float64{0, 0.01, 1} {
		b.Run(fmt.Sprint("sampled=", ratio), func(b *testing.B) { benchmark(b, caller(b, ca, startWhole(b, ca, ratio))) })
	}
}

func benchmark(b *testing.B, request func()) {
	b.ReportAllocs()
	for b.Loop() {
		request()
	}
}

// caller returns what sends one request to address.
func caller(tb testing.TB, ca *identitytest.CA, address string) func() {
	source := identitytest.NewSource(ca.SVID(friendID.String(), time.Hour), ca.Bundle())
	transport := &http.Transport{TLSClientConfig: identity.ClientConfig(source, serverID)}
	transport.TLSClientConfig.NextProtos = []string{"http/1.1"}
	tb.Cleanup(transport.CloseIdleConnections)
	request := func() {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://"+address+"/v1/greetings/ada", nil)
		if err != nil {
			tb.Fatal(err)
		}
		answer, err := transport.RoundTrip(r)
		if err != nil {
			tb.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			tb.Fatal(answer.Status)
		}
	}
	request() // the handshake
	return request
}

func startBare(tb testing.TB, ca *identitytest.CA) (address string) {
	mux := http.NewServeMux()
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := json.Marshal(greeting{"Hello, " + r.PathValue("name") + "!", r.TLS.PeerCertificates[0].URIs[0].String()})
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(append(body, '\n'))
	})
	svid, pool := ca.SVID(serverID.String(), time.Hour), x509.NewCertPool()
	for _, root := range ca.Bundle().X509Authorities() {
		pool.AddCert(root)
	}
	s := httptest.NewUnstartedServer(mux)
	s.TLS = &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{{Certificate: [][]byte{svid.Certificates[0].Raw}, PrivateKey: svid.PrivateKey}},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    pool,
	}
	s.StartTLS()
	tb.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func startWhole(tb testing.TB, ca *identitytest.CA, ratio float64) (address string) {
	tp := sdktrace.NewTracerProvider(
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(ratio))), sdktrace.WithBatcher(tracetest.NewNoopExporter()))
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	logger := slog.New(slog.DiscardHandler)
	access, err := identity.NewAuthorizer(identity.Rules{{Target: pattern, Allow: identity.IDs(friendID)}}, logger, mp)
	if err != nil {
		tb.Fatal(err)
	}
	tracer := tp.Tracer("test")
	s, err := httpserver.New(httpserver.Options{
		Source: identitytest.NewSource(ca.SVID(serverID.String(), time.Hour), ca.Bundle()),
		Access: access,
		Logger: logger,
		Telemetry: func(next http.Handler) (http.Handler, error) {
			return HTTPServer(next, tp, mp, func(r *http.Request) bool {
				id, ok := identity.Caller(r.Context())
				return ok && id.MemberOf(serverID.TrustDomain())
			})
		},
	}, []httpserver.Route{{Pattern: pattern, Handle: func(w http.ResponseWriter, r *http.Request) error {
		ctx, span := tracer.Start(r.Context(), "compose greeting")
		defer span.End()
		id, _ := identity.Caller(ctx)
		return httpserver.WriteJSON(w, http.StatusOK, greeting{"Hello, " + r.PathValue("name") + "!", id.String()})
	}}})
	if err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	tb.Cleanup(func() {
		_ = s.Shutdown(context.Background())
		<-served
		_ = tp.Shutdown(context.Background())
	})
	return l.Addr().String()
}
