// Package metric has signatures of OpenTelemetry's, and nothing behind them.
package metric

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

type (
	Int64Counter interface {
		Add(ctx context.Context, incr int64, options ...AddOption)
	}
	AddOption         interface{ applyAdd() }
	MeasurementOption interface{ AddOption }
)

func WithAttributes(attributes ...attribute.KeyValue) MeasurementOption { return nil }
func WithAttributeSet(attributes attribute.Set) MeasurementOption       { return nil }
