package collector

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/debugexporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
)

const patience = 20 * time.Second

// factories are the components that the configurations name, and no others.
func factories() (otelcol.Factories, error) {
	return otelcol.Factories{
		Receivers: byType[receiver.Factory](otlpreceiver.NewFactory()),
		Processors: byType(batchprocessor.NewFactory(), memorylimiterprocessor.NewFactory(),
			transformprocessor.NewFactory(), tailsamplingprocessor.NewFactory()),
		Exporters:  byType[exporter.Factory](otlpexporter.NewFactory(), debugexporter.NewFactory()),
		Extensions: byType[extension.Factory](healthcheckextension.NewFactory()),
		Telemetry:  otelconftelemetry.NewFactory(),
	}, nil
}

func byType[F component.Factory](list ...F) map[component.Type]F {
	all := map[component.Type]F{}
	for _, f := range list {
		all[f.Type()] = f
	}
	return all
}

// newCollector returns a collector with the files, later ones over earlier ones.
func newCollector(files ...string) (*otelcol.Collector, error) {
	return otelcol.NewCollector(otelcol.CollectorSettings{
		BuildInfo:               component.NewDefaultBuildInfo(),
		Factories:               factories,
		DisableGracefulShutdown: true, // signals are the test's
		LoggingOptions:          []zap.Option{zap.IncreaseLevel(zapcore.WarnLevel)},
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: confmap.ResolverSettings{
			URIs:              files,
			ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
			DefaultScheme:     "env",
		}},
	})
}

// service renders what gen new emits, and returns the files of deploy/collector by name.
func service(t *testing.T, sets ...string) map[string][]byte {
	t.Helper()
	d := answers.NewDraft()
	for _, set := range append([]string{"name=orders", "module=example.com/acme/orders"}, sets...) {
		path, value, _ := strings.Cut(set, "=")
		if err := d.Set(path, value, answers.SetFlag); err != nil {
			t.Fatalf("%s: %v", set, err)
		}
	}
	return rendered(t, d)
}

func rendered(t *testing.T, d *answers.Draft) map[string][]byte {
	t.Helper()
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Make(a)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render.Files(p, "devel")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Path, "deploy/collector/"); ok {
			found[name] = f.Content
		}
	}
	return found
}

// written writes the named files to a folder, and returns their places.
func written(t *testing.T, files map[string][]byte, names ...string) []string {
	t.Helper()
	folder := t.TempDir()
	var places []string
	for _, name := range names {
		content, ok := files[name]
		if !ok {
			t.Fatalf("there is no deploy/collector/%s", name)
		}
		place := filepath.Join(folder, name)
		if err := os.WriteFile(place, content, 0o666); err != nil {
			t.Fatal(err)
		}
		places = append(places, "file:"+place)
	}
	return places
}

// freePort returns a port that nobody listened on a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// running starts a collector with the files, its exporter leading to a new sink, and waits until
// it is healthy. The ports that a pod has to itself are others here.
func running(t *testing.T, files map[string][]byte, over string, names ...string) *sink {
	t.Helper()
	s := newSink(t)
	t.Setenv("OTLP_ENDPOINT", s.address)
	t.Setenv("OTLP_PLAINTEXT", "true")
	files["test.yaml"] = fmt.Appendf(nil, `
extensions: {health_check: {endpoint: "127.0.0.1:%s"}}
processors: {batch: {timeout: 10ms}}
service: {telemetry: {metrics: {level: none, readers: []}}}
`, freePort(t))
	names = append(names, "test.yaml")
	if over != "" {
		files["over.yaml"] = []byte(over)
		names = append(names, "over.yaml")
	}
	c, err := newCollector(written(t, files, names...)...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	deadline := time.Now().Add(patience)
	for c.GetState() != otelcol.StateRunning {
		select {
		case err := <-done:
			done <- nil
			t.Fatalf("the collector ended: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatal("the collector does not start")
		}
	}
	return s
}

// sink is where a collector exports to.
type sink struct {
	address string

	mu      sync.Mutex
	traces  []ptrace.Traces
	metrics []pmetric.Metrics
	logs    []plog.Logs
}

func newSink(t *testing.T) *sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{address: l.Addr().String()}
	server := grpc.NewServer()
	ptraceotlp.RegisterGRPCServer(server, &traceSink{sink: s})
	pmetricotlp.RegisterGRPCServer(server, &metricSink{sink: s})
	plogotlp.RegisterGRPCServer(server, &logSink{sink: s})
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	return s
}

type traceSink struct {
	ptraceotlp.UnimplementedGRPCServer
	*sink
}

func (s *traceSink) Export(_ context.Context, r ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traces = append(s.traces, r.Traces())
	return ptraceotlp.NewExportResponse(), nil
}

type metricSink struct {
	pmetricotlp.UnimplementedGRPCServer
	*sink
}

func (s *metricSink) Export(_ context.Context, r pmetricotlp.ExportRequest) (pmetricotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics = append(s.metrics, r.Metrics())
	return pmetricotlp.NewExportResponse(), nil
}

type logSink struct {
	plogotlp.UnimplementedGRPCServer
	*sink
}

func (s *logSink) Export(_ context.Context, r plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs = append(s.logs, r.Logs())
	return plogotlp.NewExportResponse(), nil
}

// await waits until what has come is enough.
func (s *sink) await(t *testing.T, enough func(*sink) bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		s.mu.Lock()
		ok := enough(s)
		s.mu.Unlock()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it did not come out of the collector")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// spans are those that have come so far.
func (s *sink) spans() []ptrace.Span {
	var all []ptrace.Span
	for _, td := range s.traces {
		for i := range td.ResourceSpans().Len() {
			scopes := td.ResourceSpans().At(i).ScopeSpans()
			for j := range scopes.Len() {
				spans := scopes.At(j).Spans()
				for k := range spans.Len() {
					all = append(all, spans.At(k))
				}
			}
		}
	}
	return all
}
