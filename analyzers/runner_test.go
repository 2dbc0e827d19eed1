package analyzers_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/policy"
)

// world is what sources of tests may import: the standard library, the stubs of fixtest, and the
// packages of the analyzers' testdata. Packages are checked once; so are their facts.
type world struct {
	fset  *token.FileSet
	std   types.Importer
	roots []string // folders of GOPATH form
	suite []*analysis.Analyzer

	packages map[string]*types.Package // nil: cannot be imported
	facts    facts
}

// worldOf returns a world with those packages of the standard library, as go list takes them.
func worldOf(std ...string) (*world, error) {
	cmd := exec.Command("go", append([]string{"list", "-e", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, std...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, stderr.String())
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[name] = file
	}
	w := &world{fset: token.NewFileSet(), suite: analyzers.Suite(), packages: map[string]*types.Package{}, facts: facts{}}
	w.std = importer.ForCompiler(w.fset, "gc", func(p string) (io.ReadCloser, error) {
		for _, p := range []string{p, "vendor/" + p} {
			if exports[p] != "" {
				return os.Open(exports[p])
			}
		}
		return nil, fmt.Errorf("no package %s", p)
	})
	w.roots = []string{"internal/fixtest/testdata/src"}
	more, err := filepath.Glob("*/testdata/src")
	w.roots = append(w.roots, more...)
	return w, err
}

// stubbed returns the one world of the benchmarks and of the fuzz target, with all rules on.
var stubbed = sync.OnceValues(func() (*world, error) {
	config := policy.Config{Rules: map[string]string{}}
	for _, r := range analyzers.Rules() {
		config.Rules[r.ID] = "on"
	}
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(policy.Analyzer.Flags.Set("config", string(text)), policy.Analyzer.Flags.Set("all", "true")); err != nil {
		return nil, err
	}
	return worldOf(slices.Sorted(maps.Keys(imported()))...)
})

func mustStub(tb testing.TB) *world {
	tb.Helper()
	w, err := stubbed()
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

// imported lists what stubs, testdata and monsters import of the standard library.
func imported() map[string]bool {
	paths := map[string]bool{"context": true, "crypto/tls": true, "fmt": true, "net/http": true, "errors": true}
	for _, pattern := range []string{"internal/fixtest/testdata", "."} {
		_ = filepath.WalkDir(pattern, func(name string, e fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(name) != ".go" || !strings.Contains(name, "testdata/src") {
				return nil
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				return nil
			}
			for _, i := range f.Imports {
				if p, err := strconv.Unquote(i.Path.Value); err == nil && p != "C" && isStandard(p) {
					paths[p] = true
				}
			}
			return nil
		})
	}
	return paths
}

// isStandard reports whether the standard library has a package of that path.
func isStandard(p string) bool {
	_, err := os.Stat(filepath.Join(goroot(), "src", filepath.FromSlash(p)))
	return err == nil
}

var goroot = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})

// Import implements types.Importer.
func (w *world) Import(p string) (*types.Package, error) {
	if p == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg, ok := w.packages[p]; ok {
		if pkg == nil {
			return nil, fmt.Errorf("no package %s", p)
		}
		return pkg, nil
	}
	w.packages[p] = nil
	for _, root := range w.roots {
		names, _ := filepath.Glob(filepath.Join(root, filepath.FromSlash(p), "*.go"))
		if len(names) == 0 {
			continue
		}
		sources := map[string][]byte{}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if !strings.HasSuffix(name, "_test.go") {
				sources[name] = text
			}
		}
		u, err := w.check(p, sources)
		if err != nil {
			return nil, err
		}
		r := w.run(u, w.suite)
		if r.err != nil {
			return nil, r.err
		}
		maps.Copy(w.facts, r.facts)
		w.packages[p] = u.pkg
		return u.pkg, nil
	}
	pkg, err := w.std.Import(p)
	if err == nil {
		w.packages[p] = pkg
	}
	return pkg, err
}

// unit is a package whose types are checked.
type unit struct {
	fset    *token.FileSet
	files   []*ast.File
	sources map[string][]byte
	pkg     *types.Package
	info    *types.Info
	soft    int // errors that leave the types whole, as for a variable that is not used
}

// check parses and checks sources. Of errors it lets those pass that leave the types whole.
func (w *world) check(importPath string, sources map[string][]byte) (*unit, error) {
	u := &unit{fset: w.fset, sources: sources}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		f, err := parser.ParseFile(w.fset, name, sources[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		u.files = append(u.files, f)
	}
	u.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	var hard error
	conf := types.Config{
		Importer: w, FakeImportC: true, Sizes: types.SizesFor("gc", "amd64"), GoVersion: "go1.26",
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) && e.Soft {
				u.soft++
			} else if hard == nil {
				hard = err
			}
		},
	}
	u.pkg, _ = conf.Check(importPath, w.fset, u.files, u.info)
	return u, hard
}

// close gives the place of the files in the file set back.
func (u *unit) close() {
	for _, f := range u.files {
		u.fset.RemoveFile(u.fset.File(f.FileStart))
	}
}

// facts are those of objects; of packages there are none.
type facts map[factKey]analysis.Fact

type factKey struct {
	object types.Object
	typ    reflect.Type
}

// result is what a run of analyzers has led to.
type result struct {
	err    error // of an analyzer, a panic or a fact that cannot be written
	facts  facts
	found  []found
	spent  map[*analysis.Analyzer]time.Duration // for benchmarks
	passes map[*analysis.Analyzer]any
}

type found struct {
	analyzer *analysis.Analyzer
	analysis.Diagnostic
}

// run runs analyzers and what they require, one after the other. A panic is an error.
func (w *world) run(u *unit, list []*analysis.Analyzer) *result {
	r := &result{facts: facts{}, spent: map[*analysis.Analyzer]time.Duration{}, passes: map[*analysis.Analyzer]any{}}
	for _, a := range list {
		w.analyse(u, r, a)
	}
	return r
}

func (w *world) analyse(u *unit, r *result, a *analysis.Analyzer) {
	if _, done := r.passes[a]; done || r.err != nil {
		return
	}
	for _, need := range a.Requires {
		w.analyse(u, r, need)
	}
	if r.err != nil {
		return
	}
	pass := &analysis.Pass{
		Analyzer: a, Fset: u.fset, Files: u.files, Pkg: u.pkg, TypesInfo: u.info,
		TypesSizes: types.SizesFor("gc", "amd64"), ResultOf: r.passes,
		Report: func(d analysis.Diagnostic) { r.found = append(r.found, found{a, d}) },
		ImportObjectFact: func(obj types.Object, fact analysis.Fact) bool {
			key := factKey{obj, reflect.TypeOf(fact)}
			have, ok := r.facts[key]
			if !ok {
				have, ok = w.facts[key]
			}
			if ok {
				reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(have).Elem())
			}
			return ok
		},
		ExportObjectFact: func(obj types.Object, fact analysis.Fact) {
			var b bytes.Buffer
			if err := gob.NewEncoder(&b).Encode(fact); err != nil {
				r.err = errors.Join(r.err, fmt.Errorf("%s: fact of %v: %w", a, obj, err))
			}
			r.facts[factKey{obj, reflect.TypeOf(fact)}] = fact
		},
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
		ExportPackageFact: func(analysis.Fact) {},
		AllObjectFacts: func() []analysis.ObjectFact {
			var list []analysis.ObjectFact
			for _, from := range []facts{w.facts, r.facts} {
				for k, f := range from {
					if slices.Contains(a.FactTypes, f) || slices.ContainsFunc(a.FactTypes, func(t analysis.Fact) bool { return reflect.TypeOf(t) == k.typ }) {
						list = append(list, analysis.ObjectFact{Object: k.object, Fact: f})
					}
				}
			}
			return list
		},
		AllPackageFacts: func() []analysis.PackageFact { return nil },
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := u.sources[name]; ok {
				return text, nil
			}
			return os.ReadFile(name)
		},
	}
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("%s: panic: %v\n%s", a, p, debug.Stack())
		}
	}()
	start := time.Now()
	value, err := a.Run(pass)
	r.spent[a] = time.Since(start)
	if err != nil {
		r.err = fmt.Errorf("%s: %w", a, err)
	}
	r.passes[a] = value
}

// prove checks that findings lie in the package, and that each fix leaves a program whose types
// are whole where they were before.
func (w *world) prove(u *unit, list []found) error {
	var errs []error
	for _, f := range list {
		file := u.fset.File(f.Pos)
		if file == nil || u.sources[file.Name()] == nil || f.End < f.Pos || int(f.End) > file.Base()+file.Size() {
			errs = append(errs, fmt.Errorf("%s: %q lies nowhere", f.analyzer, f.Message))
			continue
		}
		for _, fix := range f.SuggestedFixes {
			if err := w.apply(u, fix); err != nil {
				errs = append(errs, fmt.Errorf("%s: %s: %s: fix %q: %w", f.analyzer, u.fset.Position(f.Pos), f.Message, fix.Message, err))
			}
		}
	}
	return errors.Join(errs...)
}

func (w *world) apply(u *unit, fix analysis.SuggestedFix) error {
	fixed := maps.Clone(u.sources)
	edits := slices.Clone(fix.TextEdits)
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int { return int(b.Pos - a.Pos) })
	for _, e := range edits {
		end := max(e.End, e.Pos)
		file := u.fset.File(e.Pos)
		if file == nil || fixed[file.Name()] == nil || int(end) > file.Base()+file.Size() {
			return errors.New("an edit lies nowhere")
		}
		text := fixed[file.Name()]
		fixed[file.Name()] = slices.Concat(text[:file.Offset(e.Pos)], e.NewText, text[file.Offset(end):])
	}
	for name, text := range fixed {
		if _, err := format.Source(text); err != nil {
			return fmt.Errorf("%w\n%s", err, text)
		}
		_ = name
	}
	after, err := w.check(u.pkg.Path(), fixed)
	defer func() {
		if after != nil {
			after.close()
		}
	}()
	if err == nil && after.soft > u.soft {
		err = errors.New("something is not used any more")
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, fixed[path.Clean(u.fset.File(fix.TextEdits[0].Pos).Name())])
	}
	return nil
}
