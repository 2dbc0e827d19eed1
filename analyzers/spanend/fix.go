package spanend

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/flow"
)

// deferEnd inserts a deferred End behind the start, and behind the check of an error that
// came with the span.
func deferEnd(pass *analysis.Pass, st *flow.Start) []analysis.SuggestedFix {
	call := st.Ident.Name + ".End()"
	switch t := pass.TypesInfo.TypeOf(st.Ident); {
	case st.Result.Form == flow.Closer:
		sig, ok := t.Underlying().(*types.Signature)
		if !ok || sig.Params().Len() > 0 {
			return nil
		}
		call = st.Ident.Name + "()"
	case !hasPlainEnd(pass, t):
		return nil
	}
	err, ok := errorWith(pass, st)
	if !ok {
		return nil
	}
	edits, ok := code.InsertAfter(pass, st.Cursor, err, "defer "+call)
	if !ok {
		return nil
	}
	return []analysis.SuggestedFix{{Message: "defer " + call + " after the start", TextEdits: edits}}
}

// errorWith returns the error that came with a span, or nil; ok is false when there is one that
// nobody looks at.
func errorWith(pass *analysis.Pass, st *flow.Start) (err *types.Var, ok bool) {
	tuple, isTuple := pass.TypesInfo.TypeOf(st.Call).(*types.Tuple)
	if !isTuple {
		return nil, true
	}
	for i := range tuple.Len() {
		if !code.IsError(tuple.At(i).Type()) {
			continue
		}
		if i >= len(st.Lhs) {
			return nil, false
		}
		v := code.Var(pass.TypesInfo, st.Lhs[i])
		return v, v != nil && v.Name() != "_"
	}
	return nil, true
}

// hasPlainEnd reports whether End can be called without arguments.
func hasPlainEnd(pass *analysis.Pass, t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, pass.Pkg, "End")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	n := fn.Signature().Params().Len()
	return n == 0 || n == 1 && fn.Signature().Variadic()
}

// nameAndEnd gives a dropped span a name and defers its End.
func nameAndEnd(pass *analysis.Pass, st *flow.Start) []analysis.SuggestedFix {
	if err, ok := errorWith(pass, st); err != nil || !ok || st.Stmt == nil || st.Result.Form != flow.Itself {
		return nil
	}
	scope := pass.Pkg.Scope().Innermost(st.Call.Pos())
	if scope == nil {
		return nil
	}
	if _, have := scope.LookupParent("span", token.NoPos); have != nil {
		return nil
	}
	results := 1
	t := pass.TypesInfo.TypeOf(st.Call)
	if tuple, ok := t.(*types.Tuple); ok {
		results = tuple.Len()
		t = tuple.At(st.Result.Index).Type()
	}
	if !hasPlainEnd(pass, t) {
		return nil
	}
	var edits []analysis.TextEdit
	switch stmt := st.Stmt.(type) {
	case *ast.ExprStmt:
		names := strings.Split(strings.Repeat("_ ", results-1)+"_", " ")
		names[st.Result.Index] = "span"
		edits = []analysis.TextEdit{{Pos: stmt.Pos(), End: stmt.Pos(), NewText: []byte(strings.Join(names, ", ") + " := ")}}
	case *ast.AssignStmt:
		if len(stmt.Rhs) != 1 || st.Ident == nil {
			return nil
		}
		edits = []analysis.TextEdit{{Pos: st.Ident.Pos(), End: st.Ident.End(), NewText: []byte("span")}}
		if stmt.Tok == token.ASSIGN {
			for _, e := range stmt.Lhs {
				if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
					return nil // := would make another variable of it
				}
			}
			edits = append(edits, analysis.TextEdit{Pos: stmt.TokPos, End: stmt.TokPos + 1, NewText: []byte(":=")})
		}
	default:
		return nil
	}
	if k, _ := st.Cursor.Parent().ParentEdge(); k != edge.BlockStmt_List && k != edge.CaseClause_Body && k != edge.CommClause_Body {
		return nil
	}
	more, ok := code.InsertAfter(pass, st.Cursor, nil, "defer span.End()")
	if !ok {
		return nil
	}
	return []analysis.SuggestedFix{{Message: "name the span and defer its End", TextEdits: append(edits, more...)}}
}
