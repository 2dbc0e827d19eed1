// Command picture records gen at a terminal and writes what is seen as animated SVG files.
//
// It starts the real program in a pseudo-terminal, presses the keys of a script, and keeps the
// screen after each of them. What differs from run to run (ports, identifiers, times) is
// replaced, so that the same program gives the same bytes: a picture changes when gen does.
//
// Run it by "make pictures". It needs Linux or macOS, and go in the PATH.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// patience ends a recording that hangs; most of it is for a cold build of a service.
const patience = 10 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: picture GEN FOLDER")
		os.Exit(2)
	}
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "picture: error:", err)
		os.Exit(1)
	}
}

// run writes the pictures of the program gen into a folder.
func run(ctx context.Context, gen, folder string) error {
	gen, err := filepath.Abs(gen)
	if err != nil {
		return err
	}
	home, err := os.MkdirTemp("", "picture-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	if home, err = filepath.EvalSymlinks(home); err != nil {
		return err
	}
	home = filepath.Join(home, "acme") // gen new offers the name of the folder
	if err := os.Mkdir(home, 0o755); err != nil {
		return err
	}
	environ, err := surroundings(ctx, home)
	if err != nil {
		return err
	}
	s := studio{gen: gen, home: home, environ: environ, names: &standIns{home: home}}
	for _, picture := range []struct {
		name string
		play func(context.Context, studio) (*film, error)
	}{
		{"wizard.svg", wizard}, // makes the service that dev runs
		{"dev.svg", dev},
	} {
		f, err := picture.play(ctx, s)
		if err != nil {
			return fmt.Errorf("recording %s: %w", picture.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, picture.name), f.svg(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// surroundings is the environment of what is recorded: nothing of the machine's but where go
// is and what it has built.
func surroundings(ctx context.Context, home string) ([]string, error) {
	environ := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TERM=xterm-256color", "TZ=UTC", "GIT_CONFIG_NOSYSTEM=1"}
	out, err := exec.CommandContext(ctx, "go", "env", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	lines := bytes.Split(out, []byte("\n"))
	for i, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
		environ = append(environ, name+"="+string(lines[i]))
	}
	return environ, nil
}
