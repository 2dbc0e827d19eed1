// Package trace has the signatures of OpenTelemetry's, and nothing behind them.
package trace

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
)

type TracerProvider interface {
	Tracer(name string, options ...TracerOption) Tracer
}

type Tracer interface {
	Start(ctx context.Context, spanName string, opts ...SpanStartOption) (context.Context, Span)
}

type Span interface {
	End(options ...SpanEndOption)
	AddEvent(name string, options ...EventOption)
	AddLink(link Link)
	IsRecording() bool
	RecordError(err error, options ...EventOption)
	SpanContext() SpanContext
	SetStatus(code codes.Code, description string)
	SetName(name string)
	SetAttributes(kv ...attribute.KeyValue)
	TracerProvider() TracerProvider
	span()
}

type (
	SpanContext struct{}
	Link        struct{ SpanContext SpanContext }
	SpanKind    int

	TracerOption         interface{ applyTracer() }
	SpanStartOption      interface{ applySpanStart() }
	SpanEndOption        interface{ applySpanEnd() }
	EventOption          interface{ applyEvent() }
	SpanStartEventOption interface {
		SpanStartOption
		EventOption
	}
	SpanEndEventOption interface {
		SpanEndOption
		EventOption
	}
)

const (
	SpanKindInternal SpanKind = iota + 1
	SpanKindServer
	SpanKindClient
	SpanKindProducer
	SpanKindConsumer
)

type option struct{}

func (option) applyTracer()    {}
func (option) applySpanStart() {}
func (option) applySpanEnd()   {}
func (option) applyEvent()     {}

func WithAttributes(...attribute.KeyValue) SpanStartEventOption   { return option{} }
func WithLinks(...Link) SpanStartOption                           { return option{} }
func WithNewRoot() SpanStartOption                                { return option{} }
func WithSpanKind(SpanKind) SpanStartOption                       { return option{} }
func WithStackTrace(bool) SpanEndEventOption                      { return option{} }
func WithInstrumentationVersion(string) TracerOption              { return option{} }
func WithSchemaURL(string) TracerOption                           { return option{} }
func LinkFromContext(context.Context, ...attribute.KeyValue) Link { return Link{} }

func SpanFromContext(context.Context) Span                                      { return nil }
func SpanContextFromContext(context.Context) SpanContext                        { return SpanContext{} }
func ContextWithSpan(ctx context.Context, _ Span) context.Context               { return ctx }
func ContextWithSpanContext(ctx context.Context, _ SpanContext) context.Context { return ctx }

func (SpanContext) IsValid() bool { return false }
