package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// logSink keeps what it gets once it is let through gate, and fails with err.
type logSink struct {
	gate    chan struct{}
	err     error
	mu      sync.Mutex
	records []sdklog.Record
}

func (s *logSink) Export(_ context.Context, records []sdklog.Record) error {
	<-s.gate
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		s.records = append(s.records, r.Clone())
	}
	return s.err
}

func (s *logSink) ForceFlush(context.Context) error { return nil }
func (s *logSink) Shutdown(context.Context) error   { return nil }

// slowSink needs 20 ms for an export.
type slowSink struct{ *logSink }

func (s slowSink) Export(ctx context.Context, records []sdklog.Record) error {
	time.Sleep(20 * time.Millisecond)
	return s.logSink.Export(ctx, records)
}

func open(err error) *logSink {
	gate := make(chan struct{})
	close(gate)
	return &logSink{gate: gate, err: err}
}

func records(t *testing.T, lp *sdklog.LoggerProvider, n int) {
	t.Helper()
	logger := slog.New(NewLogHandler(lp, "test"))
	for range n {
		logger.InfoContext(t.Context(), "hello")
	}
}

func TestExportedRecordsCarryTraceCallerAndLevel(t *testing.T) {
	sink := open(nil)
	lp := NewLoggerProvider(resource.Empty(), sink, quiet())
	var level slog.LevelVar
	logger := NewLogger(io.Discard, &level, func(context.Context) []slog.Attr {
		return []slog.Attr{slog.String("caller", "friend")}
	}, NewLogHandler(lp, "test"))
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "work")
	defer span.End()
	logger.DebugContext(ctx, "too low")
	level.Set(slog.LevelDebug)
	logger.DebugContext(ctx, "hello")
	if err := Shutdown(5*time.Second, lp); err != nil {
		t.Fatal(err)
	}
	if len(sink.records) != 1 {
		t.Fatalf("got %d records, want 1", len(sink.records))
	}
	r := sink.records[0]
	if r.TraceID() != span.SpanContext().TraceID() || r.SpanID() != span.SpanContext().SpanID() {
		t.Error("the record is not of the span")
	}
	if r.AttributesLen() != 1 || r.Body().String() != "hello" {
		t.Errorf("got %s with %d attributes, want hello with the caller alone", r.Body(), r.AttributesLen())
	}
}

func TestFullLogQueueIsCounted(t *testing.T) {
	t.Setenv("OTEL_BLRP_MAX_QUEUE_SIZE", "100")
	d, sink := quiet(), &logSink{gate: make(chan struct{})}
	lp := NewLoggerProvider(resource.Empty(), sink, d)
	records(t, lp, 1000)
	if got, want := d.totals(), (map[loss]int64{{"logs", "queue_full"}: 900}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	close(sink.gate)
	if err := Shutdown(5*time.Second, lp); err != nil {
		t.Error(err)
	}
	if n := len(sink.records); n != 100 {
		t.Errorf("exported %d, want the 100 that were admitted", n)
	}
}

func TestFailedLogExportIsCounted(t *testing.T) {
	d := quiet()
	lp := NewLoggerProvider(resource.Empty(), open(errors.New("refused")), d)
	records(t, lp, 7)
	if err := lp.ForceFlush(t.Context()); err == nil {
		t.Error("flush of a failing exporter returned no error")
	}
	if got, want := d.totals(), (map[loss]int64{{"logs", "export_failed"}: 7}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRecordsAreUTF8: OTLP has no other text, and a batch is refused whole.
func TestRecordsAreUTF8(t *testing.T) {
	const bad, good = "a\xffb", "a\uFFFDb"
	sink := open(nil)
	lp := NewLoggerProvider(resource.Empty(), sink, quiet())
	logger := slog.New(NewLogHandler(lp, "test"))
	logger.InfoContext(t.Context(), bad, "path", bad, "whole", "ü")
	logger.InfoContext(t.Context(), "whole", "path", "ü")
	if err := Shutdown(5*time.Second, lp); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{good + " path=" + good + " whole=ü", "whole path=ü"} {
		got := sink.records[i].Body().String()
		sink.records[i].WalkAttributes(func(a attribute.KeyValue) bool {
			got += " " + string(a.Key) + "=" + a.Value.String()
			return true
		})
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestFlushCutShortLosesNothing(t *testing.T) {
	t.Setenv("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "2")
	t.Setenv("OTEL_BLRP_SCHEDULE_DELAY", "60000")
	d, sink := quiet(), open(nil)
	lp := NewLoggerProvider(resource.Empty(), slowSink{sink}, d)
	records(t, lp, 9)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_ = lp.ForceFlush(ctx)
	if err := Shutdown(5*time.Second, lp); err != nil {
		t.Error(err)
	}
	if n := len(sink.records); n != 9 || len(d.totals()) > 0 {
		t.Errorf("exported %d, dropped %v, want all 9", n, d.totals())
	}
}

func TestRecordsLeftAtShutdownAreCounted(t *testing.T) {
	d, sink := quiet(), &logSink{gate: make(chan struct{})}
	defer close(sink.gate)
	lp := NewLoggerProvider(resource.Empty(), sink, d)
	records(t, lp, 7)
	if err := Shutdown(50*time.Millisecond, lp); err == nil {
		t.Error("got no error")
	}
	if got, want := d.totals(), (map[loss]int64{{"logs", "shutdown"}: 7}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLogExporterNone(t *testing.T) {
	t.Setenv("OTEL_LOGS_EXPORTER", "none")
	sink := open(nil)
	lp := NewLoggerProvider(resource.Empty(), sink, quiet())
	records(t, lp, 3)
	if err := Shutdown(time.Second, lp); err != nil || len(sink.records) > 0 {
		t.Errorf("got %v, %d records, want none", err, len(sink.records))
	}
}
