package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Tracer gives each query a duration and, within a trace that is sampled, a client span, by
// version 1.43 of OpenTelemetry's semantic conventions. A span is named by what the query does
// to which table; it holds the query's text only where the values are apart from it.
type Tracer struct {
	tracer     trace.Tracer
	duration   metric.Float64Histogram
	mu         sync.RWMutex
	statements map[statementKey]*statement
}

// NewTracer returns a Tracer.
func NewTracer(tp trace.TracerProvider, mp metric.MeterProvider) (*Tracer, error) {
	duration, err := mp.Meter(scope).Float64Histogram("db.client.operation.duration",
		metric.WithUnit("s"), metric.WithDescription("Duration of database client operations."),
		metric.WithExplicitBucketBoundaries(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10))
	return &Tracer{tracer: tp.Tracer(scope), duration: duration, statements: make(map[statementKey]*statement)}, err
}

// maxStatements bounds what is remembered; what is beyond it is made anew each time.
const maxStatements = 1000

// statement is what is known of a query before it is run.
type statement struct {
	summary    string
	attributes []attribute.KeyValue
	measured   []metric.RecordOption // of one that succeeds
}

type statementKey struct {
	server server
	sql    string
}

// server is the other end of a connection.
type server struct {
	address  string
	port     int
	database string
}

// serverKey finds the server among what a connection carries.
const serverKey = "store.server"

// serverOf is cheap, as the configuration of a connection is not: asking for it copies it.
func serverOf(conn *pgx.Conn) server {
	s, _ := conn.PgConn().CustomData()[serverKey].(server)
	return s
}

// statement returns the statement of a query.
func (t *Tracer) statement(s server, sql string) *statement {
	key := statementKey{s, sql}
	t.mu.RLock()
	known, ok := t.statements[key]
	t.mu.RUnlock()
	if ok {
		return known
	}
	operation, table := summarize(sql)
	made := &statement{
		summary: strings.TrimSuffix(operation+" "+table, " "),
		attributes: []attribute.KeyValue{
			semconv.DBSystemNamePostgreSQL, semconv.DBNamespace(s.database), semconv.DBOperationName(operation),
			semconv.ServerAddress(s.address), semconv.ServerPort(s.port),
		},
	}
	if table != "" {
		made.attributes = append(made.attributes, semconv.DBCollectionName(table))
	}
	made.measured = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(made.attributes...))}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.statements) < maxStatements {
		t.statements[key] = made
	}
	return made
}

// summarize returns the verb of a query and the table that it names first.
func summarize(sql string) (operation, table string) {
	words := strings.FieldsFunc(sql, func(r rune) bool { return strings.ContainsRune(" \t\r\n(),;", r) })
	if len(words) == 0 {
		return "QUERY", ""
	}
	operation = strings.ToUpper(words[0])
	if strings.Trim(operation, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "QUERY", "" // a comment, say
	}
	if operation == "UPDATE" && len(words) > 1 {
		return operation, words[1]
	}
	for i, word := range words[:len(words)-1] {
		switch strings.ToUpper(word) {
		case "FROM", "INTO":
			return operation, words[i+1]
		}
	}
	return operation, ""
}

type runningKey struct{}

// running is an operation that has begun.
type running struct {
	*statement
	span  trace.Span
	start time.Time
}

func (t *Tracer) start(ctx context.Context, known *statement, more ...attribute.KeyValue) context.Context {
	r := &running{statement: known, start: time.Now(), span: noop.Span{}}
	if trace.SpanFromContext(ctx).IsRecording() {
		ctx, r.span = t.tracer.Start(ctx, known.summary, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(known.attributes...))
		r.span.SetAttributes(more...)
	}
	return context.WithValue(ctx, runningKey{}, r)
}

func (t *Tracer) end(ctx context.Context, err error) {
	r, ok := ctx.Value(runningKey{}).(*running)
	if !ok {
		return
	}
	options := r.measured
	if err != nil {
		fault := []attribute.KeyValue{errorType(err)}
		var refused *pgconn.PgError
		if errors.As(err, &refused) {
			fault = append(fault, semconv.DBResponseStatusCode(refused.Code))
		}
		r.span.SetAttributes(fault...)
		r.span.SetStatus(codes.Error, err.Error())
		options = append(options[:len(options):len(options)], metric.WithAttributes(fault...))
	}
	r.span.End()
	t.duration.Record(ctx, time.Since(r.start).Seconds(), options...)
}

// TraceQueryStart is called before a query.
func (t *Tracer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	known := t.statement(serverOf(conn), data.SQL)
	if len(data.Args) == 0 {
		return t.start(ctx, known) // its text may hold values
	}
	return t.start(ctx, known, semconv.DBQueryText(data.SQL))
}

// TraceQueryEnd is called when its rows are read.
func (t *Tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	t.end(ctx, data.Err)
}

// TraceBatchStart is called before a batch.
func (t *Tracer) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	return t.start(ctx, t.statement(serverOf(conn), "BATCH"), semconv.DBOperationBatchSize(data.Batch.Len()))
}

// TraceBatchQuery is called for each query of a batch; the batch has one span.
func (t *Tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd is called when the results of a batch are read.
func (t *Tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	t.end(ctx, data.Err)
}

// TraceCopyFromStart is called before rows are copied into a table.
func (t *Tracer) TraceCopyFromStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceCopyFromStartData) context.Context {
	return t.start(ctx, t.statement(serverOf(conn), "COPY INTO "+strings.Join(data.TableName, ".")))
}

// TraceCopyFromEnd is called when they are.
func (t *Tracer) TraceCopyFromEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceCopyFromEndData) {
	t.end(ctx, data.Err)
}

// TraceConnectStart is called before a connection is made.
func (t *Tracer) TraceConnectStart(ctx context.Context, data pgx.TraceConnectStartData) context.Context {
	c := data.ConnConfig
	return t.start(ctx, t.statement(server{c.Host, int(c.Port), c.Database}, "CONNECT"))
}

// TraceConnectEnd is called when it is made.
func (t *Tracer) TraceConnectEnd(ctx context.Context, data pgx.TraceConnectEndData) {
	if data.Conn != nil {
		c := data.Conn.Config()
		data.Conn.PgConn().CustomData()[serverKey] = server{c.Host, int(c.Port), c.Database}
	}
	t.end(ctx, data.Err)
}
