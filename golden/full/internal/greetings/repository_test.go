package greetings

import (
	"context"
	"log/slog"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"example.com/acme/payments/v2/internal/store"
	"example.com/acme/payments/v2/internal/store/storetest"
)

// database returns a store with the tables of this service and nothing in them.
func database(t *testing.T) *store.Store {
	t.Helper()
	url := storetest.URL(t)
	o := store.Options{
		Service: "test", URL: func() (string, error) { return url, nil },
		Tracers: tracenoop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(), Logger: slog.New(slog.DiscardHandler),
	}
	if err := store.Migrate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestRepository(t *testing.T) {
	s := database(t)
	r := NewRepository(s)
	ctx := t.Context()
	var saved []Greeting
	save := func(key, name, caller string) {
		t.Helper()
		g := Greeting{Message: "Hello, " + name + "!", Caller: caller}
		if err := r.Save(ctx, key, name, g); err != nil {
			t.Fatal(err)
		}
		saved = append([]Greeting{g}, saved...)
	}
	const checkout, billing = "spiffe://acme.example/checkout", "spiffe://acme.example/billing"
	save("", "Ada", checkout)
	save("", "Ada", checkout) // without a key it is another one
	save("1", "Grace", checkout)
	save("1", "Grace", billing) // of another caller
	save("2", "Edsger", checkout)
	for range 2 {
		if err := r.Save(ctx, "1", "Grace", Greeting{Message: "again", Caller: checkout}); err != nil {
			t.Errorf("saving again under the same key: %v", err)
		}
	}
	for _, limit := range []int{0, 2, 100} {
		want := saved[:min(limit, len(saved))]
		got, err := r.Recent(ctx, limit)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("Recent(%d): got %v, %v, want %v", limit, got, err, want)
		}
	}
}

func TestRepositoryInATransaction(t *testing.T) {
	s := database(t)
	err := s.Tx(t.Context(), func(ctx context.Context, tx pgx.Tx) error {
		if err := NewRepository(tx).Save(ctx, "", "Ada", Greeting{}); err != nil {
			return err
		}
		return context.Canceled // and it is undone
	})
	if err == nil {
		t.Fatal("want the error")
	}
	if got, err := NewRepository(s).Recent(t.Context(), 1); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v, want nothing", got, err)
	}
}
