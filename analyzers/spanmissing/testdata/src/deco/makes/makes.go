// Package makes uses decorators that need more than what they decorate, so that there is no fix.
package makes

import (
	"deco/made"

	"go.opentelemetry.io/otel/trace"
)

type service struct {
	store made.Store
	meter made.Meter
	cache made.Cache[string, int]
}

func bad() *service {
	return &service{
		store: made.NewMemory(), // want `this Store is used without the decorator .* wrap it with made.TraceStore`
		meter: made.NewMemory(), // want `this Meter is used without the decorator .* wrap it with made.TraceMeter`
		cache: made.NewMemory(), // want `this Cache is used without the decorator .* wrap it with made.TraceCache`
	}
}

func good(provider trace.TracerProvider, meters made.Meters) (*service, error) {
	meter, err := made.TraceMeter(made.NewMemory(), provider, meters)
	if err != nil {
		return nil, err
	}
	return &service{
		store: made.TraceStore(made.NewMemory(), provider),
		meter: meter,
		cache: made.TraceCache[string, int](made.NewMemory(), provider),
	}, nil
}

func indirect(provider trace.TracerProvider, meters made.Meters) (*service, error) {
	meter, err := made.Measured(provider, meters)
	if err != nil {
		return nil, err
	}
	return &service{store: made.Traced(provider), meter: meter, cache: made.Cached(provider)}, nil
}
