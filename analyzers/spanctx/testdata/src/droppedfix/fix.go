package droppedfix

import (
	"context"
	"fmt"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/trace"
)

type provider struct {
	load   func(context.Context, string) (string, error)
	tracer trace.Tracer
}

func (p *provider) config(ctx context.Context, host string) (string, error) {
	if p.load != nil {
		span, _ := tracing.StartSpan(ctx, fmt.Sprintf("load credentials for %s", host)) // want `the context that carries span is dropped, and p.load gets ctx from before the span`
		res, err := p.load(ctx, host)
		tracing.FinishWithError(span, err)
		if err != nil {
			return "", err
		}
		return res, nil
	}
	return "", nil
}

func (p *provider) all(ctx context.Context, hosts []string) error {
	_, span := p.tracer.Start(ctx, "all") // want `is dropped, and`
	defer span.End()
	for _, host := range hosts {
		if _, err := p.load(ctx, host); err != nil {
			return err
		}
	}
	return nil
}

func (p *provider) literal(ctx context.Context) func() error {
	return func() error {
		_, span := p.tracer.Start(ctx, "literal") // want `is dropped, and`
		defer span.End()
		_, err := p.load(ctx, "x")
		return err
	}
}

func (p *provider) switched(ctx context.Context, kind int) (err error) {
	switch kind {
	case 1:
		_, span := p.tracer.Start(ctx, "one") // want `is dropped, and`
		_, err = p.load(ctx, "one")
		span.End()
	default:
		_, err = p.load(ctx, "other")
	}
	return err
}

// The old context is named another way.
func (p *provider) renamed(c context.Context) error {
	_, span := p.tracer.Start(c, "load") // want `is dropped, and`
	defer span.End()
	_, err := p.load(c, "x")
	return err
}
