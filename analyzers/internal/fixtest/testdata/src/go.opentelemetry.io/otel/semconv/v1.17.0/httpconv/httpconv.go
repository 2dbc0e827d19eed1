// Package httpconv has a few of the functions of version 1.17.0.
package httpconv

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
)

func ClientRequest(req *http.Request) []attribute.KeyValue { return nil }
func RequestHeader(h http.Header) []attribute.KeyValue     { return nil }
