// Tests leak spans too: the exporter of the test never sees them.
//
// Evidence: rule.

package spanend

import (
	"context"
	"testing"
)

func TestLeak(t *testing.T) {
	ctx, span := tracer.Start(context.Background(), "test") // BAD spanend.leak
	it, err := load(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	span.AddEvent("loaded")
	if it.id != "a" {
		t.Error(it)
	}
}
