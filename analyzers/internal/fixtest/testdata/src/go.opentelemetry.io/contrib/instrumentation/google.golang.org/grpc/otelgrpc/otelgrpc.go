// Package otelgrpc has the signatures of OpenTelemetry's, and nothing behind them.
package otelgrpc

import (
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

type Option interface{ apply() }

func NewServerHandler(opts ...Option) stats.Handler                     { return nil }
func NewClientHandler(opts ...Option) stats.Handler                     { return nil }
func UnaryServerInterceptor(opts ...Option) grpc.UnaryServerInterceptor { return nil }
func UnaryClientInterceptor(opts ...Option) grpc.UnaryClientInterceptor { return nil }
func WithTracerProvider(tp trace.TracerProvider) Option                 { return nil }
