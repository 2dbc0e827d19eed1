// Package attrs writes typed Go helpers for the attributes, metrics, spans and events of a
// registry of semantic conventions, and what goes with them: tables in Markdown, and the new
// names of deprecated keys.
//
// Names are made by the rules of OpenTelemetry's own Go packages (semconv/templates in
// go.opentelemetry.io/otel), so that acme.http.url has the name that one would guess. For each
// attribute there is a key and a function that makes an attribute of a value, for each value of
// an enum a ready attribute; for each metric a type whose method takes the attributes that are
// required as parameters; for each span the options to start it with, and a function for what
// need not be known by then; for each event a function that emits it as a log record.
//
// A registry may not define what OpenTelemetry's conventions have, nor what looks like it.
package attrs

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/registry"
	"github.com/mintwright/mintwright/internal/stamp"
	"github.com/mintwright/mintwright/internal/tree"
)

// Make returns the files that are made of a registry; their paths are relative to o.Dir. args
// are those of gen, the verb first, for the header.
//
// What is wrong with the options and the registry are *fault.Fault, several joined; their File
// is a name in files. The error is that of the file system when a file cannot be read.
func Make(files fs.FS, o Options, args []string) ([]tree.File, error) {
	outputs, err := o.outputs()
	if err != nil {
		return nil, err
	}
	names, err := o.names()
	if err != nil {
		return nil, err
	}
	given, err := o.given(files)
	if err != nil {
		return nil, err
	}
	known := knownConventions()
	r, err := registry.Load(files, registry.Options{Official: officialAttribute, Near: known.near, Dependency: given, DependencyName: o.Registry}, names...)
	if err != nil {
		return nil, missing(err)
	}
	b := newBuilder(r)
	b.check(known)
	b.checkRenames(o)
	if len(b.faults) > 0 {
		return nil, b.joined()
	}
	m := b.build()
	if len(b.faults) > 0 {
		return nil, b.joined()
	}
	if o.Warn != nil {
		for _, w := range append(r.Warnings, b.warnings...) {
			o.Warn(w)
		}
	}
	if m.header, err = o.header(files, names, args); err != nil {
		return nil, err
	}
	m.pkg = o.Package
	return write(m, r, outputs)
}

// write prints all outputs.
func write(m *model, r *registry.Registry, outputs []output) ([]tree.File, error) {
	var list []tree.File
	for _, out := range outputs {
		content, err := out.print(m, r)
		if err != nil {
			return nil, err
		}
		list = append(list, tree.File{Path: out.path, Mode: 0o644, Owner: tree.Generated, Content: content})
	}
	return list, nil
}

// output is a file, and what prints it.
type output struct {
	path  string
	print func(*model, *registry.Registry) ([]byte, error)
}

// outputs returns what is to be written.
func (o *Options) outputs() ([]output, error) {
	if len(o.Files) == 0 {
		return nil, &fault.Fault{Problem: "no registry is named", Remedy: "write gen attrs registry.yaml, or the name of a folder with the registry's files"}
	}
	if !isPackageName(o.Package) {
		return nil, &fault.Fault{Problem: fmt.Sprintf("the package name %q is none of Go", o.Package), Remedy: "give it with -package"}
	}
	name := o.Output
	if name == "" {
		name = outputName(o.Files)
	}
	if !strings.HasSuffix(name, ".go") {
		return nil, &fault.Fault{Problem: fmt.Sprintf("-o %s is no Go file", name), Remedy: "give it a name that ends in .go"}
	}
	list := []output{{name, func(m *model, _ *registry.Registry) ([]byte, error) { return goFile(m) }}}
	if o.Markdown != "" {
		list = append(list, output{o.Markdown, markdownFile})
	}
	if o.Renames != "" {
		list = append(list, output{o.Renames, renamesFile})
	}
	if o.Collector != "" {
		list = append(list, output{o.Collector, collectorFile})
	}
	taken := map[string]string{}
	for _, f := range o.Files {
		taken[strings.ToLower(path.Clean(f))] = "the registry"
	}
	for i := range list {
		p := path.Clean(filepath.ToSlash(list[i].path))
		if other := taken[strings.ToLower(p)]; other != "" {
			return nil, &fault.Fault{Problem: fmt.Sprintf("%s would be written over %s", p, other), Remedy: "give each output a name of its own"}
		}
		if path.IsAbs(p) || filepath.IsAbs(list[i].path) {
			return nil, &fault.Fault{Problem: fmt.Sprintf("%s does not start at the folder of the line", p), Remedy: "give its path from there"}
		}
		if !fs.ValidPath(path.Join(o.Dir, p)) || p == "." {
			return nil, &fault.Fault{Problem: fmt.Sprintf("%s would be written outside the module", p), Remedy: "give it a name below the folder of go.mod"}
		}
		list[i].path, taken[strings.ToLower(p)] = p, "another output"
	}
	return list, nil
}

// isPackageName reports whether a name can be that of a package which others import.
func isPackageName(name string) bool {
	return name != "_" && token.IsIdentifier(name)
}

// names returns the names of the registry's files from the root.
func (o *Options) names() ([]string, error) {
	var list []string
	for _, f := range o.Files {
		name := path.Join(o.Dir, filepath.ToSlash(f))
		if !fs.ValidPath(name) || path.IsAbs(f) || filepath.IsAbs(f) {
			return nil, &fault.Fault{File: f, Problem: "the registry lies outside the module", Remedy: "name a file or folder below the folder of go.mod, or give a shared registry with -registry"}
		}
		list = append(list, name)
	}
	return list, nil
}

// given returns the registry behind -registry, or nil.
func (o *Options) given(files fs.FS) (fs.FS, error) {
	switch {
	case o.Registry == "":
		return nil, nil
	case o.Official != nil:
		return o.Official, nil
	case filepath.IsAbs(o.Registry):
		return os.DirFS(o.Registry), nil
	}
	dir := path.Join(o.Dir, filepath.ToSlash(o.Registry))
	if !fs.ValidPath(dir) {
		return nil, &fault.Fault{Problem: fmt.Sprintf("-registry %s lies outside the module", o.Registry), Remedy: "give the whole path, from the root of the disk"}
	}
	return fs.Sub(files, dir)
}

// missing says what to do where a file cannot be found.
func missing(err error) error {
	var p *fs.PathError
	if !errors.As(err, &p) || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &fault.Fault{File: p.Path, Problem: "there is no such file or folder", Remedy: "name the registry's file, or the folder of its files"}
}

// header returns the lines that the Go file begins with.
func (o *Options) header(files fs.FS, names, args []string) ([]string, error) {
	// A registry that lies elsewhere on the machine is no part of what the stamp is about.
	if dir := path.Join(o.Dir, filepath.ToSlash(o.Registry)); o.Registry != "" && !filepath.IsAbs(o.Registry) && fs.ValidPath(dir) {
		names = append(slices.Clone(names), dir)
	}
	dir := o.Dir
	if dir == "" {
		dir = "."
	}
	parts, err := registry.Inputs(files, dir, names...)
	if err != nil {
		return nil, err
	}
	return stamp.Header(args, stamp.Hash(parts...)), nil
}

// joined returns the faults in the order of their places.
func (b *builder) joined() error {
	const most = 50
	slices.SortStableFunc(b.faults, func(x, y *fault.Fault) int {
		if c := strings.Compare(x.File, y.File); c != 0 {
			return c
		}
		return x.Line - y.Line
	})
	var errs []error
	for i, f := range b.faults {
		if i == most {
			errs = append(errs, &fault.Fault{File: f.File, Problem: "there is more that is wrong", Remedy: "correct these first"})
			break
		}
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}
