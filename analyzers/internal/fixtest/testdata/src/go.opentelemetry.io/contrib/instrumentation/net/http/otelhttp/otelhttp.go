// Package otelhttp has the signatures of OpenTelemetry's, and nothing behind them.
package otelhttp

import (
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

type (
	Option    interface{ apply() }
	Transport struct{ rt http.RoundTripper }
)

var DefaultClient = &http.Client{Transport: NewTransport(http.DefaultTransport)}

func NewHandler(handler http.Handler, operation string, opts ...Option) http.Handler { return nil }
func NewMiddleware(operation string, opts ...Option) func(http.Handler) http.Handler { return nil }
func NewTransport(base http.RoundTripper, opts ...Option) *Transport                 { return nil }
func WithTracerProvider(provider trace.TracerProvider) Option                        { return nil }
func WithFilter(f func(*http.Request) bool) Option                                   { return nil }
func WithSpanNameFormatter(f func(operation string, r *http.Request) string) Option  { return nil }

func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) { return nil, nil }
