package spanctx

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/spanuses"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// maxDepth is how deep below a node of the graph is looked, as into literals inside literals.
const maxDepth = 200

// maxOld is how many contexts that are made of an old one are looked for.
const maxOld = 64

// taken is a call that gets a context from before the span.
type taken struct {
	call       *ast.CallExpr
	arg        ast.Expr
	confidence rule.Confidence
}

// checkContext reports calls during the span that get an older context. It reports whether a
// fix goes with a dropped one.
func (c *checker) checkContext(f *function, s *start) (mended bool) {
	if s.span == nil || s.assign == nil || c.isPutIntoContext(f, s.span) {
		return false
	}
	if s.blank == nil {
		c.checkStale(f, s)
		return false
	}
	parent, ok := code.PathOf(c.TypesInfo, s.Parent)
	if !ok || !c.policy.IsOn(&dropped) || c.hasOption(s, "WithNewRoot") {
		return false
	}
	first, found := c.firstTaken(f, s, []code.Path{parent}, nil)
	if !found {
		return false
	}
	d := analysis.Diagnostic{
		Pos: s.assign.Pos(), End: s.assign.End(),
		Message: fmt.Sprintf("the context that carries %s is dropped, and %s gets %s from before the span", s.span.Name(), c.text(first.call.Fun), c.text(first.arg)),
		Related: []analysis.RelatedInformation{{Pos: first.call.Pos(), End: first.call.End(), Message: "the old context is used here"}},
	}
	if edits := c.nameContext(f, s, parent); edits != nil && first.confidence == rule.High {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: fmt.Sprintf("keep the context as %s", parent.Root.Name()), TextEdits: edits}}
		mended = true
	}
	c.policy.Report(c.Pass, &dropped, first.confidence, d)
	return mended
}

func (c *checker) checkStale(f *function, s *start) {
	if s.ctx == nil || !c.policy.IsOn(&stale) {
		return
	}
	older := func(v *types.Var) bool {
		return v != s.ctx && v.Pos() < s.assign.Pos() && v.Name() != "_" && v.Parent() != c.Pkg.Scope()
	}
	first, found := c.firstTaken(f, s, nil, older)
	if !found {
		return
	}
	c.policy.Report(c.Pass, &stale, first.confidence, analysis.Diagnostic{
		Pos: first.arg.Pos(), End: first.arg.End(),
		Message: fmt.Sprintf("%s gets %s from before span %s, not %s, which carries it", c.text(first.call.Fun), c.text(first.arg), s.span.Name(), s.ctx.Name()),
		Related: []analysis.RelatedInformation{{Pos: s.Call.Pos(), End: s.Call.End(), Message: "the span starts here"}},
	})
}

// isPutIntoContext reports whether a function puts the span into a context by hand.
func (c *checker) isPutIntoContext(f *function, span *types.Var) bool {
	if f.carried == nil {
		f.carried = map[*types.Var]bool{}
		ast.Inspect(f.node, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && returnsContext(c.TypesInfo, call) {
				for _, arg := range call.Args {
					if v := code.Var(c.TypesInfo, arg); v != nil {
						f.carried[v] = true
					}
				}
			}
			return true
		})
	}
	return f.carried[span]
}

func returnsContext(info *types.Info, call *ast.CallExpr) bool {
	switch t := info.TypeOf(call).(type) {
	case nil:
		return false
	case *types.Tuple:
		for v := range t.Variables() {
			if code.IsContext(v.Type()) {
				return true
			}
		}
		return false
	default:
		return code.IsContext(t)
	}
}

// during calls visit for the nodes that run while the span does, as far as that is certain.
// Where visit returns false, the walk does not go on.
func (c *checker) during(f *function, s *start, visit func(ast.Node) bool) {
	f.graph.After(s.place, func(n ast.Node) bool {
		return visit(n) && !c.ends(n, s.span)
	})
}

// ends reports whether a node ends a span, or hands it on to what may end it.
func (c *checker) ends(n ast.Node, span *types.Var) bool {
	if _, ok := n.(*ast.DeferStmt); ok {
		return false
	}
	ended := false
	ast.PreorderStack(n, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && c.TypesInfo.Uses[id] == span && len(stack) > 0 {
			ended = ended || c.isEnd(id, stack)
		}
		ended = ended || len(stack) > maxDepth
		return !ended
	})
	return ended
}

// isEnd reports whether that is so where the span is mentioned, below the nodes of stack.
func (c *checker) isEnd(id *ast.Ident, stack []ast.Node) bool {
	switch parent := stack[len(stack)-1].(type) {
	case *ast.SelectorExpr:
		if len(stack) > 1 {
			if call, ok := stack[len(stack)-2].(*ast.CallExpr); ok && call.Fun == parent {
				return c.uses.Receiver(call)&spanuses.Ends != 0
			}
		}
		return true
	case *ast.CallExpr:
		for i, arg := range parent.Args {
			if arg == id {
				return c.uses.Arg(parent, i)&(spanuses.Ends|spanuses.Unknown) != 0
			}
		}
	case *ast.BinaryExpr:
		return false
	}
	return true
}

// firstTaken returns the first call, in the order of the source, of those with the highest
// confidence that get an older context while the span runs. Older are those at the given
// places, what is derived from them, and the variables that isOlder says are.
func (c *checker) firstTaken(f *function, s *start, old []code.Path, isOlder func(*types.Var) bool) (first taken, found bool) {
	c.during(f, s, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return true
		}
		c.takes(n, old, isOlder, func(t taken) {
			if !found || t.confidence > first.confidence || t.confidence == first.confidence && t.call.Pos() < first.call.Pos() {
				first, found = t, true
			}
		})
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		derived := c.derived(a, old)
		for _, lhs := range a.Lhs {
			p, ok := code.PathOf(c.TypesInfo, lhs)
			switch {
			case !ok || lhs == derived:
			case len(old) > 0 && p.Leads(old[0]):
				return false // it is another one from here on
			}
		}
		if p, ok := code.PathOf(c.TypesInfo, derived); ok && len(old) < maxOld && !contains(old, p) {
			old = append(old, p)
		}
		return true
	})
	return first, found
}

// derived returns the left side of an assignment that takes a context made from an old one, or
// nil.
func (c *checker) derived(a *ast.AssignStmt, old []code.Path) ast.Expr {
	if len(a.Rhs) != 1 {
		return nil
	}
	call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
	if !ok || !c.hasArg(call, old) {
		return nil
	}
	if _, isStart := code.StartOf(c.TypesInfo, call, c.span); isStart {
		return nil
	}
	for _, lhs := range a.Lhs {
		if id, ok := lhs.(*ast.Ident); ok && id.Name != "_" && code.IsContext(c.TypesInfo.TypeOf(id)) && returnsContext(c.TypesInfo, call) {
			return lhs
		}
	}
	return nil
}

func (c *checker) hasArg(call *ast.CallExpr, old []code.Path) bool {
	for _, arg := range call.Args {
		if p, ok := code.PathOf(c.TypesInfo, arg); ok && contains(old, p) {
			return true
		}
	}
	return false
}

func contains(paths []code.Path, p code.Path) bool {
	return slices.Contains(paths, p)
}

// takes calls found for the calls in a node that get an old context and do work with it.
func (c *checker) takes(n ast.Node, old []code.Path, isOlder func(*types.Var) bool, found func(taken)) {
	ast.PreorderStack(n, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return false
		case *ast.CallExpr:
			if len(stack) > maxDepth {
				return false
			}
			sig := code.Signature(c.TypesInfo, n)
			if sig == nil {
				return true // a conversion or a builtin
			}
			for i, arg := range n.Args {
				p, ok := code.PathOf(c.TypesInfo, arg)
				if !ok {
					continue
				}
				confidence, works := rule.High, false
				switch {
				case contains(old, p) || isOlder != nil && p.Rest == "" && isOlder(p.Root):
					if code.IsContext(code.ParamType(sig, i)) {
						confidence, works = c.work(n, sig)
					}
				case serves(c.TypesInfo, n) && contains(old, code.Path{Root: p.Root, Rest: p.Rest + ".Context()"}):
					works = true
				}
				if works {
					found(taken{n, arg, min(confidence, c.inLiteral(stack))})
				}
			}
		}
		return true
	})
}

// serves reports whether a call hands a request to a handler.
func serves(info *types.Info, call *ast.CallExpr) bool {
	fn := code.Callee(info, call)
	return fn != nil && fn.Name() == "ServeHTTP" && len(call.Args) == 2
}

// inLiteral says how sure it is that code below these nodes runs during the span: not all
// function literals run where they stand.
func (c *checker) inLiteral(stack []ast.Node) rule.Confidence {
	for i := len(stack) - 1; i > 0; i-- {
		lit, ok := stack[i].(*ast.FuncLit)
		if !ok {
			continue
		}
		call, ok := stack[i-1].(*ast.CallExpr)
		if !ok || call.Fun != lit && !isGo(call) {
			return rule.Medium
		}
	}
	if len(stack) > 0 {
		if _, ok := stack[0].(*ast.FuncLit); ok {
			return rule.Medium
		}
	}
	return rule.High
}

// isGo reports whether a call hands a function to a group that waits for it, as errgroup's.
func isGo(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && (sel.Sel.Name == "Go" || sel.Sel.Name == "TryGo")
}

// work says whether a call does something with its context that a span should see.
func (c *checker) work(call *ast.CallExpr, sig *types.Signature) (_ rule.Confidence, ok bool) {
	if _, isStart := code.StartOf(c.TypesInfo, call, c.span); isStart {
		return rule.Medium, true // siblings may be meant
	}
	if returnsContext(c.TypesInfo, call) {
		return rule.Low, false
	}
	fn := code.Callee(c.TypesInfo, call)
	if fn != nil && fn.Pkg() != nil {
		switch path := fn.Pkg().Path(); {
		case path == knowledge.OTel+"/propagation" && fn.Name() == "Inject":
			return rule.High, true // what is called learns of the old span
		case knowledge.QuietWithContext(path), takesValue(fn.Name()), logs(fn):
			return rule.Low, false
		case path == "net/http", path == "database/sql":
			return rule.High, sig.Results().Len() > 0
		case path == "google.golang.org/grpc" && (fn.Name() == "SetHeader" || fn.Name() == "SendHeader" || fn.Name() == "SetTrailer"):
			return rule.Low, false
		case fn.Pkg() != c.Pkg && code.IsStandard(path):
			return rule.Low, false
		}
	}
	switch n := sig.Results().Len(); {
	case n > 0 && code.IsError(sig.Results().At(n-1).Type()):
		return rule.High, true
	case n == 0 && fn != nil && fn.Pkg() == c.Pkg:
		return rule.High, true
	}
	return rule.Medium, true
}

// takesValue reports whether a function is called as those are that take a value from a
// context.
func takesValue(name string) bool {
	return strings.Contains(name, "FromContext") || strings.Contains(name, "FromCtx") || strings.Contains(name, "InContext") || strings.HasPrefix(name, "FromIncoming") || strings.HasPrefix(name, "FromOutgoing")
}

// logs reports whether a function is a logger's, going by the names.
func logs(fn *types.Func) bool {
	if r := fn.Signature().Recv(); r != nil {
		if n := code.Named(r.Type()); n != nil && strings.Contains(strings.ToLower(n.Obj().Name()), "log") {
			return true
		}
	}
	last := fn.Pkg().Path()[strings.LastIndexByte(fn.Pkg().Path(), '/')+1:]
	if strings.Contains(last, "log") && !strings.Contains(last, "catalog") && !strings.Contains(last, "login") {
		return true
	}
	for _, prefix := range [...]string{"Log", "log", "Debug", "Info", "Warn", "Error", "Trace", "Print"} {
		if strings.HasPrefix(fn.Name(), prefix) && fn.Signature().Results().Len() == 0 {
			return true
		}
	}
	return false
}

// hasOption reports whether an option of that name is among a start's arguments.
func (c *checker) hasOption(s *start, names ...string) bool {
	for _, arg := range s.Call.Args {
		call, ok := ast.Unparen(arg).(*ast.CallExpr)
		if !ok {
			continue
		}
		for _, name := range names {
			if code.IsFunc(code.Callee(c.TypesInfo, call), knowledge.OTelTrace, name) {
				return true
			}
		}
	}
	return false
}

// text returns an expression as a message shows it.
func (c *checker) text(e ast.Expr) string {
	if _, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		return "the function"
	}
	text := types.ExprString(e)
	if len(text) > 60 {
		text = text[:57] + "..."
	}
	return text
}

// nameContext returns the edit that gives a dropped context the name of the old one; nil where
// that would not compile, or would mean something else in another place.
func (c *checker) nameContext(f *function, s *start, parent code.Path) []analysis.TextEdit {
	v := parent.Root
	if parent.Rest != "" || s.assign.Tok != token.DEFINE || !code.IsContext(v.Type()) || !code.Sees(c.Pkg, v, s.assign.Pos()) {
		return nil
	}
	scope := c.Pkg.Scope().Innermost(s.assign.Pos())
	if scope == nil || v.Parent() == c.Pkg.Scope() {
		return nil
	}
	isNew := v.Parent() != scope
	after := false // used behind the start, where the new one is in sight
	last := token.NoPos
	ok := true
	f.graph.Scanned()
	ast.PreorderStack(f.node, nil, func(n ast.Node, stack []ast.Node) bool {
		id, isIdent := n.(*ast.Ident)
		if !isIdent || c.TypesInfo.Uses[id] != v {
			return ok
		}
		inScope := s.assign.End() <= id.Pos() && id.Pos() < scope.End()
		if inScope {
			after = true
			last = max(last, id.Pos())
		}
		for i, outer := range stack {
			// A literal from before that shares the variable would see it change; a goroutine
			// may outlive the span.
			switch outer.(type) {
			case *ast.FuncLit:
				ok = ok && (i == 0 || inScope || isNew)
			case *ast.GoStmt:
				ok = ok && !inScope
			}
		}
		// What writes to it, or takes its address, is not ours to judge.
		switch p := stack[len(stack)-1].(type) {
		case *ast.AssignStmt:
			for _, lhs := range p.Lhs {
				ok = ok && (lhs != id || !inScope || !isNew)
			}
		case *ast.UnaryExpr:
			ok = ok && p.Op != token.AND
		}
		return ok
	})
	if !ok || !after || c.isUsedAfterEnd(f, s, v, scope) {
		return nil
	}
	return []analysis.TextEdit{{Pos: s.blank.Pos(), End: s.blank.End(), NewText: []byte(v.Name())}}
}

// isUsedAfterEnd reports whether the variable is used in the scope where the span may have
// ended already.
func (c *checker) isUsedAfterEnd(f *function, s *start, v *types.Var, scope *types.Scope) bool {
	used := false
	// Beyond each end: everything that the walk reaches when it does not stop there, less what
	// it reaches when it does.
	before := map[ast.Node]bool{}
	c.during(f, s, func(n ast.Node) bool { before[n] = true; return true })
	f.graph.After(s.place, func(n ast.Node) bool {
		if before[n] || used {
			return !used
		}
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && c.TypesInfo.Uses[id] == v && scope.Contains(id.Pos()) {
				used = true
			}
			return !used
		})
		return !used
	})
	return used
}
