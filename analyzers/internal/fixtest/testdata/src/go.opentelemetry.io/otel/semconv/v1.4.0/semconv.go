// Package semconv has a few of the names of version 1.4.0.
package semconv

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
)

const SchemaURL = "https://opentelemetry.io/schemas/1.4.0"

const (
	ServiceNameKey    = attribute.Key("service.name")
	HTTPMethodKey     = attribute.Key("http.method")
	HTTPStatusCodeKey = attribute.Key("http.status_code")
	NetPeerNameKey    = attribute.Key("net.peer.name")
)

func HTTPServerAttributesFromHTTPRequest(serverName, route string, request *http.Request) []attribute.KeyValue {
	return nil
}
func EndUserAttributesFromHTTPRequest(request *http.Request) []attribute.KeyValue { return nil }
