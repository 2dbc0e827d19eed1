package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"

	"github.com/spf13/cobra"
)

func newTrace(env *Env) *cobra.Command {
	cmd := newGenerator(env, &cobra.Command{
		Use:   "trace -type NAME",
		Short: "Make a decorator that opens a span for each call of an interface",
		Long: `  gen trace -type Store
  gen trace -type Store,Cache -metrics -o stores_trace.go
  gen trace -type database/sql/driver.QueryerContext -ignore database/sql/driver.ErrSkip

Makes a type for an interface that opens an OpenTelemetry span for each call that has a context,
and hands the call on. In a Go file beside it write

  //go:generate gen trace -type Store

Nothing is recorded that is not named by a comment in the interface:

  //gen:attr user.id=id                a parameter, a field path, len(x), a constant
  //gen:span name="charge" kind=client until=close, or skip="why"
  //gen:ignore ErrNotFound io.EOF      errors that are no failure

The interface may be of this package or another one, generic, an alias, and the package need not
compile yet. What is up to date is not touched, and a file that does not say that it is generated
never is.`,
	})
	completeInterfaces(env, cmd)
	return cmd
}

// completeInterfaces offers the interfaces that the files of this folder declare for -type.
func completeInterfaces(env *Env, cmd *cobra.Command) {
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return interfacesIn(env.Dir), cobra.ShellCompDirectiveNoFileComp
	}
	if cmd.Flags().Lookup("type") == nil {
		return
	}
	if err := cmd.RegisterFlagCompletionFunc("type", complete); err != nil {
		panic(err) // the flag is there, and has no other
	}
	cmd.ValidArgsFunction = cobra.NoFileCompletions
}

func interfacesIn(dir string) []string {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil
	}
	var list []string
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for n := range ast.Preorder(f) {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if _, ok := spec.Type.(*ast.InterfaceType); ok {
					list = append(list, spec.Name.Name)
				}
			}
		}
	}
	return list
}
