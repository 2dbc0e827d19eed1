package spiffesource

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"net"
	"net/url"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/flow"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer judges how SVIDs and bundles are fetched.
var Analyzer = &analysis.Analyzer{
	Name:       "spiffesource",
	Doc:        rule.Doc(doc),
	URL:        rule.URL("spiffesource"),
	Requires:   []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer, ctrlflow.Analyzer},
	FactTypes:  []analysis.Fact{new(sourceFact)},
	ResultType: reflect.TypeFor[*flow.Package](),
	Run:        run,
}

var (
	unclosed   = rule.Rule{ID: "spiffesource.unclosed", Severity: rule.Warning, Summary: "a source of SVIDs is not closed"}
	perrequest = rule.Rule{ID: "spiffesource.perrequest", Severity: rule.Warning, Summary: "a source of SVIDs is made for each request"}
	address    = rule.Rule{ID: "spiffesource.address", Severity: rule.Warning, Summary: "the Workload API of another host is used, over tcp"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{unclosed, perrequest, address} }

// sourceFact says of a function which results are open sources, and what it does with those
// that it is given.
type sourceFact struct{ flow.Summary }

func (*sourceFact) AFact() {}

func (f *sourceFact) String() string { return f.Summary.String() }

func run(pass *analysis.Pass) (any, error) {
	var none *flow.Package
	p := policy.Of(pass)
	if !p.FactsOnly() && p.IsOn(&address) {
		reportAddresses(pass)
	}
	if !p.Reaches(knowledge.WorkloadAPI) || pass.Pkg.Path() == knowledge.WorkloadAPI {
		return none, nil
	}
	f := flow.New(pass, kind(pass))
	f.Summaries(func(fn *types.Func, s flow.Summary) {
		pass.ExportObjectFact(fn, &sourceFact{s})
	})
	if !p.AnyOn(&unclosed, &perrequest) {
		return f, nil
	}
	for _, st := range f.Starts() {
		if where := handler(pass, st); where != "" && !isStored(pass, f, st) {
			reportPerRequest(pass, st, where)
		}
		reportUnclosed(pass, f, st)
	}
	return f, nil
}

func kind(pass *analysis.Pass) flow.Kind {
	return flow.Kind{
		Is:    isSource,
		Takes: func(t types.Type) bool { return code.IsNamed(t, "io", "Closer") },
		Starts: func(_ *ast.CallExpr, fn *types.Func) []flow.Result {
			if fn != nil && fn.Signature().Recv() == nil && fn.Pkg() != nil && fn.Pkg().Path() == knowledge.WorkloadAPI && knowledge.SourceOf(fn.Name()) != "" {
				return []flow.Result{{Index: 0}}
			}
			return nil
		},
		Method: func(fn *types.Func) flow.Role {
			recv := fn.Signature().Recv()
			switch {
			case recv == nil || !isSource(recv.Type()) && !code.IsNamed(recv.Type(), "io", "Closer"):
				return 0
			case fn.Name() == "Close":
				return flow.Known | flow.Ends
			}
			return flow.Known
		},
		Carries: carries,
		Import: func(fn *types.Func) (flow.Summary, bool) {
			var f sourceFact
			ok := pass.ImportObjectFact(fn, &f)
			return f.Summary, ok
		},
	}
}

func isSource(t types.Type) bool {
	n := code.Named(t)
	return n != nil && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == knowledge.WorkloadAPI && knowledge.IsSource(n.Obj().Name())
}

// carries reports whether a function keeps what it is given in its result only. That is so for
// the standard library, gRPC and go-spiffe, but for what they register in a global variable.
func carries(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	path := fn.Pkg().Path()
	first, _, _ := strings.Cut(path, "/")
	switch {
	case path == "net/http" && strings.HasPrefix(fn.Name(), "Handle"), path == "expvar":
		return false
	case path == "google.golang.org/grpc", strings.HasPrefix(path, "google.golang.org/grpc/"), strings.HasPrefix(path, knowledge.GoSPIFFE+"/"):
		return true
	}
	return isStandard(first)
}

func isStandard(first string) bool {
	switch first {
	case "bufio", "bytes", "context", "crypto", "database", "errors", "fmt", "io", "log", "net", "os", "strings", "sync", "time":
		return true
	}
	return false
}

func reportUnclosed(pass *analysis.Pass, f *flow.Package, st *flow.Start) {
	what := "the source"
	if st.Callee != nil && st.Callee.Name() == "New" {
		what = "the client"
	}
	d := analysis.Diagnostic{Pos: st.Call.Pos(), End: st.Call.End()}
	confidence := rule.High
	if inMain(pass, st.Call.Pos()) {
		confidence = rule.Medium
	}
	if st.Dropped {
		d.Message = what + " is dropped: nobody can close it"
		policy.Of(pass).Report(pass, &unclosed, confidence, d)
		return
	}
	l := f.LeakOf(st)
	if l == nil {
		return
	}
	name, line := st.Ident.Name, code.Line(pass, l.Exit.Pos)
	close := "closed"
	if st.Result.Form == flow.Closer {
		close = "called"
	}
	last := "the function returns here"
	switch {
	case l.Never:
		d.Message = fmt.Sprintf("%s is never %s: its connection to the Workload API stays open", name, close)
	case l.Lost:
		d.Message, last = fmt.Sprintf("%s is not %s before it gets another value on line %d", name, close, line), "it gets another value here"
	default:
		d.Message = fmt.Sprintf("%s is not %s on a path to the return on line %d", name, close, line)
	}
	d.Related = append(d.Related, analysis.RelatedInformation{Pos: st.Call.Pos(), End: st.Call.End(), Message: what + " is made here"})
	steps := l.Exit.Path
	for _, s := range steps[max(0, len(steps)-8):] {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: s.Pos, Message: s.Text})
	}
	d.Related = append(d.Related, analysis.RelatedInformation{Pos: l.Exit.Pos, Message: last})
	if l.Never && st.Result.Form == flow.Itself && st.Value.Plain() && !f.InLoop(st) {
		d.SuggestedFixes = deferClose(pass, st)
	}
	policy.Of(pass).Report(pass, &unclosed, confidence, d)
}

// deferClose inserts a deferred Close behind the check of the error.
func deferClose(pass *analysis.Pass, st *flow.Start) []analysis.SuggestedFix {
	if len(st.Lhs) != 2 {
		return nil
	}
	err := code.Var(pass.TypesInfo, st.Lhs[1])
	if err == nil || err.Name() == "_" {
		return nil
	}
	text := "defer " + st.Ident.Name + ".Close()"
	edits, ok := code.InsertAfter(pass, st.Cursor, err, text)
	if !ok {
		return nil
	}
	return []analysis.SuggestedFix{{Message: text, TextEdits: edits}}
}

// inMain reports whether pos lies in the function main of a program.
func inMain(pass *analysis.Pass, pos token.Pos) bool {
	if pass.Pkg.Name() != "main" {
		return false
	}
	f := code.File(pass, pos)
	if f == nil {
		return false
	}
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Pos() <= pos && pos < d.End() {
			return d.Recv == nil && d.Name.Name == "main"
		}
	}
	return false
}

func reportPerRequest(pass *analysis.Pass, st *flow.Start, where string) {
	policy.Of(pass).Report(pass, &perrequest, rule.High, analysis.Diagnostic{
		Pos: st.Call.Pos(), End: st.Call.End(),
		Message: fmt.Sprintf("%s makes a connection to the Workload API for each %s: make one for the life of the program", types.ExprString(st.Call.Fun), where),
	})
}

// handler says what the function around a start handles: "request", "call", or nothing.
func handler(pass *analysis.Pass, st *flow.Start) string {
	for c := range st.Cursor.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var sig *types.Signature
		switch n := c.Node().(type) {
		case *ast.FuncLit:
			sig, _ = pass.TypesInfo.TypeOf(n).(*types.Signature)
			if isOnce(pass, c) {
				return ""
			}
		case *ast.FuncDecl:
			if fn, ok := pass.TypesInfo.Defs[n.Name].(*types.Func); ok {
				sig = fn.Signature()
			}
		}
		if sig == nil {
			continue
		}
		for v := range sig.Params().Variables() {
			if isRequest(v.Type()) {
				return "request"
			}
		}
		if r := sig.Recv(); r != nil && isGRPCServer(r.Type()) && sig.Params().Len() > 0 && ast.IsExported(nameOf(c)) {
			return "call"
		}
	}
	return ""
}

func nameOf(c inspector.Cursor) string {
	if d, ok := c.Node().(*ast.FuncDecl); ok {
		return d.Name.Name
	}
	return ""
}

// isOnce reports whether a literal runs once: it is given to a method of sync.Once, or to
// sync.OnceFunc and its kin.
func isOnce(pass *analysis.Pass, lit inspector.Cursor) bool {
	if k, _ := lit.ParentEdge(); k != edge.CallExpr_Args {
		return false
	}
	fn := code.Callee(pass.TypesInfo, lit.Parent().Node().(*ast.CallExpr))
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && (fn.Name() == "Do" || strings.HasPrefix(fn.Name(), "Once"))
}

// isRequest reports whether a parameter of the type means that a request is handled.
func isRequest(t types.Type) bool {
	n := code.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	switch path, name := n.Obj().Pkg().Path(), n.Obj().Name(); path {
	case "net/http":
		return name == "Request"
	case "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/labstack/echo/v4", "github.com/labstack/echo/v5":
		return name == "Context"
	case "github.com/gofiber/fiber/v2", "github.com/gofiber/fiber/v3":
		return name == "Ctx"
	case "google.golang.org/grpc":
		return name == "ServerStream" || name == "UnaryServerInfo" || name == "StreamServerInfo"
	case "connectrpc.com/connect":
		return name == "Request" || name == "AnyRequest" || name == "BidiStream" || name == "ClientStream" || name == "ServerStream"
	}
	return false
}

// isGRPCServer reports whether a type embeds what protoc-gen-go-grpc makes for servers.
func isGRPCServer(t types.Type) bool {
	n := code.Named(t)
	if n == nil {
		return false
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range s.Fields() {
		if name := f.Name(); f.Embedded() && (strings.HasPrefix(name, "Unimplemented") || strings.HasPrefix(name, "Unsafe")) && strings.HasSuffix(name, "Server") {
			return true
		}
	}
	return false
}

// isStored reports whether a source is put away for later: it is made once then.
func isStored(pass *analysis.Pass, f *flow.Package, st *flow.Start) bool {
	if st.Ident == nil {
		return false
	}
	v := code.Var(pass.TypesInfo, st.Ident)
	if v == nil {
		return false
	}
	for _, c := range f.Uses(v) {
		switch k, i := c.ParentEdge(); k {
		case edge.AssignStmt_Rhs:
			if a := c.Parent().Node().(*ast.AssignStmt); i < len(a.Lhs) {
				if w := code.Var(pass.TypesInfo, a.Lhs[i]); w == nil || w.Parent() == pass.Pkg.Scope() {
					return true
				}
			}
		case edge.CallExpr_Args:
			fn := code.Callee(pass.TypesInfo, c.Parent().Node().(*ast.CallExpr))
			if fn != nil && fn.Pkg() != nil && strings.HasPrefix(fn.Pkg().Path(), "sync") {
				return true
			}
		}
	}
	return false
}

func reportAddresses(pass *analysis.Pass) {
	insp := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for n := range insp.PreorderSeq((*ast.CallExpr)(nil)) {
		call := n.(*ast.CallExpr)
		arg := addressOf(pass.TypesInfo, call)
		if arg == nil {
			continue
		}
		text, ok := code.ConstString(pass.TypesInfo, arg)
		if !ok || !isFar(text) {
			continue
		}
		policy.Of(pass).Report(pass, &address, rule.High, analysis.Diagnostic{
			Pos: arg.Pos(), End: arg.End(),
			Message: fmt.Sprintf("the Workload API at %s is on another host: keys cross the network in the clear, use the agent's unix socket", text),
		})
	}
}

// addressOf returns the argument of a call that says where the Workload API is, or nil.
func addressOf(info *types.Info, call *ast.CallExpr) ast.Expr {
	if len(call.Args) == 0 {
		return nil
	}
	fn := code.Callee(info, call)
	if code.IsFunc(fn, knowledge.WorkloadAPI, "WithAddr") {
		return call.Args[0]
	}
	if fn == nil || fn.Name() != "Setenv" || fn.Pkg() == nil || len(call.Args) != 2 {
		return nil
	}
	if path := fn.Pkg().Path(); path != "os" && path != "testing" && path != "syscall" {
		return nil
	}
	if name, ok := code.ConstString(info, call.Args[0]); !ok || name != knowledge.SPIFFEEndpointSocket {
		return nil
	}
	return call.Args[1]
}

// isFar reports whether an address is that of another host, over tcp.
func isFar(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "tcp" || u.Hostname() == "" {
		return false
	}
	if u.Hostname() == "localhost" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip == nil || !ip.IsLoopback()
}
