package spanerror

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// tellInDefer returns the edits that add a deferred function which tells the span of an error.
// It has to run before the span's end, so that it stands behind the deferred End; nil where
// there is none, or the error result has no name there.
func (c *checker) tellInDefer(f function, cur inspector.Cursor, span *types.Var) []analysis.TextEdit {
	a := cur.Node().(*ast.AssignStmt)
	if f.named == nil || a.Tok != token.DEFINE {
		return nil
	}
	end := c.deferredEnd(cur, span)
	if end == nil || !code.Sees(c.Pkg, f.named, end.End()) || !code.Sees(c.Pkg, span, end.End()) {
		return nil
	}
	name, edits, ok := code.AddImport(c.Pass, end.Pos(), knowledge.OTelCodes, "codes")
	if !ok {
		if name, edits, ok = code.AddImport(c.Pass, end.Pos(), knowledge.OTelCodes, "otelcodes"); !ok {
			return nil
		}
	}
	p := c.Fset.PositionFor(end.Pos(), false)
	tabs := strings.Repeat("\t", p.Column-1)
	text, err := c.ReadFile(p.Filename)
	if err != nil || p.Offset > len(text) || p.Offset < len(tabs) || string(text[p.Offset-len(tabs):p.Offset]) != tabs {
		return nil // it begins in the middle of a line
	}
	lines := []string{
		"defer func() {",
		fmt.Sprintf("\tif %s != nil {", f.named.Name()),
		fmt.Sprintf("\t\t%s.RecordError(%s)", span.Name(), f.named.Name()),
		fmt.Sprintf("\t\t%s.SetStatus(%s.Error, %s.Error())", span.Name(), name, f.named.Name()),
		"\t}",
		"}()",
	}
	return append(edits, analysis.TextEdit{Pos: end.End(), End: end.End(), NewText: []byte("\n" + tabs + strings.Join(lines, "\n"+tabs))})
}

// deferredEnd returns the deferred End that follows the start, with nothing but calls of the
// span's methods in between; or nil.
func (c *checker) deferredEnd(cur inspector.Cursor, span *types.Var) *ast.DeferStmt {
	for {
		next, ok := cur.NextSibling()
		if !ok {
			return nil
		}
		switch n := next.Node().(type) {
		case *ast.DeferStmt:
			if x, ok := code.IsSpanMethod(c.TypesInfo, n.Call, "End"); ok && code.Var(c.TypesInfo, x) == span {
				return n
			}
			return nil
		case *ast.ExprStmt:
			call, ok := n.X.(*ast.CallExpr)
			if !ok {
				return nil
			}
			if x, ok := code.IsSpanMethod(c.TypesInfo, call, "SetAttributes", "AddEvent", "SetName", "AddLink"); !ok || code.Var(c.TypesInfo, x) != span {
				return nil
			}
		default:
			return nil
		}
		cur = next
	}
}
