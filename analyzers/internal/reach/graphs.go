package reach

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
)

// Graphs are those of the functions of a package, each made when it is first asked for.
type Graphs struct {
	cfgs *ctrlflow.CFGs
	made map[ast.Node]*Graph
}

// In returns the graphs of a package. The analyzer has to require ctrlflow.
func In(pass *analysis.Pass) *Graphs {
	return &Graphs{pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs), map[ast.Node]*Graph{}}
}

// Of returns the graph of a declared function or a literal; nil for what has none.
func (g *Graphs) Of(fn ast.Node) *Graph {
	made, ok := g.made[fn]
	if !ok {
		switch n := fn.(type) {
		case *ast.FuncDecl:
			made = graphOf(g.cfgs.FuncDecl(n))
		case *ast.FuncLit:
			made = graphOf(g.cfgs.FuncLit(n))
		}
		g.made[fn] = made
	}
	return made
}
