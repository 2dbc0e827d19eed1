// Package semconv stands for a version that is not released yet.
package semconv

import "go.opentelemetry.io/otel/attribute"

const SchemaURL = "https://opentelemetry.io/schemas/1.99.0"

const (
	HTTPMethodKey             = attribute.Key("http.method")
	HTTPResponseStatusCodeKey = attribute.Key("http.response.status_code")
)

func HTTPMethod(val string) attribute.KeyValue { return HTTPMethodKey.String(val) }
