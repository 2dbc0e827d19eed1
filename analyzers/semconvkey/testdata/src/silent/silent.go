// Package silent has what looks like a mistake and is none.
package silent

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Old names in other things than attributes.
var fields = map[string]string{"http.method": "method", "net.peer.name": "peer"}

// Names of everybody's, and of our own namespaces.
func own(span trace.Span, id string, n int) {
	span.SetAttributes(
		attribute.String("key", id),
		attribute.String("range_end", id),
		attribute.String("digest", id),
		attribute.Int("limit", n),
		attribute.String("type", id),
		attribute.Int("state", n),
		attribute.String("pool", id),
		attribute.String("pool.name", id),
		attribute.String("app.http.method", id),
		attribute.String("leaseID", id),
		attribute.Bool("hit", true),
	)
}

// In a namespace of the conventions, but not near anything there.
func strangers(span trace.Span, s string) {
	span.SetAttributes(
		attribute.String("http.path", s),
		attribute.String("http.endpoint", s),
		attribute.String("http.request_id", s),
		attribute.String("http.router", s),
		attribute.String("http.read_bytes", s),
		attribute.String("k8s.pod.names", s),
		attribute.String("process.uid", s),
		attribute.String("server.sort", s),
		attribute.String("db.rows", s),
	)
}

// Alive, whatever an older schema said, or without a constant, or in another repository.
func alive(span trace.Span, s string, list []string) {
	span.SetAttributes(
		attribute.String("enduser.id", s),
		attribute.String("jvm.gc.cause", s),
		attribute.String("gen_ai.request.model", s),
		attribute.String("mcp.session.id", s),
		attribute.StringSlice("http.request.header.x-request-id", list),
		attribute.String("k8s.pod.label.app", s),
		attribute.String("rpc.response.status_code", s),
	)
}

// What others have set is read.
func read(set *attribute.Set, kv attribute.KeyValue) bool {
	if v, ok := set.Value("http.method"); ok && v.AsString() == "GET" {
		return true
	}
	switch kv.Key {
	case "http.status_code", attribute.Key("http.url"):
		return false
	}
	old := attribute.Key("net.peer.name")
	return kv.Key == old || set.HasValue(attribute.Key("db.system"))
}

var dropped = attribute.NewDenyKeysFilter("http.target", "http.url")

// Values of the right type.
func types(span trace.Span, n int64, code int, s string) {
	span.SetAttributes(
		attribute.Int64("http.response.body.size", n),
		attribute.Int("http.response.status_code", code),
		semconv.HTTPRequestMethodKey.String(s),
		semconv.HostCPUFamilyKey.Int(6), // an int in 1.22.0
		attribute.String("server.address", s),
		attribute.KeyValue{Key: "server.port", Value: attribute.IntValue(code)},
	)
}

func key(k, v string) attribute.KeyValue { return attribute.String(k, v) }

// A key twice, but not in one list; and lists that are not set.
func apart(ctx context.Context, span trace.Span, counter metric.Int64Counter, hit bool) {
	if hit {
		span.SetAttributes(attribute.String("app.cache", "hit"))
	} else {
		span.SetAttributes(attribute.String("app.cache", "miss"))
	}
	counter.Add(ctx, 1, metric.WithAttributes(attribute.String("app.cache", "hit")))
	span.AddEvent("a", trace.WithAttributes(attribute.Int("app.rows", 1)))
	span.AddEvent("b", trace.WithAttributes(attribute.Int("app.rows", 2)))
}

var methods = []attribute.KeyValue{semconv.HTTPRequestMethodGet, semconv.HTTPRequestMethodPost}

func oneOf(...attribute.KeyValue) {}

var _ = func() int {
	oneOf(semconv.HTTPRequestMethodGet, semconv.HTTPRequestMethodPost)
	return 0
}()

// One schema.
func resources() (*resource.Resource, error) {
	return resource.Merge(resource.Default(), resource.NewWithAttributes(semconv.SchemaURL, semconv.ServiceName("a")))
}

func schemaless() (*resource.Resource, error) {
	return resource.Merge(resource.Default(), resource.NewSchemaless(semconv.ServiceName("a")))
}

func detected(ctx context.Context) (*resource.Resource, error) {
	return resource.New(ctx, resource.WithSchemaURL(semconv.SchemaURL), resource.WithTelemetrySDK(), resource.WithAttributes(semconv.ServiceName("a")))
}

func other(url string) *resource.Resource {
	return resource.NewWithAttributes("https://example.com/schemas/1.0.0", semconv.ServiceName("a"))
}
