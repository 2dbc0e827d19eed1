// Package spanuses defines an Analyzer that tells what functions do with the spans that they
// are given.
//
// # Analyzer spanuses
//
// spanuses: tell what functions do with the spans that they are given
//
// It reports nothing. A helper that records an error and sets the status of a span, or ends it,
// is known by a fact wherever it is declared.
package spanuses

import (
	"fmt"
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// Analyzer is required by those that follow spans into functions.
var Analyzer = &analysis.Analyzer{
	Name:       "spanuses",
	Doc:        "spanuses: tell what functions do with the spans that they are given",
	Requires:   []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer},
	FactTypes:  []analysis.Fact{new(fact)},
	ResultType: reflect.TypeFor[*Result](),
	Run:        run,
}

// Use is what is done with a span.
type Use uint8

// Of a span in a context only Records and SetsStatus are known.
const (
	Records    Use = 1 << iota // RecordError is called on it
	SetsStatus                 // its status is set, to something that may be an error
	Ends                       // End is called on it
	Unknown                    // it is handed on to where it is lost from sight
)

// String returns the names of the bits.
func (u Use) String() string {
	text := ""
	for i, name := range [...]string{"records", "sets status", "ends", "unknown"} {
		if u&(1<<i) != 0 {
			if text != "" {
				text += "|"
			}
			text += name
		}
	}
	return text
}

// fact tells what a function does with its parameters; the receiver is the first one of a
// method. Those that are no spans and hold none are Unknown.
type fact struct{ Uses []Use }

func (*fact) AFact() {}

func (f *fact) String() string { return fmt.Sprint(f.Uses) }

// Result answers for one package.
type Result struct {
	info  *types.Info
	facts map[*types.Func][]Use
}

// Arg returns what a call does with its i-th argument, a span or a context that holds one.
func (r *Result) Arg(call *ast.CallExpr, i int) Use {
	fn := code.Callee(r.info, call)
	if fn == nil || call.Ellipsis.IsValid() {
		return Unknown
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		if s := r.info.Selections[sel]; s != nil && s.Kind() == types.MethodExpr {
			return Unknown
		}
	}
	if fn.Signature().Recv() != nil {
		i++
	}
	return r.at(fn, i)
}

// Receiver returns what a call does with the span that it is a method of.
func (r *Result) Receiver(call *ast.CallExpr) Use {
	if x, ok := code.IsSpanMethod(r.info, call, "SetStatus", "RecordError", "End"); ok && x != nil {
		return method(r.info, call)
	}
	fn := code.Callee(r.info, call)
	switch {
	case fn == nil || fn.Signature().Recv() == nil:
		return Unknown
	case code.IsNamed(fn.Signature().Recv().Type(), knowledge.OTelTrace, "Span"):
		return 0
	}
	return r.at(fn, 0)
}

func (r *Result) at(fn *types.Func, i int) Use {
	if code.IsFunc(fn, knowledge.OTelTrace, "ContextWithSpan") {
		return 0 // as Start does itself
	}
	uses, ok := r.facts[fn]
	if !ok || i >= len(uses) || fn.Signature().Variadic() && i == len(uses)-1 {
		return Unknown
	}
	return uses[i]
}

// method returns what OpenTelemetry's own methods of a span do.
func method(info *types.Info, call *ast.CallExpr) Use {
	switch fn := code.Callee(info, call); fn.Name() {
	case "End":
		return Ends
	case "RecordError":
		return Records
	case "SetStatus":
		if len(call.Args) > 0 && isNoError(info, call.Args[0]) {
			return 0
		}
		return SetsStatus
	}
	return 0
}

// isNoError reports whether a status code is a constant other than codes.Error.
func isNoError(info *types.Info, e ast.Expr) bool {
	v, ok := code.ConstInt(info, e)
	return ok && v != 1
}

// builder makes the facts of one package.
type builder struct {
	*analysis.Pass
	span  *types.Interface
	decls map[*types.Func]inspector.Cursor
	*Result
}

func run(pass *analysis.Pass) (any, error) {
	b := &builder{
		Pass:   pass,
		decls:  map[*types.Func]inspector.Cursor{},
		Result: &Result{info: pass.TypesInfo, facts: map[*types.Func][]Use{}},
	}
	p := policy.Of(pass)
	if !p.Reaches(knowledge.OTelTrace) || pass.Pkg.Path() == knowledge.OTelTrace {
		return b.Result, nil
	}
	if b.span = code.SpanInterface(pass.Pkg); b.span == nil {
		return b.Result, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.FuncDecl)(nil)) {
		d := cur.Node().(*ast.FuncDecl)
		if fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func); ok && d.Body != nil && b.concerns(fn) {
			b.decls[fn] = cur
		}
	}
	for cur := range root.Preorder((*ast.FuncDecl)(nil)) {
		fn, _ := pass.TypesInfo.Defs[cur.Node().(*ast.FuncDecl).Name].(*types.Func)
		if _, ok := b.decls[fn]; !ok {
			continue
		}
		if uses := b.of(fn); isNews(uses) && fn.Exported() {
			pass.ExportObjectFact(fn, &fact{uses})
		}
	}
	if p.FactsOnly() {
		return b.Result, nil
	}
	// What others' functions do has to be asked now: the pass is ours for this long only.
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		if fn := code.Callee(pass.TypesInfo, cur.Node().(*ast.CallExpr)); fn != nil && fn.Pkg() != pass.Pkg {
			b.of(fn)
		}
	}
	return b.Result, nil
}

// concerns reports whether a function gets a span or a context.
func (b *builder) concerns(fn *types.Func) bool {
	for v := range params(fn) {
		if b.isSpan(v.Type()) || code.IsContext(v.Type()) {
			return true
		}
	}
	return false
}

func (b *builder) isSpan(t types.Type) bool { return !code.IsContext(t) && code.IsSpan(t, b.span) }

// params yields the receiver and the parameters of a function.
func params(fn *types.Func) func(func(*types.Var) bool) {
	return func(yield func(*types.Var) bool) {
		sig := fn.Signature()
		if r := sig.Recv(); r != nil && !yield(r) {
			return
		}
		for v := range sig.Params().Variables() {
			if !yield(v) {
				return
			}
		}
	}
}

func isNews(uses []Use) bool {
	for _, u := range uses {
		if u != Unknown {
			return true
		}
	}
	return false
}

// of returns what a function does with its parameters, and remembers it.
func (b *builder) of(fn *types.Func) []Use {
	if uses, ok := b.facts[fn]; ok {
		return uses
	}
	b.facts[fn] = nil // in a circle nothing is known
	cur, ok := b.decls[fn]
	if !ok {
		var f fact
		if fn.Pkg() != nil && fn.Pkg() != b.Pkg && b.ImportObjectFact(fn, &f) {
			b.facts[fn] = f.Uses
		}
		return f.Uses
	}
	spans := map[*types.Var]int{} // the parameter that a variable is, or was taken from
	var uses []Use
	for v := range params(fn) {
		switch {
		case b.isSpan(v.Type()):
			spans[v] = len(uses)
			uses = append(uses, 0)
		case code.IsContext(v.Type()):
			uses = append(uses, b.inContext(cur, v, spans, len(uses)))
		default:
			uses = append(uses, Unknown)
		}
	}
	if len(spans) > 0 {
		for id := range cur.Preorder((*ast.Ident)(nil)) {
			v, _ := b.TypesInfo.Uses[id.Node().(*ast.Ident)].(*types.Var)
			if i, ok := spans[v]; ok {
				uses[i] |= b.use(id)
			}
		}
	}
	b.facts[fn] = uses
	return uses
}

// inContext returns what is done with the span that a context holds, and adds the variables
// that it is put into to spans.
func (b *builder) inContext(decl inspector.Cursor, ctx *types.Var, spans map[*types.Var]int, i int) Use {
	use := Unknown
	for id := range decl.Preorder((*ast.Ident)(nil)) {
		if b.TypesInfo.Uses[id.Node().(*ast.Ident)] != ctx {
			continue
		}
		call, ok := id.Parent().Node().(*ast.CallExpr)
		if !ok || !code.IsFunc(code.Callee(b.TypesInfo, call), knowledge.OTelTrace, "SpanFromContext") {
			continue
		}
		switch n := id.Parent().Parent().Node().(type) {
		case *ast.SelectorExpr:
			use |= b.use(id.Parent())
		case *ast.AssignStmt:
			if len(n.Lhs) == 1 {
				if v := code.Var(b.TypesInfo, n.Lhs[0]); v != nil {
					spans[v] = i
				}
			}
		}
	}
	return use
}

// use returns what is done with a span where it is mentioned.
func (b *builder) use(cur inspector.Cursor) Use {
	if call := around(cur); call != nil {
		if fn := code.Callee(b.TypesInfo, call); fn != nil {
			b.of(fn)
		}
	}
	return b.Mention(cur)
}

// around returns the call that an expression is the receiver or an argument of, or nil.
func around(cur inspector.Cursor) *ast.CallExpr {
	cur = bare(cur)
	parent := cur.Parent()
	switch {
	case cur.ParentEdgeKind() == edge.CallExpr_Args:
		return parent.Node().(*ast.CallExpr)
	case cur.ParentEdgeKind() == edge.SelectorExpr_X && parent.ParentEdgeKind() == edge.CallExpr_Fun:
		return parent.Parent().Node().(*ast.CallExpr)
	}
	return nil
}

// bare goes up through parentheses.
func bare(cur inspector.Cursor) inspector.Cursor {
	for cur.ParentEdgeKind() == edge.ParenExpr_X {
		cur = cur.Parent()
	}
	return cur
}

// Mention returns what is done with a span where an expression denotes it.
func (r *Result) Mention(cur inspector.Cursor) Use {
	call := around(cur)
	cur = bare(cur)
	switch cur.ParentEdgeKind() {
	case edge.SelectorExpr_X:
		if call != nil {
			return r.Receiver(call)
		}
	case edge.CallExpr_Args:
		return r.Arg(call, cur.ParentEdgeIndex())
	case edge.BinaryExpr_X, edge.BinaryExpr_Y:
		return 0
	case edge.AssignStmt_Lhs:
		return 0 // another span from here on
	}
	return Unknown
}
