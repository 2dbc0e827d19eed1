// Package renamed has old keys, written by hand.
package renamed

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

const prefix = "http."

const (
	statement               = "db.statement"               // want `"db.statement" was renamed to "db.query.text"`
	Exported                = attribute.Key("code.lineno") // want `"code.lineno" was renamed to "code.line.number"`
	logged                  = "code.filepath"              // want `"code.filepath" was renamed to "code.file.path"`
	typed     attribute.Key = "http.resend_count"          // want `"http.resend_count" was renamed to "http.request.resend_count"`
)

var variable = attribute.Key("messaging.message_id") // want `"messaging.message_id" was renamed to "messaging.message.id"`

// Never set here.
const Unused = attribute.Key("http.scheme")

func exact(span trace.Span, r *http.Request, code int) {
	span.SetAttributes(
		attribute.String("http.method", r.Method),                                      // want `"http.method" was renamed to "http.request.method"`
		attribute.Int("http.status_code", code),                                        // want `"http.status_code" was renamed to "http.response.status_code"`
		attribute.Key(`http.user_agent`).String(r.UserAgent()),                         // want `"http.user_agent" was renamed to "user_agent.original"`
		attribute.KeyValue{Key: "net.host.name", Value: attribute.StringValue(r.Host)}, // want `"net.host.name" was renamed to "server.address"`
	)
	span.SetAttributes(attribute.String("http.method", "GET")) // once a file
}

func constants(span trace.Span, s string, n int) {
	span.SetAttributes(
		attribute.String(statement, s),
		Exported.Int(n),
		attribute.String(logged, s),
		typed.Int(n),
		variable.String(s),
		attribute.String(prefix+"client_ip", s), // want `"http.client_ip" was renamed to "client.address"`
	)
	println(logged)
}

func closure(span trace.Span, s string) func() {
	const local = "faas.execution" // want `"faas.execution" was renamed to "faas.invocation_id"`
	return func() { span.SetAttributes(attribute.String(local, s)) }
}

func generic[T ~string](s T) attribute.KeyValue {
	return attribute.String("peer.service", string(s)) // want `"peer.service" was renamed to "service.peer.name"`
}

// The values changed, or some of them.
func values(span trace.Span, s string) {
	span.SetAttributes(
		attribute.String("db.system", "postgresql"), // want `"db.system" was renamed to "db.system.name"; some values changed`
		attribute.String("net.transport", "ip_tcp"), // want `"net.transport" was renamed to "network.transport"; the values changed`
		attribute.String("rpc.system", s),           // want `"rpc.system" was renamed to "rpc.system.name"; some values changed`
		attribute.String("code.function", s),        // want `"code.function" was replaced by "code.function.name"; the value is the full name, with what was code.namespace`
		attribute.Int64("rpc.grpc.status_code", 0),  // want `"rpc.grpc.status_code" was replaced by "rpc.response.status_code"; the value is the name of the code`
		attribute.String("net.host.port", s),        // want `"net.host.port" was renamed to "server.port"`
	)
}

// More than one takes its place, or none.
func several(ctx context.Context, counter metric.Int64Counter, s string) {
	counter.Add(ctx, 1, metric.WithAttributes(
		attribute.String("net.peer.name", s),         // want `"net.peer.name" was replaced by "server.address" on client spans and "client.address" on server spans`
		attribute.String("http.target", s),           // want `"http.target" was replaced by "url.path" and "url.query"`
		attribute.String("http.url", s),              // want `"http.url" was replaced by "url.full" on client spans, "url.path" and "url.query" on server spans`
		attribute.String("db.user", s),               // want `"db.user" was dropped from the semantic conventions, nothing takes its place`
		attribute.String("container.labels.team", s), // want `"container.labels.team" was renamed to "container.label.team"`
	))
}

// Both names in one list.
func both(s string) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("otel.library.name", s), // want `"otel.library.name" was renamed to "otel.scope.name"; the list has both`
		attribute.String("otel.scope.name", s),
	}
}

func silenced(s string) attribute.KeyValue {
	//lint:ignore semconvkey.renamed the backend wants it
	return attribute.String("http.flavor", s)
}
