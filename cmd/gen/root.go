package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/mintwright/mintwright/internal/directive"
	"github.com/mintwright/mintwright/internal/generate"
	"github.com/mintwright/mintwright/internal/names"
)

// run is gen without its process: it returns the exit code.
func run(ctx context.Context, env *Env, args []string) int {
	out := &checked{to: env.Stdout}
	known := *env
	known.Args = args
	root := newRoot(&known, out)
	root.SetArgs(twoDashes(args))
	err := root.ExecuteContext(ctx)
	if err == nil && out.err != nil {
		err = fmt.Errorf("writing the output: %w", out.err)
	}
	return conclude(env.Stderr, err)
}

// twoDashes gives the long flags of a verb for go:generate the second dash that the flags of
// Go's own tools do not have. Nil would mean os.Args.
func twoDashes(args []string) []string {
	if len(args) > 0 && directive.IsVerb(args[0]) {
		return generate.TwoDashes(args)
	}
	return append([]string{}, args...)
}

// checked remembers the first error of a writer: cobra prints help and drops it.
type checked struct {
	to  io.Writer
	err error
}

func (c *checked) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.err = cmp.Or(c.err, err)
	return n, err
}

func newRoot(env *Env, out io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "gen",
		Short: "Make Go services with an identity and telemetry",
		Long: `gen makes Go services that are born with a SPIFFE identity, mutual TLS and OpenTelemetry.

  gen new orders --module example.com/acme/orders
  cd orders
  gen dev

The code is yours: it needs nothing of gen at run time.`,
		Args:          unknownVerb,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(env.Stdin)
	root.SetOut(out) // before the command for completion, which keeps it
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newNew(env, service),
		newDev(env),
		newDemo(env),
		newGenerate(env),
		newTrace(env),
		newClient(env),
		newAttrs(env),
		newProto(env),
		newVet(env),
		newCheck(env),
		newChart(env),
		newVersion(env),
	)
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" { // cobra's own takes any word for a shell
			c.Args, c.RunE = unknownVerb, root.RunE
		}
	}
	return root
}

// unknownVerb refuses an argument that is no verb, and says which was probably meant.
func unknownVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	err := fmt.Errorf("%q is no command of %s", args[0], cmd.CommandPath())
	if near := names.Nearest(args[0], known); near != "" {
		return wrongUsage(err, fmt.Sprintf("did you mean %q?", cmd.CommandPath()+" "+near))
	}
	return wrongUsage(err, fmt.Sprintf("see %q", cmd.CommandPath()+" --help"))
}

// flagError says which flag was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	see := fmt.Sprintf("see %q", cmd.CommandPath()+" --help")
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return wrongUsage(err, see)
	}
	got := unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		got, _, _ = strings.Cut(short, "=") // -module: a long flag with one dash
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, f.Name)
		}
	})
	if near := names.Nearest(got, known); near != "" {
		return wrongUsage(err, fmt.Sprintf("did you mean --%s?", near), see)
	}
	return wrongUsage(err, see)
}

// exclusive refuses flags that are given together though only one of them can hold.
func exclusive(cmd *cobra.Command, names ...string) error {
	var given []string
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			given = append(given, "--"+name)
		}
	}
	if len(given) < 2 {
		return nil
	}
	return wrongUsage(fmt.Errorf("%s exclude each other", strings.Join(given, " and ")), "give one of them")
}

// atMost allows n arguments, and says what to do with more.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return wrongUsage(fmt.Errorf("argument %q is one too many", args[n]),
			fmt.Sprintf("usage: %s", cmd.UseLine()))
	}
}
