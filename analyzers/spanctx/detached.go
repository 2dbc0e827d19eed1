package spanctx

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// checkDetached reports calls during the span that take no context where they could. mended
// says that a fix gives the span's context the name of the old one.
func (c *checker) checkDetached(f *function, s *start, mended bool, called map[*ast.CallExpr]bool) {
	if s.span == nil || !c.policy.IsOn(&detached) {
		return
	}
	ctx := s.ctx
	if ctx == nil {
		parent, ok := code.PathOf(c.TypesInfo, s.Parent)
		if s.blank == nil || !ok || parent.Rest == "" && parent.Root.Parent() == c.Pkg.Scope() {
			return
		}
		if ctx = parent.Root; parent.Rest != "" {
			ctx = nil
		}
	}
	c.during(f, s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return true
		}
		ast.PreorderStack(n, nil, func(n ast.Node, stack []ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt, *ast.DeferStmt:
				return false
			case *ast.CallExpr:
				if len(stack) > maxDepth {
					return false
				}
				d, ok := c.detachedOf(n)
				if !ok || called[n] || f.graph.IsTired() {
					return true
				}
				confidence := c.inLiteral(stack)
				switch {
				case !d.Traced:
					confidence = rule.Low
				case d.Name == "NewRequest":
					confidence = min(confidence, c.requestConfidence(f, n))
				}
				called[n] = true
				c.reportDetached(f, s, n, d, ctx, mended, confidence)
			}
			return true
		})
		return true
	})
}

// detachedOf returns what is known of the function that a call is of.
func (c *checker) detachedOf(call *ast.CallExpr) (knowledge.Detached, bool) {
	fn := code.Callee(c.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil {
		return knowledge.Detached{}, false
	}
	typ := ""
	if r := fn.Signature().Recv(); r != nil {
		n := code.Named(r.Type())
		if n == nil {
			return knowledge.Detached{}, false
		}
		typ = n.Obj().Name()
	}
	return knowledge.DetachedOf(fn.Pkg().Path(), typ, fn.Name())
}

func (c *checker) reportDetached(f *function, s *start, call *ast.CallExpr, d knowledge.Detached, ctx *types.Var, mended bool, confidence rule.Confidence) {
	if confidence == rule.Low && d.Traced {
		return // it gets its context elsewhere
	}
	diag := analysis.Diagnostic{
		Pos: call.Pos(), End: call.End(),
		Message: fmt.Sprintf("%s takes no context inside span %s: use %s", c.text(call.Fun), s.span.Name(), d.With),
		Related: []analysis.RelatedInformation{{Pos: s.Call.Pos(), End: s.Call.End(), Message: "the span starts here"}},
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && d.Rename != "" && confidence == rule.High && ctx != nil && (s.ctx != nil || mended) && c.mayRename(f, call, sel, ctx) {
		text := ctx.Name()
		if len(call.Args) > 0 {
			text += ", "
		}
		diag.SuggestedFixes = []analysis.SuggestedFix{{
			Message: "use " + d.Rename,
			TextEdits: []analysis.TextEdit{
				{Pos: sel.Sel.Pos(), End: sel.Sel.End(), NewText: []byte(d.Rename)},
				{Pos: call.Lparen + 1, End: call.Lparen + 1, NewText: []byte(text)},
			},
		}}
	}
	c.policy.Report(c.Pass, &detached, confidence, diag)
}

// mayRename reports whether the context is in sight at the call, and can be given to it without
// ending sooner what the call returns.
func (c *checker) mayRename(f *function, call *ast.CallExpr, sel *ast.SelectorExpr, ctx *types.Var) bool {
	if s := c.TypesInfo.Selections[sel]; s != nil && s.Kind() != types.MethodVal {
		return false
	}
	if !code.Sees(c.Pkg, ctx, call.Pos()) {
		return false
	}
	cancels := false
	f.graph.Scanned()
	ast.Inspect(f.node, func(n ast.Node) bool {
		if inner, ok := n.(*ast.CallExpr); ok {
			if fn := code.Callee(c.TypesInfo, inner); fn != nil && fn.Pkg() != nil && returnsContext(c.TypesInfo, inner) {
				switch fn.Pkg().Path() {
				case "context", "os/signal", "golang.org/x/sync/errgroup":
					cancels = cancels || fn.Name() != "Background" && fn.Name() != "TODO" && fn.Name() != "WithValue" && fn.Name() != "WithoutCancel"
				}
			}
		}
		return !cancels
	})
	return !cancels
}

// requestConfidence says how sure it is that a new request gets no context later. Low means
// that it gets one.
func (c *checker) requestConfidence(f *function, call *ast.CallExpr) rule.Confidence {
	var req *types.Var
	confidence := rule.Medium
	f.graph.Scanned()
	ast.Inspect(f.node, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Rhs) == 1 && ast.Unparen(a.Rhs[0]) == call && len(a.Lhs) == 2 {
			req = code.Var(c.TypesInfo, a.Lhs[0])
		}
		return req == nil
	})
	if req == nil {
		return confidence
	}
	confidence = rule.High
	ast.PreorderStack(f.node, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || c.TypesInfo.Uses[id] != req {
			return true
		}
		confidence = min(confidence, c.requestUse(id, stack))
		return true
	})
	return confidence
}

// requestUse says what a use of a request tells of its context.
func (c *checker) requestUse(id *ast.Ident, stack []ast.Node) rule.Confidence {
	switch parent := stack[len(stack)-1].(type) {
	case *ast.SelectorExpr:
		if parent.Sel.Name == "WithContext" || parent.Sel.Name == "Clone" {
			return rule.Low
		}
		return rule.High
	case *ast.CallExpr:
		for _, arg := range parent.Args {
			if code.IsContext(c.TypesInfo.TypeOf(arg)) {
				return rule.Low
			}
		}
		if sel, ok := ast.Unparen(parent.Fun).(*ast.SelectorExpr); ok && (sel.Sel.Name == "Do" || sel.Sel.Name == "RoundTrip") {
			return rule.High
		}
		return rule.Medium
	case *ast.AssignStmt:
		for _, lhs := range parent.Lhs {
			if lhs == id {
				return rule.High
			}
		}
	case *ast.BinaryExpr:
		return rule.High
	}
	return rule.Medium
}
