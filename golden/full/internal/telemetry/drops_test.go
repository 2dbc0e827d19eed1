package telemetry

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel"
)

// quiet counts drops and logs nowhere.
func quiet() *Drops { return NewDrops(slog.New(slog.NewTextHandler(io.Discard, nil))) }

func TestDropsAreCountedAndLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		d := NewDrops(slog.New(slog.NewTextHandler(&out, nil)))
		for range 100 {
			d.add("traces", "queue_full", 2)
			d.add("logs", "export_failed", 1)
			otel.Handle(errors.New("collector is away"))
		}
		want := map[loss]int64{{"traces", "queue_full"}: 200, {"logs", "export_failed"}: 100}
		if got := d.totals(); !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if n := strings.Count(out.String(), "\n"); n != 3 {
			t.Errorf("got %d lines, want 3:\n%s", n, out.String())
		}
		out.Reset()
		time.Sleep(reportInterval)
		otel.Handle(errors.New("collector is away"))
		if got := out.String(); !strings.Contains(got, `error="collector is away" errors=101`) {
			t.Errorf("got %s, want the error and how many there were", got)
		}
	})
}
