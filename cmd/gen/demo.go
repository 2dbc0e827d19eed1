package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/internal/dev"
	"github.com/mintwright/mintwright/internal/dev/otlp"
)

// The two services of the demo: orders calls payments.
const (
	demoOrders   = "spiffe://demo.example/ns/shop/sa/orders"
	demoPayments = "spiffe://demo.example/ns/shop/sa/payments"
	demoCheckout = "spiffe://demo.example/ns/shop/sa/checkout"
)

// demo is one run of gen demo: a tour of gen by its own commands.
type demo struct {
	env    *Env
	dir    string // "" makes a temporary one
	folder string
}

func newDemo(env *Env) *cobra.Command {
	d := &demo{env: env}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make two services, run them, and let them talk over mutual TLS",
		Long: `  gen demo

Makes two services of which one calls the other, builds and runs them with identities of a
local authority, calls them as a friend and as a stranger, and shows the trace across both.
It ends by itself; the services stay in a temporary folder, or in the one given by --dir.`,
		Args:              atMost(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&d.dir, "dir", "", "folder for the two services, which has to be empty")
	return cmd
}

func (d *demo) run(ctx context.Context) error {
	if err := d.chooseFolder(); err != nil {
		return err
	}
	d.say("Two services, where orders calls payments and nobody else may:")
	for _, args := range [][]string{
		{
			"new", "payments", "--module", "example.com/demo/payments", "--trust-domain", "demo.example",
			"--namespace", "shop", "--callers", demoOrders, "--sampling", "1", "--no-input", "--no-git",
		},
		{
			"new", "orders", "--module", "example.com/demo/orders", "--trust-domain", "demo.example",
			"--namespace", "shop", "--callers", demoCheckout, "--sampling", "1",
			"--set", "calls.0.name=payments", "--set", "calls.0.id=" + demoPayments,
			"--set", "calls.0.address=payments.shop.svc:8443", "--no-input", "--no-git",
		},
	} {
		if err := d.gen(ctx, d.folder, args...); err != nil {
			return err
		}
	}
	return d.play(ctx)
}

func (d *demo) chooseFolder() error {
	if d.dir == "" {
		folder, err := os.MkdirTemp("", "gen-demo-")
		d.folder = folder
		return err
	}
	d.folder = d.env.path(d.dir)
	if err := os.MkdirAll(d.folder, 0o755); err != nil {
		return err
	}
	there, err := os.ReadDir(d.folder)
	if err == nil && len(there) > 0 {
		return &problem{
			code: exitFailed, err: fmt.Errorf("%s is not empty: it holds %s", d.folder, there[0].Name()),
			hints: []string{"choose another folder with --dir, or leave it out"},
		}
	}
	return err
}

// play runs both services and makes them talk.
func (d *demo) play(ctx context.Context) (err error) {
	orders, payments := filepath.Join(d.folder, "orders"), filepath.Join(d.folder, "payments")
	d.say("Both at once, each with an identity of its own; the first build takes a while:")
	d.echo([]string{"dev", orders, "--with", payments})
	s, err := dev.Start(ctx, dev.Options{
		Dirs: []string{orders, payments}, Load: loadService,
		Output: d.env.Stdout, Progress: d.env.Stdout,
		Environ: d.env.Environ,
		NoWatch: true, Readable: d.env.IsTerminal(d.env.Stdout),
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	const patience = time.Minute
	ready, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := s.Ready(ready); err != nil {
		return err
	}

	d.say("A friend of orders calls it, and orders calls payments:")
	if err := d.gen(ctx, orders, "dev", "call", "/v1/peers/payments/greetings/Ada"); err != nil {
		return err
	}
	if err := d.trace(ctx, s); err != nil {
		return err
	}
	d.say("A stranger calls payments, and is refused in the handshake:")
	if err := d.gen(ctx, orders, "dev", "call", "--stranger", "https://payments/v1/greetings/Ada"); err == nil {
		return errors.New("the stranger was not refused")
	}
	d.say("That is all. The services are in " + d.folder + ": have a look, and run them yourself with gen dev.")
	return nil
}

// trace prints the newest trace that both services are part of.
func (d *demo) trace(ctx context.Context, s *dev.Session) error {
	d.say("One trace across both, with the SPIFFE ID of each caller (it comes a few seconds later):")
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	t, err := s.Telemetry().Await(ctx, func(t otlp.Trace) bool {
		return slices.Contains(t.Services(), "orders") && slices.Contains(t.Services(), "payments")
	})
	if err != nil {
		return err
	}
	return d.gen(ctx, filepath.Join(d.folder, "orders"), "dev", "trace", t.ID)
}

// gen runs a command of gen in a folder, and shows it as it would be typed.
func (d *demo) gen(ctx context.Context, folder string, args ...string) error {
	d.echo(args)
	env := *d.env
	env.Dir = folder
	env.Stderr = env.Stdout // a tour is read from top to bottom
	if code := run(ctx, &env, args); code != exitDone {
		return fmt.Errorf("gen %s exited with %d", strings.Join(args[:2], " "), code)
	}
	return nil
}

func (d *demo) say(text string) { fmt.Fprintf(d.env.Stdout, "\n%s\n\n", text) }

func (d *demo) echo(args []string) {
	quoted := []string{"$ gen"}
	for _, a := range args {
		quoted = append(quoted, quote(a))
	}
	fmt.Fprintln(d.env.Stdout, strings.Join(quoted, " "))
}
