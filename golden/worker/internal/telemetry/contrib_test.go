package telemetry

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

const (
	callerTrace = "0af7651916cd43dd8448eb211c80319c"
	traceparent = "00-" + callerTrace + "-b7ad6b7169203331-01"
)

func attributeOf(span tracetest.SpanStub, key attribute.Key) string {
	for _, a := range span.Attributes {
		if a.Key == key {
			return a.Value.String()
		}
	}
	return ""
}
