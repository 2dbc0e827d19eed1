package unsure

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func words(ctx context.Context, thing string, s struct{ part string }) {
	tracer.Start(ctx, "do "+thing)  // want `varies with thing`
	tracer.Start(ctx, s.part+" do") // want `varies with s.part`
}
