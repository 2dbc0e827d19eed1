package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"example.com/acme/stock/internal/config"
	"example.com/acme/stock/internal/identity/identitytest"
	"example.com/acme/stock/internal/ops"
)

// TestStart runs the service as it is configured, and ends it once it has started.
func TestStart(t *testing.T) {
	settings := settings(t)
	c, _, err := config.Load(func(name string) string { return settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	ca := identitytest.NewCA(t, ID().TrustDomain().Name())
	source := identitytest.NewSource(ca.SVID(ID().String(), time.Hour), ca.Bundle())
	probes := ops.NewProbes(slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, c, source, probes) }()
	for err := probes.Ready(); err != nil && err.Error() == "starting"; err = probes.Ready() {
		select {
		case err := <-ended:
			t.Fatalf("it ended before it had started: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
