package spanmissing

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

var (
	inbound   = rule.Rule{ID: "spanmissing.inbound", Severity: rule.Warning, Summary: "a server answers without instrumentation, so that traces begin behind it"}
	outbound  = rule.Rule{ID: "spanmissing.outbound", Severity: rule.Warning, Summary: "a call goes out without instrumentation, so that traces end before it"}
	decorator = rule.Rule{ID: "spanmissing.decorator", Severity: rule.Warning, Summary: "an interface with a generated tracing decorator is used without it"}
	required  = rule.Rule{ID: "spanmissing.required", Severity: rule.Warning, Summary: "a function has no span though the configuration requires one"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{decorator, inbound, outbound, required} }

// Analyzer finds boundaries without instrumentation.
var Analyzer = &analysis.Analyzer{
	Name:       "spanmissing",
	Doc:        rule.Doc(doc),
	URL:        rule.URL("spanmissing"),
	Requires:   []*analysis.Analyzer{policy.Analyzer},
	FactTypes:  []analysis.Fact{new(brings), new(decorated), new(decorates), new(starts), new(usage)},
	ResultType: reflect.TypeFor[*Result](),
	Run:        run,
}

// Result is what the analyzer has looked at.
type Result struct {
	Boundaries []Boundary // in the order of the source; none in tests and generated code

	eval *evaluator
}

// Boundary is a place where calls come in or go out.
type Boundary struct {
	Pos     token.Pos
	Func    *ast.FuncDecl // the one that it stands in, or nil
	Covered bool          // it is instrumented, or not known not to be
}

// HasSpan reports whether a body starts a span or takes one up.
func (r *Result) HasSpan(body *ast.BlockStmt) bool {
	return r.eval != nil && body != nil && r.eval.hasSpan(body, true)
}

// finding is a boundary with what there is to say of it.
type finding struct {
	rule       *rule.Rule
	boundary   Boundary
	end        token.Pos
	confidence rule.Confidence
	message    string
	fix        func() []analysis.SuggestedFix
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	c := &checker{pass: pass, policy: p, result: new(Result)}
	if len(p.Config.Require) > 0 && !p.FactsOnly() && !p.Config.Woven {
		c.require()
	}
	counted := p.WantsCoverage() && !p.FactsOnly()
	if !counted && !c.concerned() {
		return c.result, nil
	}
	c.evaluator()
	if use := c.eval.use; use != nil {
		use.Own |= c.eval.export()
		if use.Uses && !use.Default && code.ImportsAny(pass.Pkg, "net/http") {
			use.Default = c.eval.index.setsDefault()
		}
		pass.ExportPackageFact(use)
		if use.Uses {
			c.use = use
		}
	}
	c.exportDecorators()
	if (c.use != nil || counted) && !p.FactsOnly() {
		c.check()
		c.report()
	}
	return c.result, nil
}

// checker looks at one package.
type checker struct {
	pass   *analysis.Pass
	policy *policy.Package
	eval   *evaluator
	use    *usage // nil when the package does not use OpenTelemetry
	result *Result
	found  []finding

	moves      map[string]bool // see propagates; nil until asked for
	exporter   bool            // the package sends telemetry away, or takes it in
	decls      map[ast.Decl]*declared
	decorators []*types.Named // the interfaces that are decorated
}

// declared is what is known of a declaration once a boundary stands in it.
type declared struct {
	scope scope
	unix  bool
}

// declared returns what is known of a declaration.
func (c *checker) declared(d ast.Decl) *declared {
	known := c.decls[d]
	if known == nil {
		if c.decls == nil {
			c.decls = map[ast.Decl]*declared{}
		}
		known = &declared{scope: c.scopeOf(d), unix: c.mentionsUnix(d)}
		c.decls[d] = known
	}
	return known
}

// isUnix reports whether a declaration has to do with unix sockets.
func (c *checker) isUnix(d ast.Decl) bool { return c.declared(d).unix }

// evaluator returns the evaluator of the package, made when it is first needed.
func (c *checker) evaluator() *evaluator {
	if c.eval == nil {
		c.eval = newEvaluator(c.pass)
		c.result.eval = c.eval
	}
	return c.eval
}

// concerned reports whether the package may start a span, or is of a project that does.
func (c *checker) concerned() bool {
	return slices.ContainsFunc(c.pass.Pkg.Imports(), func(i *types.Package) bool {
		return knowledge.IsTracing(i.Path()) || i.Path() == knowledge.OTel || c.pass.ImportPackageFact(i, new(usage))
	})
}

// check looks at all boundaries of the package.
func (c *checker) check() {
	if len(c.decorators) == 0 && !code.ImportsAny(c.pass.Pkg, "net/http", knowledge.GRPC, "database/sql") {
		return
	}
	c.exporter = knowledge.IsExporter(c.pass.Pkg.Path())
	for _, f := range c.pass.Files {
		if c.policy.IsTest(f.FileStart) || c.policy.IsGenerated(f.FileStart) {
			continue
		}
		for _, d := range f.Decls {
			ast.PreorderStack(d, nil, func(n ast.Node, stack []ast.Node) bool {
				switch n.(type) {
				case *ast.CompositeLit, *ast.CallExpr:
					c.node(&place{c: c, decl: d, node: n, stack: stack})
				}
				return true
			})
		}
	}
}

// report reports what was found, in a package that uses OpenTelemetry by its source.
func (c *checker) report() {
	woven := c.policy.Config.Woven
	for _, f := range c.found {
		f.boundary.Covered = f.boundary.Covered || woven
		c.result.Boundaries = append(c.result.Boundaries, f.boundary)
		if f.boundary.Covered || c.use == nil {
			continue
		}
		d := analysis.Diagnostic{Pos: f.boundary.Pos, End: f.end, Message: f.message}
		if f.fix != nil {
			d.SuggestedFixes = f.fix()
		}
		if code.IsDemo(c.pass.Pkg.Path()) {
			f.confidence = rule.Low
		}
		if f.confidence == rule.High && (c.propagates(f.rule) || f.rule == &outbound && c.use.ByHand) {
			f.confidence = rule.Medium // by spans and headers of its own
		}
		c.policy.Report(c.pass, f.rule, f.confidence, d)
	}
}

// propagates reports whether the package itself puts traces into what goes out, or takes them
// out of what comes in.
func (c *checker) propagates(r *rule.Rule) bool {
	if c.moves == nil {
		c.moves = map[string]bool{}
		for _, o := range c.pass.TypesInfo.Uses {
			if fn, ok := o.(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == knowledge.OTel+"/propagation" {
				c.moves[fn.Name()] = true
			}
		}
	}
	return r == &inbound && c.moves["Extract"] || r == &outbound && c.moves["Inject"]
}

// node looks at one node.
func (c *checker) node(at *place) {
	switch n := at.node.(type) {
	case *ast.CompositeLit:
		t := c.pass.TypesInfo.TypeOf(n)
		if t == nil || t.Underlying() == nil {
			return
		}
		switch {
		case code.IsNamed(t, "net/http", "Server"):
			c.httpServer(at, n)
		case code.IsNamed(t, "net/http", "Client"):
			c.httpClient(at, n)
		}
	case *ast.CallExpr:
		c.constructor(at, n)
		fn := code.Callee(c.pass.TypesInfo, n)
		if fn == nil || fn.Pkg() == nil {
			return
		}
		switch fn.Pkg().Path() {
		case "net/http":
			c.httpCall(at, n, fn)
		case knowledge.GRPC:
			c.grpcCall(at, n, fn)
		case "database/sql":
			c.sqlOpen(at, n, fn)
		}
	}
}

// place is where a node stands.
type place struct {
	c     *checker
	decl  ast.Decl
	node  ast.Node
	stack []ast.Node // from the declaration to the parent of node
}

// function returns the declared function that the place is in, or nil.
func (at *place) function() *ast.FuncDecl {
	d, _ := at.decl.(*ast.FuncDecl)
	return d
}

// scope says what a function has that a span could be made of.
type scope uint8

const (
	nothing scope = iota
	made          // a context that the function made
	request       // a context, a request or a span that came in, or a span of its own
)

// scope returns what the functions around the place have.
func (at *place) scope() scope {
	for _, n := range at.stack {
		if lit, ok := n.(*ast.FuncLit); ok && hasRequest(at.c.pass.TypesInfo, lit.Type) {
			return request
		}
	}
	return at.c.declared(at.decl).scope
}

// scopeOf returns what a declared function has, function literals in it apart.
func (c *checker) scopeOf(d ast.Decl) scope {
	fd, ok := d.(*ast.FuncDecl)
	if !ok || fd.Body == nil {
		return nothing
	}
	if hasRequest(c.pass.TypesInfo, fd.Type) || c.eval.hasSpan(fd.Body, true) {
		return request
	}
	best := nothing
	ast.Inspect(fd.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := c.pass.TypesInfo.Defs[id].(*types.Var); ok && code.IsContext(v.Type()) && c.eval.index.paramOf(v) == notParam {
				best = made
			}
		}
		return best == nothing
	})
	return best
}

// hasRequest reports whether a function has a named parameter that is a context or a request.
func hasRequest(info *types.Info, t *ast.FuncType) bool {
	for _, field := range t.Params.List {
		typ := info.TypeOf(field.Type)
		if !code.IsContext(typ) && !code.IsNamed(typ, "net/http", "Request") && !isMark(typ, knowledge.ServerHTTP) {
			continue
		}
		if slices.ContainsFunc(field.Names, func(name *ast.Ident) bool { return name.Name != "_" }) {
			return true
		}
	}
	return false
}

// names calls yield with the names that say what the place is about: those of the package's
// folders below the module's root, of the functions around it, and of what is assigned.
func (at *place) names(yield func(string) bool) {
	path := strings.TrimPrefix(at.c.pass.Pkg.Path(), at.c.eval.root)
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && !yield(part) {
			return
		}
	}
	if d := at.function(); d != nil && (!yield(d.Name.Name) || d.Recv != nil && !yield(policy.FuncName(d))) {
		return
	}
	for _, n := range slices.Backward(at.stack) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				if v := variable(at.c.pass.TypesInfo, left); v != nil && !yield(v.Name()) {
					return
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if !yield(name.Name) {
					return
				}
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok && !yield(id.Name) {
				return
			}
		case *ast.BlockStmt:
			return
		}
	}
}

// isOps reports whether the place is about the operation of the service: metrics, health,
// profiles. more are further expressions that may say so.
func (at *place) isOps(more ...ast.Expr) bool {
	if at.c.exporter {
		return true
	}
	for name := range at.names {
		if isOpsName(name) {
			return true
		}
	}
	return slices.ContainsFunc(more, at.c.mentionsOps)
}

// isOpsName reports whether a name says so, or that there is nothing to trace: a redirection to
// HTTPS, the challenges of ACME, a stand-in.
func isOpsName(name string) bool {
	if knowledge.IsOpsName(name) {
		return true
	}
	name = strings.ToLower(name)
	switch name {
	case "ops", "admin", "ready", "live", "status":
		return true
	}
	for _, part := range [...]string{"redirect", "acme", "autocert", "fake", "mock", "stub"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// mentionsOps reports whether an expression names something of the service's operation.
func (c *checker) mentionsOps(e ast.Expr) bool {
	found := false
	if e == nil {
		return false
	}
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !found {
			found = isOpsName(id.Name)
			if fn, ok := c.pass.TypesInfo.Uses[id].(*types.Func); ok && fn.Pkg() != nil {
				found = found || knowledge.IsOpsPackage(fn.Pkg().Path())
			}
		}
		return !found
	})
	return found
}

// variable returns the variable or field that holds the value of the place's node, or nil.
func (at *place) variable() *types.Var {
	for i, n := range slices.Backward(at.stack) {
		inner := at.node
		if i+1 < len(at.stack) {
			inner = at.stack[i+1]
		}
		switch n := n.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
			continue
		case *ast.AssignStmt:
			for j, right := range n.Rhs {
				if right == inner && j < len(n.Lhs) {
					return variable(at.c.pass.TypesInfo, n.Lhs[j])
				}
			}
		case *ast.ValueSpec:
			for j, right := range n.Values {
				if right == inner && j < len(n.Names) {
					return variable(at.c.pass.TypesInfo, n.Names[j])
				}
			}
		case *ast.KeyValueExpr:
			if id, ok := n.Key.(*ast.Ident); ok {
				v, _ := at.c.pass.TypesInfo.Uses[id].(*types.Var)
				return v
			}
		}
		return nil
	}
	return nil
}

// isLocal reports whether an address or a URL is one of this machine: a loopback address or a
// unix socket. What is not constant is judged by its constant beginning.
func (c *checker) isLocal(e ast.Expr) bool {
	if e == nil {
		return false
	}
	if s, ok := code.ConstString(c.pass.TypesInfo, e); ok {
		return isLocalAddress(s)
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		return c.isLocal(e.X)
	case *ast.CallExpr:
		fn := code.Callee(c.pass.TypesInfo, e)
		return len(e.Args) > 0 && (code.IsFunc(fn, "fmt", "Sprintf") || code.IsFunc(fn, "net", "JoinHostPort")) && c.isLocal(e.Args[0])
	case *ast.Ident:
		v := variable(c.pass.TypesInfo, e)
		if u := c.eval.index.usesOf(v); v != nil && u != nil && c.eval.index.paramOf(v) == notParam && len(u.values) == 1 {
			if _, isIdent := ast.Unparen(u.values[0]).(*ast.Ident); !isIdent {
				return c.isLocal(u.values[0])
			}
			return isLocalConst(c.pass.TypesInfo, u.values[0])
		}
	}
	return false
}

// isForeign reports whether a URL begins with a constant host that is not of this machine's
// domain or a bare name: somebody else's, who would not continue the trace.
func (c *checker) isForeign(e ast.Expr) bool {
	host, ok := strings.CutPrefix(c.beginning(e), "https://")
	host, _, _ = strings.Cut(host, "/")
	return ok && strings.Contains(host, ".") && !isLocalAddress(host)
}

// beginning returns what a string begins with, as far as that is constant.
func (c *checker) beginning(e ast.Expr) string {
	for range 8 {
		if e == nil {
			return ""
		}
		if s, ok := code.ConstString(c.pass.TypesInfo, e); ok {
			return s
		}
		switch n := ast.Unparen(e).(type) {
		case *ast.BinaryExpr:
			e = n.X
		case *ast.CallExpr:
			if len(n.Args) == 0 || !code.IsFunc(code.Callee(c.pass.TypesInfo, n), "fmt", "Sprintf") {
				return ""
			}
			e = n.Args[0]
		case *ast.Ident:
			v := variable(c.pass.TypesInfo, n)
			u := c.eval.index.usesOf(v)
			if v == nil || u == nil || c.eval.index.paramOf(v) != notParam || len(u.values) != 1 {
				return ""
			}
			e = u.values[0]
		default:
			return ""
		}
	}
	return ""
}

func isLocalConst(info *types.Info, e ast.Expr) bool {
	s, ok := code.ConstString(info, e)
	return ok && isLocalAddress(s)
}

func isLocalAddress(s string) bool {
	for _, scheme := range [...]string{"http://", "https://", "dns:///", "passthrough:///"} {
		s = strings.TrimPrefix(s, scheme)
	}
	for _, local := range [...]string{"localhost", "127.", "[::1]", "::1", "unix:", "unix-abstract:", "bufnet", "bufconn"} {
		if strings.HasPrefix(s, local) {
			return true
		}
	}
	return false
}

// mentionsUnix reports whether a node holds the network "unix", or an address of one.
func (c *checker) mentionsUnix(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if e, ok := n.(ast.Expr); ok && !found {
			s, isConst := code.ConstString(c.pass.TypesInfo, e)
			found = isConst && (s == "unix" || strings.HasPrefix(s, "unix:") || strings.HasPrefix(s, "npipe:"))
			if sel, isSel := e.(*ast.SelectorExpr); isSel {
				found = found || sel.Sel.Name == "DialUnix" || sel.Sel.Name == "ListenUnix"
			}
		}
		return !found
	})
	return found
}
