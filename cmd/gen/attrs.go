package main

import "github.com/spf13/cobra"

func newAttrs(env *Env) *cobra.Command {
	return newGenerator(env, &cobra.Command{
		Use:   "attrs FILE | FOLDER...",
		Short: "Make typed helpers of a registry of semantic conventions",
		Long: `  gen attrs registry.yaml
  gen attrs conventions -o attributes.go -markdown attributes.md

Makes Go of a team's own attributes, metrics, spans and events, which a registry of OpenTelemetry
Weaver describes: constructors with the right types, enums, instruments with the right unit. In a
Go file beside the registry write

  //go:generate gen attrs registry.yaml

A name that is, or nearly is, an official one is refused. What is up to date is not touched, and a
file that does not say that it is generated never is.`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		},
	})
}
