// Command orders is a service with a SPIFFE identity.
//
// Takes orders and knows their state.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/acme/orders/internal/api"
	"github.com/acme/orders/internal/app"
	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/env"
	"github.com/acme/orders/internal/ops"
	"github.com/acme/orders/internal/ping"
)

const usage = `Usage:
  orders                 run until SIGTERM or SIGINT; a second one exits at once
  orders check-config    print the settings and who may call what
  orders ping URL        call a replica, as the workload that this runs in; with --refused, to be refused
  orders --version       print the version
  orders --help          print this and the settings

Settings, by environment variable:
`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "orders:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	c, settings, err := config.Load(os.Getenv)
	if len(args) > 0 && args[0] == "ping" {
		return ping.Run(context.Background(), c.WorkloadAPI, app.ID(), args[1:], stdout)
	}
	switch command := strings.Join(args, " "); command {
	case "":
		if err != nil {
			return err
		}
		return untilAsked(app.Run, c)
	case "check-config":
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, "Settings:")
		if err := env.Write(stdout, settings); err != nil {
			return err
		}
		_, err := fmt.Fprintf(stdout, "Access:\n%s", api.Access())
		return err
	case "--version", "version":
		_, err := fmt.Fprintln(stdout, app.Name, ops.Version())
		return err
	case "--help", "-h", "help":
		fmt.Fprint(stdout, usage)
		return env.Write(stdout, settings)
	default:
		return fmt.Errorf("unknown command %q: see orders --help", command)
	}
}

// untilAsked calls do with a context that ends with SIGTERM or SIGINT. A second one exits at once.
func untilAsked(do func(context.Context, config.Config) error, c config.Config) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	asked := make(chan os.Signal, 2)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		stop()
		<-asked
		os.Exit(1)
	}()
	return do(ctx, c)
}
