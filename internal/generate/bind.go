package generate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/attrs"
	"github.com/mintwright/mintwright/generators/client"
	"github.com/mintwright/mintwright/generators/proto"
	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/generators/trace"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/tree"
	"github.com/mintwright/mintwright/internal/workspace"
)

func bindTrace(j *job) {
	o := &trace.Options{}
	o.Flags(j.flags)
	j.typed = func(p *source.Package) ([]tree.File, error) { return trace.Make(p, *o, j.Args) }
}

func bindClient(j *job) {
	o := &client.Options{}
	o.Flags(j.flags)
	j.typed = func(p *source.Package) ([]tree.File, error) {
		files, err := client.Make(p, *o, j.Args)
		if err != nil {
			return nil, err
		}
		return files, j.fits(slices.DeleteFunc(slices.Clone(files), func(f tree.File) bool { return !strings.Contains(f.Path, "/") }))
	}
	j.state = func(*records) string { return serviceParts(j.module) }
}

// serviceParts says which packages of a service a module has, that a client would stand on.
func serviceParts(module string) string {
	var parts []string
	for _, name := range [...]string{"mintwright.yaml", "internal/identity/identitytest", "internal/httpclient", "internal/grpcclient"} {
		_, err := os.Stat(filepath.Join(module, filepath.FromSlash(name)))
		parts = append(parts, fmt.Sprint(name, err == nil))
	}
	return strings.Join(parts, " ")
}

func bindAttrs(j *job) {
	o := &attrs.Options{}
	o.Flags(j.flags)
	j.plain = func(context.Context, Options) ([]output, error) { return j.attrs(*o) }
}

// attrs makes helpers of a registry below the module, or of official ones beside it.
func (j *job) attrs(o attrs.Options) ([]output, error) {
	root, err := os.OpenRoot(j.module)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	rel, err := filepath.Rel(j.module, j.Dir)
	if err != nil {
		return nil, err
	}
	j.reads = reads{}
	o.Files, o.Dir = j.flags.Args(), filepath.ToSlash(rel)
	o.Package = cmp.Or(o.Package, j.Package, packageIn(j.Dir))
	if o.Registry != "" {
		dir := workspace.Path(j.Dir, o.Registry)
		official, err := os.OpenRoot(dir)
		if err != nil {
			return nil, &fault.Fault{Problem: fmt.Sprintf("-registry: there is no folder %s", dir), Remedy: "give the folder that holds the registry's files"}
		}
		defer official.Close()
		o.Official = watched{official.FS(), dir, j.reads}
	}
	o.Warn = func(f *fault.Fault) { j.warnings = append(j.warnings, j.below(f)) }
	files, err := attrs.Make(watched{root.FS(), j.module, j.reads}, o, j.Args)
	if err == nil {
		return []output{{j.Dir, files}}, j.fits(files)
	}
	if broken, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, &fault.Fault{
			Problem: fmt.Sprintf("%s cannot be read: %s", broken.Path, broken.Err), Remedy: "put a file there that may be read, in the module or below -registry",
		}
	}
	list := fault.All(err)
	if list == nil {
		return nil, err
	}
	var faults []error
	for _, f := range list {
		faults = append(faults, j.below(f))
	}
	return nil, errors.Join(faults...)
}

// fits says which of the files cannot stand where they are to be written.
func (j *job) fits(files []tree.File) error {
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") {
			continue
		}
		if f := beside(filepath.Join(j.Dir, filepath.FromSlash(f.Path)), f.Content); f != nil {
			return f
		}
	}
	return nil
}

// below makes the path of a fault absolute, which starts at the module.
func (j *job) below(f *fault.Fault) *fault.Fault {
	one := *f
	if one.File != "" && !filepath.IsAbs(one.File) {
		one.File = filepath.Join(j.module, filepath.FromSlash(one.File))
	}
	return &one
}

// packageIn returns the name of the package in a folder, "" when there is none.
func packageIn(dir string) string {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return ""
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly); err == nil {
			return f.Name.Name
		}
	}
	return ""
}

func bindProto(j *job) {
	c := &proto.Choices{}
	c.Flags(j.flags)
	j.plain = func(ctx context.Context, o Options) ([]output, error) {
		site := proto.Site{Dir: j.Dir, Package: j.Package, Environ: o.Environ, Stderr: o.Stderr}
		if c.Looks() {
			return nil, look(ctx, site, *c, j.flags.Args())
		}
		made, err := proto.Make(ctx, site, *c, j.flags.Args()...)
		if err != nil {
			return nil, inWords(err)
		}
		var list []output
		for _, m := range made {
			list = append(list, output{m.Dir, m.Files})
		}
		return list, nil
	}
	j.state = func(r *records) string {
		if len(c.Plugins) > 0 || c.Looks() {
			return "" // what plugins read is their affair, and findings are told each time
		}
		return r.contracts(j.module)
	}
}

// look lets a directive that only judges .proto files fail when it finds something.
func look(ctx context.Context, site proto.Site, c proto.Choices, args []string) error {
	found, err := proto.Look(ctx, site, c, args...)
	if err != nil {
		return inWords(err)
	}
	var faults []error
	for _, f := range found {
		faults = append(faults, &fault.Fault{File: f.File, Line: f.Line, Column: f.Column, Problem: f.Problem, Remedy: f.Remedy})
	}
	return errors.Join(faults...)
}

// inWords makes a fault of a wrong flag.
func inWords(err error) error {
	if misuse, ok := errors.AsType[*proto.Misuse](err); ok {
		return &fault.Fault{Problem: misuse.Problem, Remedy: misuse.Remedy}
	}
	return err
}
