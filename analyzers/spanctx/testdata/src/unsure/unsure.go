package unsure

import (
	"context"
	"net"
	"net/http"
	"os/exec"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

var handlers []func()

// The context would only end these early.
func ends(ctx context.Context) {
	_, span := tracer.Start(ctx, "run")
	defer span.End()
	_ = exec.Command("true").Run()        // want `exec.Command takes no context`
	_, _ = net.Dial("tcp", "localhost:1") // want `net.Dial takes no context`
}

// Who gets the request may give it a context.
func handedOn(ctx context.Context, do func(*http.Request) error) error {
	_, span := tracer.Start(ctx, "get")
	defer span.End()
	req, err := http.NewRequest("GET", "http://example.com", nil) // want `http.NewRequest takes no context`
	if err != nil {
		return err
	}
	return do(req)
}

func literal(ctx context.Context) {
	_, span := tracer.Start(ctx, "get")
	defer span.End()
	handlers = append(handlers, func() { _, _ = http.Get("http://example.com") }) // want `http.Get takes no context`
}

// One of the options may be a link.
func options(ctx context.Context, opts ...trace.SpanStartOption) {
	_, span := tracer.Start(context.Background(), "job", opts...) // want `ctx is at hand`
	defer span.End()
}
