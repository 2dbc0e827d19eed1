package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/generate"
	"github.com/mintwright/mintwright/internal/tree"
)

// generation is one run of go:generate lines: of one, which is the command line itself, or of all
// those of some packages.
type generation struct {
	env      *Env
	mode     generate.Mode
	again    string // the command, for hints
	cache    string // the folder of records, "" for none
	force    bool
	verbose  *bool // nil: there is no such flag
	packages int   // in which directives were looked for
	others   []leftLine
}

// newGenerator is the command of one generator: its flags come from the generator, and its
// arguments from the line that go generate runs.
func newGenerator(env *Env, cmd *cobra.Command) *cobra.Command {
	name := cmd.Name()
	g := &generation{env: env, again: "gen " + name}
	f := cmd.Flags()
	f.SortFlags = false
	generate.Flags(name, f, &g.mode)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := misused(cmd, args); err != nil {
			return err
		}
		return g.run(cmd.Context(), []generate.Directive{env.directive(name)})
	}
	return cmd
}

// misused is what can be said of a command line without looking at any file.
func misused(cmd *cobra.Command, args []string) error {
	named := cmd.Flags().Lookup("type")
	switch {
	case named == nil && len(args) == 0:
		return wrongUsage(errors.New("no registry is named"), "write gen attrs registry.yaml, or the name of a folder with the registry's files")
	case named != nil && len(args) > 0:
		return wrongUsage(fmt.Errorf("argument %q is one too many", args[0]), fmt.Sprintf("take it away; gen %s has flags alone", cmd.Name()))
	case named != nil && !named.Changed:
		return wrongUsage(errors.New("no interface is named"), "name it with -type")
	}
	return nil
}

// directive is the command line as a go:generate line, with the place that the go command tells.
// The variables may be those of another folder: then gen was started by what go generate runs.
func (e *Env) directive(name string) generate.Directive {
	d := generate.Directive{Dir: e.Dir, Args: append([]string{name}, e.after(name)...)}
	file := e.get("GOFILE")
	if file == "" || file != filepath.Base(file) {
		return d
	}
	if info, err := os.Stat(filepath.Join(e.Dir, file)); err != nil || info.IsDir() {
		return d
	}
	d.File, d.Package = file, e.get("GOPACKAGE")
	d.Line, _ = strconv.Atoi(e.get("GOLINE")) // 0: the file as a whole
	return d
}

// after returns the arguments as they were given, after the verb.
func (e *Env) after(verb string) []string {
	if i := slices.Index(e.Args, verb); i >= 0 {
		return e.Args[i+1:]
	}
	return nil
}

// generatedDocument is what the verbs for go:generate print with --json.
type generatedDocument struct {
	Written bool            `json:"written"` // false with --check and --dry-run
	Files   []generatedFile `json:"files"`
	Left    []leftLine      `json:"left,omitempty"` // gen generate only: lines that were not run
}

// generatedFile is a generated file in the JSON document.
type generatedFile struct {
	Path    string `json:"path"`    // from the working folder
	Changed bool   `json:"changed"` // it was missing or had other content
	By      string `json:"by"`      // the command
	At      string `json:"at"`      // the line that runs it, file:line; "" when started by hand

	isWritten bool // when it has changed; a line may have --check of its own
}

// leftLine is a go:generate line that is left alone.
type leftLine struct {
	Path    string `json:"path"` // from the working folder
	Line    int    `json:"line"`
	Command string `json:"command"`
	Why     string `json:"why,omitempty"` // "" when it runs another program
}

// run makes the output of directives and writes it, or looks what that would change. The process
// lives for a second at most, so that memory is collected only near the limit.
func (g *generation) run(ctx context.Context, list []generate.Directive) error {
	const limit = 1 << 30
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(limit)
	made, err := generate.Make(ctx, generate.Options{Environ: g.env.Environ, Cache: g.cache, Force: g.force, Stderr: g.env.Stderr}, list)
	if err != nil {
		return g.told(err)
	}
	doc := generatedDocument{Written: g.mode.Writes(), Files: []generatedFile{}, Left: g.others}
	changed := map[string]bool{} // absolute
	for _, r := range made.Results {
		result, err := disk.PreviewGenerated(r.Module, r.Files) // of all before anything is written
		if err != nil {
			return g.env.refused(err, "choose another file with -o")
		}
		for _, name := range result.Written {
			changed[r.Path(name)] = true
		}
	}
	g.warn(made)
	if err := g.write(ctx, made, len(changed) > 0); err != nil {
		return err
	}
	g.lacks(made)
	stale := 0
	for _, r := range made.Results {
		for _, name := range r.Names() {
			full := r.Path(name)
			doc.Files = append(doc.Files, generatedFile{g.shown(full), changed[full], r.Command(), g.line(r.Directive), doc.Written && r.Mode.Writes()})
			if changed[full] && (g.mode.Check || r.Mode.Check) {
				stale++
			}
		}
	}
	if err := g.print(doc, made); err != nil || stale == 0 {
		return err
	}
	return &problem{
		code: exitFindings, err: fmt.Errorf("%s not up to date", plural(stale, "file is", "files are")),
		hints: []string{fmt.Sprintf("run %s without --check, and commit what it writes", g.again)},
	}
}

// lacks tells which packages go.mod has no module for, by the first of each module.
func (g *generation) lacks(made generate.Made) {
	list := made.Lacking()
	for i, l := range list {
		if g.mode.Quiet || i > 0 && list[i-1].Module == l.Module {
			continue
		}
		note(g.env.Stderr, fmt.Sprintf("%s imports %s, which no module of go.mod has", g.shown(l.File), l.Package))
		hint(g.env.Stderr, "run go mod tidy, which adds it")
	}
}

// warn tells of what is doubtful.
func (g *generation) warn(made generate.Made) {
	for _, r := range made.Results {
		for _, f := range r.Warnings {
			if !g.mode.Quiet {
				one := g.nearby(f)
				note(g.env.Stderr, one.Fact())
				if one.Remedy != "" {
					hint(g.env.Stderr, one.Remedy)
				}
			}
		}
	}
}

// nearby is a fault as the person sees it from where they stand.
func (g *generation) nearby(f *fault.Fault) fault.Fault {
	one := *f
	one.File, one.Problem, one.Remedy = g.shown(f.File), g.env.relative(f.Problem), g.env.relative(f.Remedy)
	return one
}

// line is the place of a directive, "" when gen was started by hand.
func (g *generation) line(d generate.Directive) string {
	if d.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", g.shown(d.Place()), d.Line)
}

// write writes what was made, module by module, and notes it for the next run.
func (g *generation) write(ctx context.Context, made generate.Made, wrote bool) error {
	if !g.mode.Writes() {
		return nil
	}
	files := map[string][]tree.File{}
	var modules []string
	all := true
	for _, r := range made.Results {
		if !r.Mode.Writes() {
			all = false
			continue
		}
		if files[r.Module] == nil && len(r.Files) > 0 {
			modules = append(modules, r.Module)
		}
		files[r.Module] = append(files[r.Module], r.Files...)
	}
	for _, m := range modules {
		if err := makeFolders(m, files[m]); err != nil {
			return g.env.refused(err, "choose another file with -o")
		}
		if _, err := disk.Regenerate(ctx, m, files[m]); err != nil {
			return g.env.refused(err, "choose another file with -o")
		}
	}
	if all {
		made.Record(wrote)
	}
	return nil
}

// makeFolders makes the folders of files that are in none of them yet.
func makeFolders(dir string, files []tree.File) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range files {
		err := root.MkdirAll(path.Dir(f.Path), 0o755)
		if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTDIR) {
			return &disk.Error{Path: filepath.Join(dir, filepath.FromSlash(path.Dir(f.Path))), Reason: disk.ErrNotDirectory}
		}
		if err != nil {
			return &disk.Error{Path: filepath.Join(dir, filepath.FromSlash(path.Dir(f.Path))), Reason: disk.ErrReadOnly, Cause: err}
		}
	}
	return nil
}

func (g *generation) print(doc generatedDocument, made generate.Made) error {
	if g.mode.JSON {
		return writeJSON(g.env.Stdout, doc)
	}
	if g.mode.Quiet {
		return nil
	}
	if g.verbose != nil && *g.verbose {
		for _, r := range made.Results {
			how := ""
			if r.Files == nil {
				how = " (unchanged)"
			}
			note(g.env.Stderr, g.line(r.Directive)+": "+r.Command()+how)
		}
	}
	count := 0
	for _, f := range doc.Files {
		if !f.Changed {
			continue
		}
		count++
		verb := ""
		if f.isWritten {
			verb = "wrote "
		}
		if _, err := fmt.Fprintln(g.env.Stdout, verb+f.Path); err != nil {
			return err
		}
	}
	switch {
	case len(made.Results) == 0:
		note(g.env.Stderr, fmt.Sprintf("no go:generate line in %s runs a generator of gen", plural(g.packages, "package", "packages")))
	case count == 0:
		note(g.env.Stderr, fmt.Sprintf("%s up to date", plural(len(doc.Files), "file is", "files are")))
	}
	return nil
}

// told turns what is wrong into words for a person, each once.
func (g *generation) told(err error) error {
	if errors.Is(err, context.Canceled) {
		return errInterrupted
	}
	faults := fault.All(err)
	if broken, ok := errors.AsType[*fs.PathError](err); ok && faults == nil && errors.Is(err, fs.ErrPermission) {
		return &problem{
			code: exitFailed, err: fmt.Errorf("%s cannot be read: %w", g.shown(broken.Path), broken.Err),
			hints: []string{"make it one that you may read"},
		}
	}
	if faults == nil {
		return err
	}
	told := map[fault.Fault]bool{}
	for _, f := range faults {
		one := g.nearby(f)
		if told[one] {
			continue
		}
		told[one] = true
		tell(g.env.Stderr, one.Fact())
		if one.Remedy != "" {
			hint(g.env.Stderr, one.Remedy)
		}
	}
	return exitCode(exitFailed)
}

// refused turns a refusal of the disk to take generated files into words for a person. elsewhere
// is what else can be done about a file that somebody wrote.
func (e *Env) refused(err error, elsewhere string) error {
	if errors.Is(err, context.Canceled) && len(each(err)) == 1 {
		return errInterrupted
	}
	var refused *disk.Error
	if !errors.As(err, &refused) {
		return err
	}
	shown := *refused
	shown.Path = e.relative(refused.Path)
	refusal := &problem{code: exitFailed, err: &shown}
	for _, row := range []struct {
		reason error
		hint   string
	}{
		{disk.ErrHandwritten, "move away what somebody wrote there, or " + elsewhere},
		{disk.ErrSymlink, "remove the link; the file is written in its place"},
		{disk.ErrNotDirectory, "move the file away, or choose another folder"},
		{disk.ErrReadOnly, "make the folder one that you may write to"},
		{disk.ErrFull, "make room"},
		{disk.ErrBusy, "wait until the other gen is done"},
	} {
		if errors.Is(refused.Reason, row.reason) {
			refusal.hints = []string{row.hint}
		}
	}
	return refusal
}

// shown is a path as the person sees it from where they stand.
func (g *generation) shown(name string) string {
	if name == "" {
		return ""
	}
	return g.env.relative(name)
}
