package semconvkey

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
)

// list is attributes that are set together.
type list struct {
	elems []ast.Expr
	// otel says that OpenTelemetry itself takes the list; others may take it for a choice.
	otel bool
}

// listIn returns the attributes that a call or a slice literal sets together.
func (c *checker) listIn(n ast.Node) (list, bool) {
	switch n := n.(type) {
	case *ast.CallExpr:
		fn := code.Callee(c.pass.TypesInfo, n)
		if fn == nil || !takesAttributes(fn) || n.Ellipsis.IsValid() {
			return list{}, false
		}
		if from := fn.Signature().Params().Len() - 1; from <= len(n.Args) {
			return list{n.Args[from:], fn.Pkg() != nil && strings.HasPrefix(fn.Pkg().Path(), "go.opentelemetry.io/")}, true
		}
	case *ast.CompositeLit:
		if t := c.pass.TypesInfo.TypeOf(n); t != nil {
			if s, ok := t.Underlying().(*types.Slice); ok && isKeyValue(s.Elem()) {
				return list{elems: n.Elts}, true
			}
		}
	}
	return list{}, false
}

// listOf returns the attributes among which elem is set.
func (c *checker) listOf(elem ast.Expr) []ast.Expr {
	cur, ok := c.pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root().FindNode(elem)
	if !ok {
		return nil
	}
	if l, ok := c.listIn(cur.Parent().Node()); ok {
		return l.elems
	}
	return nil
}

// reportTwice reports keys that one list sets twice: the last value wins.
func (c *checker) reportTwice() {
	if !c.p.IsOn(&twice) {
		return
	}
	byElem := map[ast.Expr]*use{}
	for i := range c.uses {
		if u := &c.uses[i]; u.elem != nil {
			byElem[u.elem] = u
		}
	}
	root := c.pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.CallExpr)(nil), (*ast.CompositeLit)(nil)) {
		if l, ok := c.listIn(cur.Node()); ok {
			c.reportList(l, byElem)
		}
	}
}

func (c *checker) reportList(l list, byElem map[ast.Expr]*use) {
	first := map[string]*use{}
	for _, e := range l.elems {
		if u := byElem[ast.Unparen(e)]; u != nil && first[u.key] == nil {
			first[u.key] = u
		}
	}
	if len(first) == 1 && !l.otel {
		return // values to choose from, or to compare with
	}
	for _, e := range l.elems {
		u := byElem[ast.Unparen(e)]
		if u == nil {
			continue
		}
		if before := first[u.key]; before != u {
			c.p.Report(c.pass, &twice, rule.High, analysis.Diagnostic{
				Pos: u.elem.Pos(), End: u.elem.End(),
				Message: fmt.Sprintf("%q is set twice in this list; the last value wins", u.key),
				Related: []analysis.RelatedInformation{{Pos: before.elem.Pos(), End: before.elem.End(), Message: "set here first"}},
			})
		}
	}
}
