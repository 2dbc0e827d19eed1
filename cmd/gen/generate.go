package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/internal/generate"
)

func newGenerate(env *Env) *cobra.Command {
	g := &generation{env: env, again: "gen generate"}
	var isVerbose bool
	cmd := &cobra.Command{
		Use:   "generate [PACKAGES]",
		Short: "Run the go:generate lines of gen in one process",
		Long: `  gen generate ./...
  gen generate --check ./...

Runs what "go generate" would run of gen: the lines

  //go:generate gen trace -type Store

of trace, client, attrs and proto, also as "go tool gen" and "go run". The packages are given as
to the go command; without any it is the one in this folder. They are loaded once for all lines,
and everything is made before anything is written. What comes out is the same, byte for byte.

Lines of other programs are left alone, and those that ask for another version of gen. A line
whose inputs, command and output are those of the last run is not run again; --force runs it. What
was made of what is remembered, as hashes, in the folder mintwright/generate of the user's caches
(GEN_CACHE names another, "off" none); it may be deleted at any time.`,
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := generate.Find(generate.Search{Dir: env.Dir, Environ: env.Environ, Patterns: args, Release: release()})
			if err != nil {
				return g.told(err)
			}
			g.cache = env.recordFolder()
			g.left(found, isVerbose)
			return g.run(cmd.Context(), found.Directives)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&g.force, "force", false, "run also what has not changed since the last run")
	g.mode.Flags(f)
	f.BoolVarP(&isVerbose, "verbose", "v", false, "list what is run, and the lines that are left alone")
	g.verbose = &isVerbose
	return cmd
}

// recordFolder is where it is remembered what was made; "" is nowhere.
func (e *Env) recordFolder() string {
	switch dir := e.get("GEN_CACHE"); dir {
	case "":
	case "off":
		return ""
	default:
		return e.path(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "mintwright", "generate")
}

// left tells of the lines that are not run.
func (g *generation) left(found generate.Found, isVerbose bool) {
	g.packages = found.Packages
	for _, o := range found.Others {
		line := leftLine{Path: g.shown(o.File), Line: o.Line, Command: strings.Join(o.Words, " "), Why: o.Why}
		g.others = append(g.others, line)
		if g.mode.Quiet || o.Why == "" && !isVerbose {
			continue
		}
		why := "it runs another program"
		if o.Why != "" {
			why = o.Why
		}
		note(g.env.Stderr, fmt.Sprintf("%s:%d: left alone: %s (%s)", line.Path, line.Line, line.Command, why))
	}
}
