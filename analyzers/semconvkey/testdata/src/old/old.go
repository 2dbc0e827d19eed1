// Package old lives on an older version of the conventions.
package old

import (
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.25.0"
	"go.opentelemetry.io/otel/trace"
)

const (
	DBNameKey   = string(semconv.DBNameKey)      // want `DBNameKey of semconv v1.25.0 is "db.name", which was replaced by "db.namespace" \(DBNamespaceKey since v1.26.0\); some systems want more than the database's name`
	PeerNameKey = string(semconv.NetPeerNameKey) // want `NetPeerNameKey of semconv v1.25.0 is "net.peer.name", which was replaced by "server.address" on client spans and "client.address" on server spans`
	ServiceKey  = string(semconv.ServiceNameKey)
)

func set(span trace.Span, method, text string, code int) {
	span.SetAttributes(
		semconv.ServiceName("a"),
		semconv.HTTPMethodKey.String(method), // want `HTTPMethodKey of semconv v1.25.0 is "http.method", which was renamed to "http.request.method" \(HTTPRequestMethodKey\)`
		semconv.HTTPStatusCode(code),         // want `HTTPStatusCode of semconv v1.25.0 is "http.status_code"`
		semconv.DBStatement(text),            // want `DBStatement of semconv v1.25.0 is "db.statement", which was renamed to "db.query.text" \(DBQueryTextKey since v1.26.0\)`
		semconv.DBSystemMySQL,                // want `DBSystemMySQL of semconv v1.25.0 is "db.system", which was renamed to "db.system.name" \(DBSystemNameKey since v1.30.0\); some values changed`
	)
	span.SetAttributes(semconv.HTTPMethodKey.String("GET"))
}

func later() []attribute.KeyValue {
	attrs := []attribute.KeyValue{semconv.RPCSystemGRPC} // want `RPCSystemGRPC of semconv v1.25.0 is "rpc.system"`
	make := semconv.HTTPTarget                           // want `HTTPTarget of semconv v1.25.0 is "http.target", which was replaced by "url.path" and "url.query"`
	return append(attrs, make("/"))
}

func read(kv attribute.KeyValue, set *attribute.Set) bool {
	_, ok := set.Value(semconv.HTTPTargetKey)
	return ok || kv.Key == semconv.NetPeerNameKey || kv == semconv.DBSystemMySQL
}

func returned() attribute.KeyValue {
	return semconv.DBSystemMySQL
}
