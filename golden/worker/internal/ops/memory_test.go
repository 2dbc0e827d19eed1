package ops

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestContainerMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "memory.max")
	if got := containerMemory(file); got != 0 {
		t.Errorf("without a container: got %d", got)
	}
	for content, want := range map[string]int64{"max\n": 0, "134217728\n": 128 << 20, "": 0} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := containerMemory(file); got != want {
			t.Errorf("%q: got %d, want %d", content, got, want)
		}
	}
}

func TestTuneMemory(t *testing.T) {
	before, limit := debug.SetGCPercent(50), debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(limit)
	defer debug.SetGCPercent(before)
	for gogc, want := range map[string]int{"50": 50, "": 200} {
		t.Setenv("GOGC", gogc)
		debug.SetGCPercent(50)
		TuneMemory(slog.New(slog.DiscardHandler))
		if got := debug.SetGCPercent(50); got != want {
			t.Errorf("GOGC=%s: got %d, want %d", gogc, got, want)
		}
	}
}
