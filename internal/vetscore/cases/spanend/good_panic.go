// What leaves by panic, log.Fatal or os.Exit is no exit that needs End.
//
// Evidence: rule.

package spanend

import (
	"context"
	"log"
	"os"
)

func goodPanic(ctx context.Context, id string) {
	ctx, span := tracer.Start(ctx, "good")
	it, err := load(ctx, id)
	if err != nil {
		log.Fatalf("loading: %v", err)
	}
	if it.id == "" {
		panic("no id") // GOOD: the process is over
	}
	if !valid(it.id) {
		os.Exit(1)
	}
	span.End()
}
