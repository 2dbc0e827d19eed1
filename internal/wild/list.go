package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// standard is what the standard library is called where modules are named.
const standard = "std"

// pack is a package of others that exports interfaces.
type pack struct {
	path, name, module string
	decls              []*decl
}

// decl is an exported interface.
type decl struct {
	pack  *pack
	index int // among all
	name  *types.TypeName
	kind  kind

	outcome [2]outcome // by variant
}

// outcome is what came of the generator's run for an interface.
type outcome struct {
	refusal string // "" when there is an output
	files   []string
	broken  string // what the compiler or go vet says of it
}

func (d *decl) spec() string { return d.pack.path + "." + d.name.Name() }

// kind is what a set of types is to the generator.
type kind int

const (
	hasContext  kind = iota // a method with a context
	noContext               // methods, none with a context
	noMethods               // like any
	constraint              // no type of a value
	closed                  // an unexported method of its package
	kindsOfDecl = iota
)

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	GoFiles, CgoFiles             []string
	Standard                      bool
	Module                        *struct{ Path, Version string }
	Error                         *struct{ Err string }
}

// place is the module of a package, and its path.
func (p listed) place() string {
	if p.Module == nil {
		return standard + " " + p.ImportPath
	}
	return p.Module.Path + "@" + p.Module.Version + " " + p.ImportPath
}

// modules returns what wild.mod requires directly, with versions, in its order.
func modules(mod []byte) ([]string, error) {
	file, err := modfile.Parse("wild.mod", mod, nil)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, r := range file.Require {
		if !r.Indirect {
			list = append(list, r.Mod.Path+"@"+r.Mod.Version)
		}
	}
	return list, nil
}

// packages lists the packages of modules that export interfaces, as far as syntax tells.
func packages(ctx context.Context, dir string, mods []string) ([]listed, error) {
	args := []string{"list", "-e", "-find", "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,Standard,Module,Error", standard}
	for _, m := range mods {
		path, _, _ := strings.Cut(m, "@")
		args = append(args, path+"/...")
	}
	all, err := goList(ctx, dir, args)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(p listed) bool {
		return !isWanted(p, mods) || !declaresInterface(p)
	}), nil
}

func isWanted(p listed, mods []string) bool {
	if p.Error != nil || p.Name == "main" || p.Name == "" || len(p.GoFiles)+len(p.CgoFiles) == 0 {
		return false
	}
	for elem := range strings.SplitSeq(p.ImportPath, "/") {
		if elem == "internal" || elem == "vendor" || elem == "testdata" {
			return false
		}
	}
	if p.Standard {
		return p.ImportPath != "unsafe"
	}
	return p.Module != nil && slices.Contains(mods, p.Module.Path+"@"+p.Module.Version)
}

// declaresInterface reports whether a package may export an interface.
func declaresInterface(p listed) bool {
	for _, name := range append(p.GoFiles, p.CgoFiles...) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return true
		}
		for _, d := range file.Decls {
			if gen, ok := d.(*ast.GenDecl); ok && slices.ContainsFunc(gen.Specs, mayBeInterface) {
				return true
			}
		}
	}
	return false
}

func mayBeInterface(s ast.Spec) bool {
	spec, ok := s.(*ast.TypeSpec)
	if !ok || !spec.Name.IsExported() {
		return false
	}
	_, ok = ast.Unparen(spec.Type).(*ast.InterfaceType)
	return ok
}

// interfaces reads the exported interfaces of packages from what the compiler exports: the
// generators, which read sources, have no part in it.
func interfaces(ctx context.Context, dir string, list []listed) ([]*pack, error) {
	args := []string{"list", "-e", "-deps", "-export", "-json=ImportPath,Export,Error"}
	for _, p := range list {
		args = append(args, p.ImportPath)
	}
	all, err := goList(ctx, dir, args)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	gc := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("package %q is not compiled", path)
		}
		return os.Open(exports[path])
	})
	var packs []*pack
	count := 0
	for _, p := range list {
		if exports[p.ImportPath] == "" {
			progress("%s does not compile", p.ImportPath)
			continue
		}
		tpkg, err := gc.Import(p.ImportPath)
		if err != nil {
			return nil, fmt.Errorf("reading the types of %q: %w", p.ImportPath, err)
		}
		pk := &pack{path: p.ImportPath, name: p.Name, module: standard}
		if !p.Standard {
			pk.module = p.Module.Path + "@" + p.Module.Version
		}
		for _, name := range tpkg.Scope().Names() {
			obj, ok := tpkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || !obj.Exported() || !types.IsInterface(obj.Type()) {
				continue
			}
			pk.decls = append(pk.decls, &decl{pack: pk, index: count, name: obj, kind: kindOf(obj)})
			count++
		}
		if len(pk.decls) > 0 {
			packs = append(packs, pk)
		}
	}
	return packs, nil
}

func kindOf(name *types.TypeName) kind {
	in := name.Type().Underlying().(*types.Interface)
	switch {
	case !in.IsMethodSet():
		return constraint
	case in.NumMethods() == 0:
		return noMethods
	}
	found := noContext
	for m := range in.Methods() {
		if !m.Exported() {
			return closed
		}
		if contextIndex(m.Signature()) >= 0 {
			found = hasContext
		}
	}
	return found
}

// contextIndex returns the index of the first parameter that is a context, -1 when none is.
func contextIndex(sig *types.Signature) int {
	for i := range sig.Params().Len() {
		if isNamed(sig.Params().At(i).Type(), "context", "Context") {
			return i
		}
	}
	return -1
}

func isNamed(t types.Type, path, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path && named.Obj().Name() == name
}

func goList(ctx context.Context, dir string, args []string) ([]listed, error) {
	out, err := goCommand(ctx, dir, args...)
	if err != nil {
		return nil, err
	}
	var list []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading what go list says: %w", err)
		}
		list = append(list, p)
	}
}
