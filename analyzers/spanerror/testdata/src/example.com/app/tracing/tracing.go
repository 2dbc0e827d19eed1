// Package tracing records and finishes in a team's own way.
package tracing

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Finish sets the status.
func Finish(span trace.Span, err *error) {
	if *err != nil {
		fail(span, *err)
	}
	span.End()
}

func fail(span trace.Span, err error) {
	span.SetStatus(codes.Error, err.Error())
}

// Fail sets the status of the context's span.
func Fail(ctx context.Context, err error) {
	span := trace.SpanFromContext(ctx)
	span.SetStatus(codes.Error, err.Error())
}

// Record only records.
func Record(span trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
	}
}

// Describe reads and writes something else.
func Describe(span trace.Span, text string) { span.AddEvent(text) }
