// Package cov has functions with and without spans.
package cov

import (
	"context"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

type server struct{}

func starts(ctx context.Context) {
	_, span := otel.Tracer("cov").Start(ctx, "x")
	span.End()
}

func takesUp(ctx context.Context) { trace.SpanFromContext(ctx).AddEvent("x") }

func (s *server) without(context.Context) {}

func (s *server) handle(w http.ResponseWriter, r *http.Request) {}

func none(n int) int { return n }

func instrumented(ctx context.Context) error {
	return http.ListenAndServe(":80", otelhttp.NewHandler(http.NotFoundHandler(), ""))
}

func bare(ctx context.Context) error {
	return http.ListenAndServe(":80", http.NotFoundHandler())
}
