package plaintext

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer reports servers and clients without TLS.
var Analyzer = &analysis.Analyzer{
	Name:     "plaintext",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("plaintext"),
	Requires: []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer},
	Run:      run,
}

var (
	server = rule.Rule{
		ID: "plaintext.server", Severity: rule.Warning, Strict: rule.Error,
		Summary: "an HTTP server listens without TLS on an address that others can reach",
	}
	grpcServer = rule.Rule{
		ID: "plaintext.grpcserver", Severity: rule.Warning, Strict: rule.Error,
		Summary: "a gRPC server is made without credentials",
	}
	grpcClient = rule.Rule{
		ID: "plaintext.grpcclient", Severity: rule.Warning, Strict: rule.Error,
		Summary: "a gRPC client dials another machine with insecure credentials",
	}
)

// Rules returns the rules of the analyzer.
func Rules() []rule.Rule { return []rule.Rule{server, grpcServer, grpcClient} }

// checker looks at one package.
type checker struct {
	pass    *analysis.Pass
	policy  *policy.Package
	info    *types.Info
	known   *code.Values
	choices *code.Choices
	slices  map[*types.Var]*contents // of local slices; nil until asked for
	looked  map[ast.Node]int         // calls looked at, by declaration
}

// maxCalls is how many calls are looked at in a declaration, each of which has all of it read.
const maxCalls = 500

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if !p.AnyOn(&server, &grpcServer, &grpcClient) || !code.ImportsAny(pass.Pkg, "net/http", knowledge.GRPC) {
		return nil, nil
	}
	c := &checker{pass: pass, policy: p, info: pass.TypesInfo, choices: code.NewChoices(pass), looked: map[ast.Node]int{}}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for at := range root.Preorder((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		switch fn := code.Callee(c.info, call); {
		case fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "net/http" && fn.Pkg().Path() != knowledge.GRPC:
		case c.isTired(at):
		case fn.Pkg().Path() == "net/http":
			c.http(at, call, fn)
		case fn.Pkg().Path() == knowledge.GRPC && fn.Name() == "NewServer":
			c.grpcServer(at, call)
		case fn.Pkg().Path() == knowledge.GRPC:
			c.grpcClient(at, call, fn)
		}
	}
	return nil, nil
}

// isTired reports whether so many calls in a declaration have been looked at that it is left.
func (c *checker) isTired(at inspector.Cursor) bool {
	in := enclosing(at).Node()
	c.looked[in]++
	return c.looked[in] > maxCalls
}

// values returns what variables hold. It is made when first asked for: few packages serve.
func (c *checker) values() *code.Values {
	if c.known == nil {
		c.known = code.NewValues(c.pass)
	}
	return c.known
}

// report reports a finding; examples show one thing at a time, and not how to serve.
func (c *checker) report(r *rule.Rule, sure rule.Confidence, n ast.Node, message string) {
	if sure == rule.High && code.IsDemo(c.pass.Pkg.Path()) {
		sure = rule.Medium
	}
	c.policy.Report(c.pass, r, sure, analysis.Diagnostic{Pos: n.Pos(), End: n.End(), Message: message})
}

// asksForTLS reports whether a function decides between TLS and none, whichever way it says so.
func asksForTLS(in inspector.Cursor) bool {
	asks := func(e ast.Expr) bool {
		return e != nil && code.HasWord(e, "tls", "mtls", "ssl", "https", "secure", "cert", "certs", "certificate", "certificates", "creds", "credentials")
	}
	for at := range in.Preorder((*ast.IfStmt)(nil), (*ast.SwitchStmt)(nil), (*ast.CaseClause)(nil)) {
		switch n := at.Node().(type) {
		case *ast.IfStmt:
			if asks(n.Cond) {
				return true
			}
		case *ast.SwitchStmt:
			if asks(n.Tag) {
				return true
			}
		case *ast.CaseClause:
			if slices.ContainsFunc(n.List, asks) {
				return true
			}
		}
	}
	return false
}

// enclosing returns the declaration that a node lies in, all its closures included, or the file
// when it lies in none.
func enclosing(at inspector.Cursor) inspector.Cursor {
	for c := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.File)(nil)) {
		return c
	}
	return at
}
