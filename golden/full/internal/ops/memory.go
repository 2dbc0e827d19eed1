package ops

import (
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// memoryMax is where version 2 of control groups says how much memory a container may use.
const memoryMax = "/sys/fs/cgroup/memory.max"

// TuneMemory has the garbage collector run less often, which costs memory and saves processor
// time, until nine tenths of the container's memory are in use, and then as often as it needs
// to stay below that. GOGC and GOMEMLIMIT win over it.
func TuneMemory(logger *slog.Logger) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	if limit := containerMemory(memoryMax); os.Getenv("GOMEMLIMIT") == "" && limit > 0 {
		debug.SetMemoryLimit(limit / 10 * 9)
		logger.Info("memory limit", "container", limit, "garbage_collector", limit/10*9)
	}
}

// containerMemory returns the limit in bytes that file holds, 0 for none.
func containerMemory(file string) int64 {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0 // not in such a container
	}
	limit, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64)
	if err != nil {
		return 0 // "max"
	}
	return limit
}
