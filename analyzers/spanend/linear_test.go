package spanend

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/flow"
	"github.com/mintwright/mintwright/analyzers/internal/spans"
)

// function returns the source of a function with that many lines: as one span that lives from
// the first line to the last with branches between, or as many short ones.
func function(lines int, many bool) string {
	var b strings.Builder
	b.WriteString(`package big

import "context"

type Span interface {
	End()
	AddEvent(string)
	SetName(string)
}

type Tracer interface {
	Start(ctx context.Context, name string) (context.Context, Span)
}

func work(context.Context) error { return nil }

func big(ctx context.Context, t Tracer, n int, on bool) (err error) {
`)
	if !many {
		b.WriteString("\tctx, span := t.Start(ctx, \"x\")\n")
	}
	for i := 0; i < lines; {
		if many {
			fmt.Fprintf(&b, "\tctx%[1]d, span%[1]d := t.Start(ctx, \"x\")\n\tif err = work(ctx%[1]d); err != nil {\n\t\tspan%[1]d.SetName(\"y\")\n\t\tspan%[1]d.End()\n\t\treturn err\n\t}\n\tif on {\n\t\tspan%[1]d.AddEvent(\"z\")\n\t}\n\tspan%[1]d.End()\n", i)
			i += 10
			continue
		}
		fmt.Fprintf(&b, "\tif err := work(ctx); err != nil && n == %d {\n\t\tspan.AddEvent(\"x\")\n\t\tn++\n\t}\n\tfor on && n > %d {\n\t\tswitch n {\n\t\tcase 1:\n\t\t\tcontinue\n\t\t}\n\t\tbreak\n\t}\n", i%7, i)
		i += 11
	}
	if !many {
		b.WriteString("\tspan.End()\n")
	}
	b.WriteString("\treturn nil\n}\n")
	return b.String()
}

// analyse runs the analyzers over a source without imports but context, in which Span stands for
// OpenTelemetry's.
func analyse(tb testing.TB, source string) (*flow.Package, []*flow.Leak) {
	tb.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "big.go", source, 0)
	if err != nil {
		tb.Fatal(err)
	}
	return follow(tb, fset, f)
}

func follow(tb testing.TB, fset *token.FileSet, f *ast.File) (*flow.Package, []*flow.Leak) {
	tb.Helper()
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: contextOnly{}}
	pkg, err := conf.Check("big", fset, []*ast.File{f}, info)
	if err != nil {
		tb.Fatal(err)
	}
	span := pkg.Scope().Lookup("Span").Type().Underlying().(*types.Interface)
	pass := &analysis.Pass{
		Fset: fset, Files: []*ast.File{f}, Pkg: pkg, TypesInfo: info, ResultOf: map[*analysis.Analyzer]any{},
		ImportObjectFact: func(types.Object, analysis.Fact) bool { return false },
		ExportObjectFact: func(types.Object, analysis.Fact) {},
	}
	for _, a := range flow.Requires() {
		pass.Analyzer = a
		if pass.ResultOf[a], err = a.Run(pass); err != nil {
			tb.Fatal(err)
		}
	}
	p := flow.New(pass, spans.Kind(pass, span))
	var leaks []*flow.Leak
	for _, st := range p.Starts() {
		p.Loops(st)
		if l := p.LeakOf(st); l != nil {
			leaks = append(leaks, l)
		}
	}
	p.AfterEnd()
	return p, leaks
}

// contextOnly knows the one package that the sources import.
type contextOnly struct{}

func (contextOnly) Import(path string) (*types.Package, error) {
	pkg := types.NewPackage(path, "context")
	name := types.NewTypeName(token.NoPos, pkg, "Context", nil)
	types.NewNamed(name, types.NewInterfaceType(nil, nil).Complete(), nil)
	pkg.Scope().Insert(name)
	pkg.MarkComplete()
	return pkg, nil
}

// The search enters a number of blocks that grows with the function, not faster.
func TestLinear(t *testing.T) {
	for _, many := range []bool{false, true} {
		var before int
		for lines := 2500; lines <= 20000; lines *= 2 {
			p, leaks := analyse(t, function(lines, many))
			if len(leaks) > 0 {
				t.Fatalf("many %v, %d lines: a leak where there is none: %+v", many, lines, leaks[0])
			}
			visited := p.Visited()
			if visited < lines/20 {
				t.Fatalf("many %v, %d lines: only %d blocks visited", many, lines, visited)
			}
			if before > 0 && float64(visited) > 2.1*float64(before) {
				t.Errorf("many %v: %d lines take %d blocks, half of that %d", many, lines, visited, before)
			}
			before = visited
			t.Logf("many %v: %d lines, %d blocks, %.2f a line", many, lines, visited, float64(visited)/float64(lines))
		}
	}
}

func Benchmark(b *testing.B) {
	for _, many := range []bool{false, true} {
		for _, lines := range []int{5000, 10000, 20000} {
			b.Run(fmt.Sprintf("spans=%s/lines=%d", map[bool]string{false: "one", true: "many"}[many], lines), func(b *testing.B) {
				source := function(lines, many)
				for b.Loop() {
					analyse(b, source)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
			})
		}
	}
}
