package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// measureSizes returns a table of how large a service's program is, by what it was chosen to have.
func measureSizes(ctx context.Context, dir string, _ size) ([]fmt.Stringer, error) {
	t := table{head: []string{"program", "MiB"}}
	size := func(name, folder, pkg string) error {
		program := filepath.Join(dir, "sized")
		build := step{folder, []string{"go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, pkg}}
		if err := build.run(ctx, "CGO_ENABLED=0"); err != nil {
			return err
		}
		info, err := os.Stat(program)
		if err != nil {
			return err
		}
		t.add(name, "%.1f", float64(info.Size())/(1<<20))
		return nil
	}
	if err := size("stock telemetry by hand, HTTP and gRPC", ".", "./internal/bench/byhand"); err != nil {
		return nil, err
	}
	for i, flags := range []string{
		"--serve http",
		"--serve http --otlp-protocol http/protobuf",
		"--serve http --middleware contrib",
		"--serve http --prometheus",
		"--serve http --store postgres",
		"--serve grpc",
		"--serve grpc --middleware contrib",
		"--serve http,grpc",
		"--serve worker",
		"--serve worker --worker-source nats",
		"--serve worker --worker-source postgres --store postgres",
	} {
		source := filepath.Join(dir, fmt.Sprint("sized-", i))
		if err := (step{dir, newService(dir, source, append(strings.Fields(flags), "--no-git")...)}).run(ctx); err != nil {
			return nil, err
		}
		if err := size("`"+flags+"`", source, "./cmd/"+serviceName); err != nil {
			return nil, err
		}
	}
	return []fmt.Stringer{t}, nil
}
