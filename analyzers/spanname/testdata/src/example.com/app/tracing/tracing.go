// Package tracing starts and finishes spans in a team's own way.
package tracing

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

func StartSpan(ctx context.Context, name string, opts ...trace.SpanStartOption) (trace.Span, context.Context) {
	ctx, span := otel.Tracer("app").Start(ctx, name, opts...)
	return span, ctx
}

func FinishWithError(span trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
}

func Annotate(span trace.Span, id string) { span.SetAttributes(attribute.String("app.id", id)) }
