package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/generators/proto"
	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/tree"
)

// protoCommand is one run of gen proto.
type protoCommand struct {
	env     *Env
	root    string
	check   bool
	dryRun  bool
	json    bool
	isQuiet bool
}

func newProto(env *Env) *cobra.Command {
	p := &protoCommand{env: env}
	cmd := &cobra.Command{
		Use:   "proto [FILE | FOLDER]...",
		Short: "Make Go of .proto files",
		Long: `  gen proto
  gen proto proto/orders/v1
  gen proto --check proto/orders/v1

Makes the .pb.go, and for services the _grpc.pb.go, of the .proto files in this folder, in the
folders or of the files given. They are what protoc-gen-go and protoc-gen-go-grpc make; no
protoc, no plugin and no network is needed. In a Go file beside them write

  //go:generate gen proto

Imports start at the first folder called proto on the way from go.mod to the files, without one
at go.mod itself, or where --root says. Files of google/protobuf need not lie there. The option
go_package has to be the import path of the folder that the file lies in.

What is up to date is not touched, and a file that does not say that it is generated never is.`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"proto"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&p.root, "root", "", "the `folder` that imports start at")
	f.BoolVar(&p.check, "check", false, "write nothing; list what is not up to date, and exit with 3 when there is any")
	f.BoolVar(&p.dryRun, "dry-run", false, "write nothing; list what would be written")
	f.BoolVar(&p.json, "json", false, "print one JSON document")
	f.BoolVarP(&p.isQuiet, "quiet", "q", false, "print errors only")
	return cmd
}

// protoFolder is a folder with .proto files that become one Go package.
type protoFolder struct {
	module string // the folder of go.mod, absolute
	path   string // the module's path
	root   string // where imports start, from the folder of go.mod and with slashes
	dir    string // the folder itself, from there
	names  []string
}

func (p *protoCommand) run(ctx context.Context, args []string) error {
	folders, err := p.folders(args)
	if err != nil {
		return err
	}
	var made [][]tree.File
	var faults []*fault
	for _, f := range folders {
		files, err := p.generate(f)
		if err != nil && proto.Faults(err) == nil {
			return err
		}
		for _, one := range proto.Faults(err) {
			one.File = p.shown(filepath.Join(f.module, filepath.FromSlash(path.Join(f.root, one.File))))
			faults = append(faults, one)
		}
		made = append(made, files)
	}
	if len(faults) > 0 {
		return p.tell(faults)
	}
	return p.write(ctx, folders, made)
}

type fault = proto.Fault

// tell reports every fault with what helps against it.
func (p *protoCommand) tell(faults []*fault) error {
	told := map[fault]bool{} // a file may be imported by several
	for _, f := range faults {
		if !told[*f] {
			told[*f] = true
			tell(p.env.Stderr, f.Fact())
			hint(p.env.Stderr, f.Remedy)
		}
	}
	return exitCode(exitFailed)
}

// folders sorts what was named by the folders that it lies in.
func (p *protoCommand) folders(args []string) ([]protoFolder, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	named := map[string][]string{}
	for _, arg := range args {
		dir, names, err := p.sources(arg)
		if err != nil {
			return nil, err
		}
		named[dir] = append(named[dir], names...)
	}
	var list []protoFolder
	for _, dir := range slices.Sorted(maps.Keys(named)) {
		f, err := p.locate(dir)
		if err != nil {
			return nil, err
		}
		slices.Sort(named[dir])
		f.names = slices.Compact(named[dir])
		list = append(list, f)
	}
	return list, nil
}

// sources returns the .proto files that arg means, and their folder.
func (p *protoCommand) sources(arg string) (dir string, names []string, err error) {
	target := p.env.path(arg)
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil, &problem{code: exitFailed, err: fmt.Errorf("there is no %s", arg), hints: []string{"give a .proto file, or a folder that holds some"}}
	case err != nil:
		return "", nil, err
	case !info.IsDir() && filepath.Ext(target) != ".proto":
		return "", nil, wrongUsage(fmt.Errorf("%s is no .proto file", arg), "give a .proto file, or a folder that holds some")
	case !info.IsDir():
		return filepath.Dir(target), []string{filepath.Base(target)}, nil
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return "", nil, err
	}
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".proto" {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return "", nil, &problem{
			code: exitFailed, err: fmt.Errorf("there is no .proto file in %s", p.folderWords(target)),
			hints: []string{"give a .proto file, or a folder that holds some"},
		}
	}
	return target, names, nil
}

// locate finds the module of a folder, and where its imports start.
func (p *protoCommand) locate(dir string) (protoFolder, error) {
	mod, data := enclosing(dir, "go.mod")
	f := protoFolder{module: filepath.Dir(mod), path: modfile.ModulePath(data)}
	if f.path == "" {
		return f, &problem{
			code: exitFailed, err: fmt.Errorf("%s lies in no Go module", p.folderWords(dir)),
			hints: []string{"make one with go mod init"},
		}
	}
	rel, err := filepath.Rel(f.module, dir)
	if err != nil {
		return f, err
	}
	f.dir = filepath.ToSlash(rel)
	if p.root == "" {
		f.root = proto.ImportRoot(f.dir)
		return f, nil
	}
	root, err := filepath.Rel(f.module, p.env.path(p.root))
	f.root = filepath.ToSlash(root)
	if err != nil || !filepath.IsLocal(root) || f.root != "." && f.dir != f.root && !strings.HasPrefix(f.dir, f.root+"/") {
		return f, wrongUsage(fmt.Errorf("--root: %s does not lie in %s", p.folderWords(dir), p.root),
			"give a folder of the module, above the .proto files")
	}
	return f, nil
}

// generate makes the Go of a folder; the paths start where imports do.
func (p *protoCommand) generate(f protoFolder) ([]tree.File, error) {
	module, err := os.OpenRoot(f.module)
	if err != nil {
		return nil, err
	}
	defer module.Close()
	root, err := module.OpenRoot(f.root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	o := proto.Options{Base: path.Join(f.path, f.root)}
	// The go command says of which package the file with the directive is.
	if name := p.env.get("GOPACKAGE"); filepath.Join(f.module, filepath.FromSlash(f.dir)) == p.env.Dir && !strings.HasSuffix(name, "_test") {
		o.Package = name
	}
	below := strings.TrimPrefix(strings.TrimPrefix(f.dir, f.root), "/")
	if f.root == "." {
		below = f.dir
	}
	var names []string
	for _, name := range f.names {
		names = append(names, path.Join(below, name))
	}
	return proto.Generate(root.FS(), o, names...)
}

// protoDocument is what gen proto --json prints.
type protoDocument struct {
	Written bool            `json:"written"` // false with --check and --dry-run
	Files   []protoFileDocs `json:"files"`
}

// protoFileDocs is a generated file in the JSON document.
type protoFileDocs struct {
	Path    string `json:"path"`    // from the working folder
	Changed bool   `json:"changed"` // it was missing or had other content
}

// write brings what was made to the disk, or only looks what that would change.
func (p *protoCommand) write(ctx context.Context, folders []protoFolder, made [][]tree.File) error {
	doc := protoDocument{Written: !p.check && !p.dryRun, Files: []protoFileDocs{}}
	var changed []string
	for i, f := range folders {
		root := filepath.Join(f.module, filepath.FromSlash(f.root))
		result, err := disk.PreviewGenerated(root, made[i]) // of all folders before anything is written
		if err != nil {
			return p.refused(err)
		}
		for _, file := range made[i] {
			shown := p.shown(filepath.Join(root, filepath.FromSlash(file.Path)))
			isChanged := slices.Contains(result.Written, file.Path)
			doc.Files = append(doc.Files, protoFileDocs{shown, isChanged})
			if isChanged {
				changed = append(changed, shown)
			}
		}
	}
	if doc.Written {
		for i, f := range folders {
			if _, err := disk.Regenerate(ctx, filepath.Join(f.module, filepath.FromSlash(f.root)), made[i]); err != nil {
				return p.refused(err)
			}
		}
	}
	if err := p.print(doc, changed); err != nil || !p.check || len(changed) == 0 {
		return err
	}
	return &problem{
		code: exitFindings, err: fmt.Errorf("%s not up to date", plural(len(changed), "file is", "files are")),
		hints: []string{"run gen proto without --check, and commit what it writes"},
	}
}

func (p *protoCommand) print(doc protoDocument, changed []string) error {
	switch {
	case p.json:
		return writeJSON(p.env.Stdout, doc)
	case p.isQuiet:
		return nil
	case len(changed) == 0:
		note(p.env.Stderr, fmt.Sprintf("%s up to date", plural(len(doc.Files), "file is", "files are")))
		return nil
	}
	for _, name := range changed {
		verb := ""
		if doc.Written {
			verb = "wrote "
		}
		if _, err := fmt.Fprintln(p.env.Stdout, verb+name); err != nil {
			return err
		}
	}
	return nil
}

// refused turns a refusal of the disk into words for a person.
func (p *protoCommand) refused(err error) error {
	if errors.Is(err, context.Canceled) && len(each(err)) == 1 {
		return errInterrupted
	}
	var e *disk.Error
	if !errors.As(err, &e) {
		return err
	}
	shown := *e
	shown.Path = p.shown(e.Path)
	refusal := &problem{code: exitFailed, err: &shown}
	switch {
	case errors.Is(e.Reason, disk.ErrHandwritten):
		refusal.hints = []string{"move away what somebody wrote there, or rename the .proto file"}
	case errors.Is(e.Reason, disk.ErrSymlink):
		refusal.hints = []string{"remove the link; the file is written in its place"}
	case errors.Is(e.Reason, disk.ErrBusy):
		refusal.hints = []string{"wait until the other gen is done"}
	}
	return refusal
}

// shown is a path as the person sees it from where they stand.
func (p *protoCommand) shown(name string) string {
	if rel, err := filepath.Rel(p.env.Dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	return filepath.ToSlash(name)
}

func (p *protoCommand) folderWords(dir string) string {
	if shown := p.shown(dir); shown != "." {
		return shown
	}
	return "this folder"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
