package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"example.com/acme/payments/v2/internal/store/storetest"
)

func TestSummarize(t *testing.T) {
	for _, tt := range []struct{ sql, want string }{
		{"SELECT message FROM greetings WHERE id = $1", "SELECT greetings"},
		{"\n\tselect a, b from  shop.greetings;", "SELECT shop.greetings"},
		{"INSERT INTO greetings(name) VALUES ($1)", "INSERT greetings"},
		{"UPDATE greetings SET name = $1", "UPDATE greetings"},
		{"DELETE FROM greetings", "DELETE greetings"},
		{"WITH next AS (SELECT id FROM jobs) UPDATE jobs SET n = 1", "WITH jobs"},
		{"begin", "BEGIN"},
		{"commit", "COMMIT"},
		{"SELECT 'geheim'", "SELECT"},
		{"-- a comment", "QUERY"},
		{"SELECT 1 FROM", "SELECT"},
		{"UPDATE", "UPDATE"},
		{"", "QUERY"},
	} {
		operation, table := summarize(tt.sql)
		if got := strings.TrimSpace(operation + " " + table); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.sql, got, tt.want)
		}
	}
}

// observed returns a store with a Tracer, and what sees its spans and metrics.
func observed(t *testing.T, url string) (*Store, *tracetest.SpanRecorder, *sdkmetric.ManualReader) {
	t.Helper()
	spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	o := options(url)
	o.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	o.Meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	tracer, err := NewTracer(o.Tracers, o.Meters)
	if err != nil {
		t.Fatal(err)
	}
	o.Queries = tracer
	return open(t, o), spans, reader
}

func TestTracer(t *testing.T) {
	s, spans, reader := observed(t, storetest.URL(t))
	ctx, root := s.tracer.Start(t.Context(), "root")
	defer root.End()
	do := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TABLE numbers (n integer UNIQUE)")
	do("INSERT INTO numbers VALUES ($1)", 7)
	if _, err := s.Exec(ctx, "INSERT INTO numbers VALUES ($1)", 7); err == nil {
		t.Fatal("a number is there twice")
	}
	batch := &pgx.Batch{}
	batch.Queue("SELECT 1")
	batch.Queue("SELECT 2")
	if err := s.SendBatch(ctx, batch).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CopyFrom(ctx, pgx.Identifier{"numbers"}, []string{"n"}, pgx.CopyFromRows([][]any{{8}})); err != nil {
		t.Fatal(err)
	}
	err := s.Tx(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM numbers WHERE n = $1", 8)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	var names []string
	byName := map[string]sdktrace.ReadOnlySpan{}
	for _, span := range spans.Ended() {
		names = append(names, span.Name())
		byName[span.Name()] = span
	}
	want := []string{"CONNECT", "CREATE", "INSERT numbers", "INSERT numbers", "BATCH", "COPY numbers", "BEGIN", "DELETE numbers", "COMMIT", "transaction"}
	if !slices.Equal(names, want) {
		t.Fatalf("got the spans %q, want %q", names, want)
	}
	failed := byName["INSERT numbers"] // the second
	if failed.SpanKind() != trace.SpanKindClient || failed.Status().Code != codes.Error {
		t.Errorf("got a span of kind %v with status %v", failed.SpanKind(), failed.Status())
	}
	attributes := attribute.NewSet(failed.Attributes()...)
	for key, want := range map[attribute.Key]string{
		"db.system.name": "postgresql", "db.operation.name": "INSERT", "db.collection.name": "numbers",
		"db.query.text": "INSERT INTO numbers VALUES ($1)", "error.type": "23505", "db.response.status_code": "23505",
		"db.namespace": s.Pool.Config().ConnConfig.Database, "server.address": s.Pool.Config().ConnConfig.Host,
		"server.port": fmt.Sprint(s.Pool.Config().ConnConfig.Port),
	} {
		if got, _ := attributes.Value(key); got.String() != want {
			t.Errorf("%s: got %q, want %q", key, got.String(), want)
		}
	}
	created := attribute.NewSet(byName["CREATE"].Attributes()...)
	if created.HasValue("db.query.text") {
		t.Error("a text that may hold values is shown")
	}
	if byName["DELETE numbers"].Parent().SpanID() != byName["transaction"].SpanContext().SpanID() {
		t.Error("a query of a transaction is no child of it")
	}

	var metrics metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &metrics); err != nil {
		t.Fatal(err)
	}
	found := map[string]metricdata.Aggregation{}
	for _, scope := range metrics.ScopeMetrics {
		for _, m := range scope.Metrics {
			found[m.Name] = m.Data
		}
	}
	for _, name := range []string{"db.client.connection.count", "db.client.connection.max", "db.client.connection.timeouts"} {
		if found[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	counts := map[string]uint64{}
	for _, p := range found["db.client.operation.duration"].(metricdata.Histogram[float64]).DataPoints {
		operation, _ := p.Attributes.Value("db.operation.name")
		fault, _ := p.Attributes.Value("error.type")
		counts[strings.TrimSpace(operation.AsString()+" "+fault.AsString())] += p.Count
		if p.Attributes.HasValue("db.query.text") {
			t.Errorf("a metric has a query's text: %v", p.Attributes)
		}
	}
	if counts["INSERT"] != 1 || counts["INSERT 23505"] != 1 || counts["CONNECT"] != 1 {
		t.Errorf("got the durations %v", counts)
	}
}

func TestTracerWithoutDatabase(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s, spans, _ := observed(t, "postgres://u:geheim@"+l.Addr().String()+"/orders?sslmode=disable")
	ctx, root := s.tracer.Start(t.Context(), "root")
	defer root.End()
	if _, err := s.Exec(ctx, "SELECT 1"); err == nil {
		t.Fatal("a query without a database succeeds")
	}
	ended := spans.Ended()
	if len(ended) != 1 || ended[0].Name() != "CONNECT" || ended[0].Status().Code != codes.Error {
		t.Fatalf("got the spans %v, want one that failed to connect", ended)
	}
	if got := fmt.Sprint(ended[0].Attributes(), ended[0].Status()); !strings.Contains(got, "connect") || strings.Contains(got, "geheim") {
		t.Errorf("got %s, want its error.type without the password", got)
	}
}

func TestTracerForgets(t *testing.T) {
	tracer, err := NewTracer(sdktrace.NewTracerProvider(), noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 * maxStatements {
		tracer.statement(server{}, fmt.Sprint("SELECT ", i))
	}
	if got := len(tracer.statements); got > maxStatements {
		t.Errorf("%d statements are remembered, want at most %d", got, maxStatements)
	}
}

// A query that is not sampled costs the context and its value.
func TestTracerAllocations(t *testing.T) {
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	tracer, err := NewTracer(sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample())), mp)
	if err != nil {
		t.Fatal(err)
	}
	run := func() {
		ctx := tracer.start(context.Background(), tracer.statement(server{"db", 5432, "orders"}, "SELECT message FROM greetings"))
		tracer.end(ctx, nil)
	}
	run()
	if got := testing.AllocsPerRun(100, run); got > 2 {
		t.Errorf("got %v allocations, want at most 2", got)
	}
}

func TestErrorType(t *testing.T) {
	_, refused := net.DialTimeout("tcp", "127.0.0.1:1", time.Second)
	for want, err := range map[string]error{
		"canceled": fmt.Errorf("a query: %w", context.Canceled),
		"timeout":  fmt.Errorf("a query: %w", context.DeadlineExceeded),
		"_OTHER":   errors.Join(refused, errors.New("mishap")),
	} {
		if got := errorType(err).Value.AsString(); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
}
