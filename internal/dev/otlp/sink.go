// Package otlp receives OpenTelemetry data on one developer's machine: it prints a readable
// line a span, keeps the last of what it got in bounded memory, and answers questions about it.
//
// One listener speaks OTLP/gRPC and OTLP/HTTP (protobuf and JSON, gzip too), in plaintext or
// over the TLS that it is given. The rules are those of the OTLP specification 1.x.
package otlp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	logspb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // exporters compress; without it each such export fails
)

// DefaultBytes bounds what a Sink keeps.
const DefaultBytes = 64 << 20

// maxRequest bounds one request after decompression.
const maxRequest = 32 << 20

// Options say how a Sink prints and how much it keeps.
type Options struct {
	Lines io.Writer // receives a line a span; nil prints nothing
	Width int       // of the widest name of a service; a wider one makes room for itself
	Bytes int       // bound of what is kept, over all signals; zero means DefaultBytes
}

// Sink keeps telemetry. Its methods may be called at the same time.
type Sink struct {
	lines io.Writer
	grpc  *grpc.Server
	web   http.Handler

	mu      sync.Mutex
	spans   ring[Span]
	logs    ring[Log]
	metrics ring[Metric]
	changed chan struct{}
	widths  columns

	serving   sync.WaitGroup
	listeners []*Listener
}

// Listener is one address of a Sink.
type Listener struct {
	server *http.Server
	url    string
}

// Endpoint returns the value of OTEL_EXPORTER_OTLP_ENDPOINT, for gRPC and HTTP alike.
func (l *Listener) Endpoint() string { return l.url }

// New returns a sink that listens nowhere yet.
func New(o Options) *Sink {
	if o.Bytes <= 0 {
		o.Bytes = DefaultBytes
	}
	s := &Sink{lines: o.Lines, changed: make(chan struct{}), widths: columns{service: o.Width, name: len("GET /v1/greetings/{name}")}}
	s.spans.limit = o.Bytes / 2
	s.logs.limit = o.Bytes / 4
	s.metrics.limit = o.Bytes / 4
	s.grpc = grpc.NewServer(grpc.MaxRecvMsgSize(maxRequest))
	tracepb.RegisterTraceServiceServer(s.grpc, traceService{sink: s})
	metricspb.RegisterMetricsServiceServer(s.grpc, metricsService{sink: s})
	logspb.RegisterLogsServiceServer(s.grpc, logsService{sink: s})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/traces", s.postTraces)
	mux.HandleFunc("POST /v1/metrics", s.postMetrics)
	mux.HandleFunc("POST /v1/logs", s.postLogs)
	s.web = mux
	return s
}

// Listen receives on a loopback address such as 127.0.0.1:0. A nil config means plaintext;
// otherwise the config is used as it is, and with it whom it lets in.
func (s *Sink) Listen(address string, config *tls.Config) (*Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("telemetry address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("telemetry address %q: only loopback is listened on", address)
	}
	inner, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	server := &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 10 * time.Second,
		Protocols:         new(http.Protocols),
		ErrorLog:          log.New(io.Discard, "", 0), // refused handshakes: the exporter tells them
	}
	server.Protocols.SetHTTP1(true)
	l := &Listener{server: server, url: "http://" + inner.Addr().String()}
	serve := func() error { return server.Serve(inner) }
	if config == nil {
		server.Protocols.SetUnencryptedHTTP2(true)
	} else {
		server.Protocols.SetHTTP2(true)
		server.TLSConfig = config.Clone()
		l.url = "https://" + inner.Addr().String()
		serve = func() error { return server.ServeTLS(inner, "", "") }
	}
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	s.mu.Unlock()
	s.serving.Go(func() { _ = serve() }) // always http.ErrServerClosed: nothing else closes it
	return l, nil
}

// Close stops listening. What was received can still be asked for.
func (s *Sink) Close() error {
	s.mu.Lock()
	listeners := s.listeners
	s.listeners = nil
	s.mu.Unlock()
	var err error
	for _, l := range listeners {
		err = errors.Join(err, l.server.Close())
	}
	s.grpc.Stop()
	s.serving.Wait()
	return err
}

func (s *Sink) serve(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
		s.grpc.ServeHTTP(w, r)
		return
	}
	s.web.ServeHTTP(w, r)
}

type traceService struct {
	tracepb.UnimplementedTraceServiceServer
	sink *Sink
}

func (t traceService) Export(_ context.Context, r *tracepb.ExportTraceServiceRequest) (*tracepb.ExportTraceServiceResponse, error) {
	t.sink.keepSpans(r)
	return &tracepb.ExportTraceServiceResponse{}, nil
}

type metricsService struct {
	metricspb.UnimplementedMetricsServiceServer
	sink *Sink
}

func (m metricsService) Export(_ context.Context, r *metricspb.ExportMetricsServiceRequest) (*metricspb.ExportMetricsServiceResponse, error) {
	m.sink.keepMetrics(r)
	return &metricspb.ExportMetricsServiceResponse{}, nil
}

type logsService struct {
	logspb.UnimplementedLogsServiceServer
	sink *Sink
}

func (l logsService) Export(_ context.Context, r *logspb.ExportLogsServiceRequest) (*logspb.ExportLogsServiceResponse, error) {
	l.sink.keepLogs(r)
	return &logspb.ExportLogsServiceResponse{}, nil
}
