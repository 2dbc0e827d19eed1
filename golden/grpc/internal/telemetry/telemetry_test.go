package telemetry

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
)

func TestResource(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging,service.version=operator")
	res, err := NewResource(t.Context(), Service{Name: "orders", Namespace: "shop", Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[attribute.Key]string{
		"service.name": "^orders$", "service.namespace": "^shop$", "service.version": "^operator$",
		"service.instance.id":         "^[A-Z2-7]{26}$",
		"deployment.environment.name": "^staging$", "telemetry.sdk.language": "^go$",
		"process.runtime.name": "^go$", "process.runtime.version": "^go", "host.name": ".",
	} {
		if value, _ := res.Set().Value(key); !regexp.MustCompile(want).MatchString(value.String()) {
			t.Errorf("%s = %q, want %s", key, value.String(), want)
		}
	}
	if res.SchemaURL() == "" {
		t.Error("the resource has no schema URL")
	}
}

func TestResourceRefusesMalformedAttributes(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "staging")
	if _, err := NewResource(t.Context(), Service{Name: "orders"}); err == nil || !strings.Contains(err.Error(), "OTEL_RESOURCE_ATTRIBUTES") {
		t.Errorf("got %v, want an error that names OTEL_RESOURCE_ATTRIBUTES", err)
	}
}

type providerFunc func(context.Context) error

func (f providerFunc) Shutdown(ctx context.Context) error { return f(ctx) }

func TestShutdownIsSideBySideAndWithinItsBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		obedient := providerFunc(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		quick := providerFunc(func(context.Context) error { time.Sleep(1900 * time.Millisecond); return broken })
		start := time.Now()
		err := Shutdown(2*time.Second, obedient, obedient, quick)
		if d := time.Since(start); d != 2*time.Second {
			t.Errorf("took %v, want 2s", d)
		}
		if !errors.Is(err, broken) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want both errors", err)
		}
		if err := Shutdown(2*time.Second, providerFunc(func(context.Context) error { return nil })); err != nil {
			t.Error(err)
		}
	})
}

func TestShutdownLeavesADeafProviderBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		forever := make(chan struct{})
		defer close(forever)
		err := Shutdown(time.Second, providerFunc(func(context.Context) error { <-forever; return nil }))
		if d := time.Since(start); d > 1500*time.Millisecond {
			t.Errorf("took %v", d)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
	})
}
