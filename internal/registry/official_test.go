package registry

import (
	"os"
	"testing"
	"time"
)

// TestOfficial reads the registry of OpenTelemetry from the folder that SEMCONV_REGISTRY names.
func TestOfficial(t *testing.T) {
	dir := os.Getenv("SEMCONV_REGISTRY")
	if dir == "" {
		t.Skip("SEMCONV_REGISTRY names no folder with the official registry")
	}
	start := time.Now()
	r, err := Load(os.DirFS(dir), Options{}, ".")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(start), r.SchemaURL, len(r.Attributes), len(r.Groups), len(r.Metrics), len(r.Spans), len(r.Events), len(r.Entities))
	for _, w := range r.Warnings {
		t.Errorf("passed over: %v", w)
	}
}
