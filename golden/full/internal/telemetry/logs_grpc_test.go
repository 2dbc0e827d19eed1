package telemetry

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/resource"
)

func TestGRPCLogSendsOverTLS(t *testing.T) {
	environment(t)
	c, seen := accepting(t)
	exp, err := NewGRPCLogExporter(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	d := quiet()
	p := NewLoggerProvider(resource.Empty(), exp, d)
	slog.New(NewLogHandler(p, "test")).InfoContext(t.Context(), "hello")
	if err := Shutdown(5*time.Second, p); err != nil {
		t.Error(err)
	}
	if got := d.totals(); len(got) > 0 {
		t.Errorf("dropped %v", got)
	}
	seen.want(t, "/opentelemetry.proto.collector.logs.v1.LogsService/Export")
}

func TestGRPCLogShutsDownInItsBudget(t *testing.T) {
	for name, collector := range map[string]func(*testing.T) Collector{"silent": silent, "refusing": refusing} {
		t.Run(name, func(t *testing.T) {
			exp, err := NewGRPCLogExporter(t.Context(), collector(t))
			if err != nil {
				t.Fatal(err)
			}
			d := quiet()
			p := NewLoggerProvider(resource.Empty(), exp, d)
			slog.New(NewLogHandler(p, "test")).InfoContext(t.Context(), "hello")
			start := time.Now()
			_ = Shutdown(300*time.Millisecond, p) // what it could not deliver is counted, not always returned
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			if len(d.totals()) == 0 {
				t.Error("nothing was counted")
			}
		})
	}
}

func TestGRPCLogKeepsTLS(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4317")
	c, _ := accepting(t)
	if _, err := NewGRPCLogExporter(t.Context(), c); err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_ENDPOINT") {
		t.Errorf("got %v, want an error that names the variable", err)
	}
}
