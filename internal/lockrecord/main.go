// Command lockrecord writes blueprints/locks/modules.txt: the go.mod files, imports and
// hashes from which the go.mod and go.sum of a service are derived without a network.
//
// It derives every shape of a service against the real module cache and keeps all that was
// read. The versions come from the go.mod of this module, which must be tidy. What the
// cache lacks is downloaded by the go command, under its own rules (GOPROXY, GOSUMDB).
//
// Run it by "make lock" after a change of versions, or of the imports of a blueprint.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/mintwright/mintwright/generators/gomod"
)

// modulesFile is the recording, from the root of this module.
const modulesFile = "blueprints/locks/modules.txt"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, "."); err != nil {
		fmt.Fprintln(os.Stderr, "lockrecord: error:", err)
		os.Exit(1)
	}
}

// run records into the module at root.
func run(ctx context.Context, root string) error {
	shapes, err := Shapes()
	if err != nil {
		return err
	}
	text, err := record(ctx, root, shapes)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, modulesFile), text, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "lockrecord: recorded %d shapes, %d bytes\n", len(shapes), len(text))
	return nil
}

// record returns the recording of the shapes, at the versions of the module at root.
func record(ctx context.Context, root string, shapes []Shape) ([]byte, error) {
	cache, err := openCache(ctx, root)
	if err != nil {
		return nil, err
	}
	r := gomod.Record(cache)
	for _, s := range shapes {
		if _, _, err := gomod.Derive(r, serviceModule, s.Files); err != nil {
			return nil, fmt.Errorf("shape %s: %w", s.Name, err)
		}
	}
	return r.Text(), nil
}
