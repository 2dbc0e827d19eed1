//go:build !linux

package main

import (
	"errors"
	"time"
)

// cpuTime fails: only Linux tells it of another process.
func cpuTime(int) (time.Duration, error) {
	return 0, errors.New("services are measured on Linux only")
}

func residentMiB(int) (float64, error) { return 0, errors.ErrUnsupported }

func load() string { return "unknown" }

func machine(_, _ string) string { return "" }
