package spancoverage

import (
	_ "embed"
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/analyzers/spanmissing"
)

//go:embed doc.go
var doc string

// Analyzer counts what has a span. Its result is a *Coverage, nil unless the driver wants it.
var Analyzer = &analysis.Analyzer{
	Name:       "spancoverage",
	Doc:        rule.Doc(doc),
	URL:        rule.URL("spancoverage"),
	Requires:   []*analysis.Analyzer{policy.Analyzer, spanmissing.Analyzer},
	ResultType: reflect.TypeFor[*Coverage](),
	Run:        run,
}

// Coverage is how much of a package has a span.
type Coverage struct {
	Package        string `json:"package"`
	Boundaries     int    `json:"boundaries"`
	BoundariesWith int    `json:"boundariesWith"`
	Functions      int    `json:"functions"`
	FunctionsWith  int    `json:"functionsWith"`
	Without        []Func `json:"without,omitempty"` // functions without a span, in the order of the source
}

// Func is a declared function.
type Func struct {
	Name string `json:"name"` // "F" or "(*T).M"
	File string `json:"file"` // as the pass has it
	Line int    `json:"line"`
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if p.FactsOnly() || !p.WantsCoverage() {
		return (*Coverage)(nil), nil
	}
	looked := pass.ResultOf[spanmissing.Analyzer].(*spanmissing.Result)
	c := &Coverage{Package: pass.Pkg.Path()}
	covered := map[*ast.FuncDecl]bool{}
	for _, b := range looked.Boundaries {
		c.Boundaries++
		if b.Covered {
			c.BoundariesWith++
			covered[b.Func] = b.Func != nil
		}
	}
	for _, f := range pass.Files {
		if p.IsTest(f.FileStart) || p.IsGenerated(f.FileStart) {
			continue
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || !takesContext(pass.TypesInfo, fn.Type) {
				continue
			}
			c.Functions++
			if covered[fn] || looked.HasSpan(fn.Body) {
				c.FunctionsWith++
				continue
			}
			at := pass.Fset.Position(fn.Name.Pos())
			c.Without = append(c.Without, Func{policy.FuncName(fn), at.Filename, at.Line})
		}
	}
	return c, nil
}

// takesContext reports whether a function has a parameter, named or not, that brings a trace:
// a context or a request.
func takesContext(info *types.Info, t *ast.FuncType) bool {
	for _, field := range t.Params.List {
		if typ := info.TypeOf(field.Type); code.IsContext(typ) || code.IsNamed(typ, "net/http", "Request") {
			return true
		}
	}
	return false
}
