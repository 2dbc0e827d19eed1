// A test's cleanup ends the span.
//
// Evidence: rule.

package spanend

import "testing"

func TestCleanup(t *testing.T) {
	ctx, span := tracer.Start(t.Context(), "test")
	t.Cleanup(func() { span.End() }) // GOOD: after the test
	if _, err := load(ctx, "a"); err != nil {
		t.Fatal(err)
	}
}
