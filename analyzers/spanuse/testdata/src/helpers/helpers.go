// Package helpers tells spans something.
package helpers

import (
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

func Capture(span trace.Span, code int, h http.Header) {
	if span == nil {
		return
	}
	set(span)
}

func set(span trace.Span) { span.SetAttributes() }

func Look(span trace.Span) bool { return span.IsRecording() }

func Finish(span trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
	}
	span.End()
}
