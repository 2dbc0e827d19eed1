// Package propagation is a stub.
package propagation

import (
	"context"
	"net/http"
)

type TextMapCarrier interface {
	Get(key string) string
	Set(key, value string)
}

type HeaderCarrier http.Header

func (HeaderCarrier) Get(key string) string { return "" }
func (HeaderCarrier) Set(key, value string) {}

type TextMapPropagator interface {
	Inject(ctx context.Context, carrier TextMapCarrier)
	Extract(ctx context.Context, carrier TextMapCarrier) context.Context
}
