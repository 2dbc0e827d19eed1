// Command payments is a service with a SPIFFE identity.
//
// Takes card payments.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"example.com/acme/payments/v2/internal/api"
	"example.com/acme/payments/v2/internal/app"
	"example.com/acme/payments/v2/internal/config"
	"example.com/acme/payments/v2/internal/env"
	"example.com/acme/payments/v2/internal/ops"
)

const usage = `Usage:
  payments                 run until SIGTERM or SIGINT; a second one exits at once
  payments migrate         bring the schema of the database up to date
  payments check-config    print the settings and who may call what
  payments --version       print the version
  payments --help          print this and the settings

Settings, by environment variable:
`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "payments:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	c, settings, err := config.Load(os.Getenv)
	switch command := strings.Join(args, " "); command {
	case "":
		if err != nil {
			return err
		}
		return serve(c)
	case "migrate":
		if err != nil {
			return err
		}
		return migrate(c)
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
		return fmt.Errorf("unknown command %q: see payments --help", command)
	}
}

func serve(c config.Config) error {
	ctx, stop := untilAsked()
	defer stop()
	return app.Run(ctx, c)
}

func migrate(c config.Config) error {
	ctx, stop := untilAsked()
	defer stop()
	return app.Migrate(ctx, c)
}

// untilAsked returns a context that ends with SIGTERM or SIGINT. A second one exits at once.
func untilAsked() (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 2)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		stop()
		<-asked
		os.Exit(1)
	}()
	return ctx, stop
}
