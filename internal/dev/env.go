package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// EnvOptions say which program to run and who it is to be.
type EnvOptions struct {
	// ID is the identity; zero means that of the first service.
	ID   spiffeid.ID
	Argv []string
	// Environ is what the program inherits. The variables of the session are put over it,
	// except for those of Environ that say where the program listens or how often it exports.
	Environ        []string
	Dir            string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Env runs a program with the session's Workload API and an identity, and returns its exit
// code. The program and all that it starts have the identity until it ends; with a terminal
// they share it with the caller, so that a debugger can be used.
//
// While it runs, the whole calling process has the identity, too. A program that is not
// there is exec.ErrNotFound or, by its path, fs.ErrNotExist.
func (c *Client) Env(ctx context.Context, o EnvOptions) (int, error) {
	if len(o.Argv) == 0 {
		return 0, errors.New("no program to run")
	}
	if o.ID.IsZero() {
		services, err := c.Services(ctx)
		if err != nil {
			return 0, err
		}
		if len(services) == 0 {
			return 0, errors.New("the session has no service")
		}
		o.ID = services[0].ID
	}
	var l leased
	held, err := c.post(ctx, "/v1/lease", lease{ID: o.ID}, &l)
	if err != nil {
		return 0, err
	}
	defer held.Close()
	// A service run by hand must not take the ports of the one in the session.
	for _, name := range []string{"HTTP_ADDRESS", "GRPC_ADDRESS", "PUBLIC_ADDRESS", "METRICS_ADDRESS", "PROBE_ADDRESS"} {
		if !has(o.Environ, name) {
			l.Environ[name] = "127.0.0.1:0"
		}
	}
	cmd := exec.CommandContext(ctx, o.Argv[0], o.Argv[1:]...)
	cmd.Dir = o.Dir
	cmd.Env = merge(slices.Concat(pairs(l.Pace), o.Environ), l.Environ)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.Stdin, o.Stdout, o.Stderr
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("running %q: %w", o.Argv[0], err)
	}
	stop := ignoreInterrupt(func(s os.Signal) { _ = cmd.Process.Signal(s) })
	err = cmd.Wait()
	stop()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if code := exit.ExitCode(); code >= 0 {
			return code, nil
		}
		return 128 + killedBy(exit), nil
	}
	return 0, err
}

func has(environ []string, name string) bool {
	for _, kv := range environ {
		if strings.HasPrefix(kv, name+"=") {
			return true
		}
	}
	return false
}
