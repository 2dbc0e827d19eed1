package spiffeauthz

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

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

// Analyzer reports SPIFFE identities that are accepted without being authorised.
var Analyzer = &analysis.Analyzer{
	Name:      "spiffeauthz",
	Doc:       rule.Doc(doc),
	URL:       rule.URL("spiffeauthz"),
	Requires:  []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer},
	FactTypes: []analysis.Fact{new(judges), new(passesOn), new(makesConfig), new(takesConfig)},
	Run:       run,
}

var (
	anyID = rule.Rule{
		ID: "spiffeauthz.any", Severity: rule.Error,
		Summary: "every SPIFFE ID is authorised: AuthorizeAny or MatchAny",
	}
	acceptAll = rule.Rule{
		ID: "spiffeauthz.acceptall", Severity: rule.Error,
		Summary: "an authorizer or a matcher returns nil on every path",
	}
	pathOnly = rule.Rule{
		ID: "spiffeauthz.path", Severity: rule.Error,
		Summary: "an authorizer compares the path of a SPIFFE ID and not its trust domain",
	}
	prefix = rule.Rule{
		ID: "spiffeauthz.prefix", Severity: rule.Error,
		Summary: "a SPIFFE ID is compared by a piece of text that other IDs have too",
	}
	peerDomain = rule.Rule{
		ID: "spiffeauthz.peerdomain", Severity: rule.Error,
		Summary: "the trust domain that a peer has to be a member of is taken from the peer's own ID",
	}
	resumption = rule.Rule{
		ID: "spiffeauthz.resumption", Severity: rule.Error,
		Summary: "resumed TLS sessions go round go-spiffe's authorizer",
	}
	weakened = rule.Rule{
		ID: "spiffeauthz.weakened", Severity: rule.Error,
		Summary: "a config of go-spiffe is weakened after it was made",
	}
	identity = rule.Rule{
		ID: "spiffeauthz.identity", Severity: rule.Error,
		Summary: "a peer is authorised by something in its certificate that is not its SPIFFE ID",
	}
	bundles = rule.Rule{
		ID: "spiffeauthz.bundles", Severity: rule.Error,
		Summary: "the authorities of several trust domains are poured into one pool",
	}
	audience = rule.Rule{
		ID: "spiffeauthz.audience", Severity: rule.Error,
		Summary: "a JWT-SVID is accepted or fetched without an audience",
	}
)

// Rules returns the rules of the analyzer.
func Rules() []rule.Rule {
	return []rule.Rule{anyID, acceptAll, pathOnly, prefix, peerDomain, resumption, weakened, identity, bundles, audience}
}

// checker looks at one package.
type checker struct {
	pass   *analysis.Pass
	policy *policy.Package
	info   *types.Info
	root   inspector.Cursor

	known    *code.Values
	choices  *code.Choices
	declared map[*types.Func]inspector.Cursor
	called   map[*types.Func][]inspector.Cursor
	judging  map[*types.Func]*judges
	passing  map[*types.Func]*passesOn
	making   map[*types.Func]*makesConfig
	taking   map[*types.Func]*takesConfig
	peers    int // whether the package asks who its peer is: 0 not looked, 1 yes, 2 no
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	reaches := p.Reaches(knowledge.GoSPIFFE + "/")
	if !reaches && !code.ImportsAny(pass.Pkg, "crypto/tls") {
		return nil, nil
	}
	c := &checker{
		pass: pass, policy: p, info: pass.TypesInfo,
		root:     pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root(),
		choices:  code.NewChoices(pass),
		declared: map[*types.Func]inspector.Cursor{},
		judging:  map[*types.Func]*judges{},
		passing:  map[*types.Func]*passesOn{},
		making:   map[*types.Func]*makesConfig{},
		taking:   map[*types.Func]*takesConfig{},
	}
	c.facts(reaches)
	if !reaches || p.FactsOnly() || strings.HasPrefix(pass.Pkg.Path()+"/", knowledge.GoSPIFFE+"/") {
		return nil, nil
	}
	c.checkMatchers()
	c.checkConfigs()
	for at := range c.root.Preorder((*ast.CallExpr)(nil), (*ast.SelectorExpr)(nil), (*ast.BinaryExpr)(nil)) {
		switch n := at.Node().(type) {
		case *ast.CallExpr:
			fn := code.Callee(c.info, n)
			if fn == nil || fn.Pkg() == nil {
				continue
			}
			c.checkText(at, n, fn)
			c.checkMembership(n, fn)
			c.checkPool(at, n, fn)
			c.checkAudience(at, n, fn)
			c.checkInsecureToken(at, n, fn)
		case *ast.SelectorExpr:
			c.checkAny(at, n)
			c.checkName(at, n)
		case *ast.BinaryExpr:
			c.checkDomains(n)
		}
	}
	return nil, nil
}

// facts exports what other packages have to know of the functions of this one.
func (c *checker) facts(reaches bool) {
	var list []*types.Func // in the order of the source, on which what is known of a cycle depends
	for at := range c.root.Preorder((*ast.FuncDecl)(nil)) {
		if fn, ok := c.info.Defs[at.Node().(*ast.FuncDecl).Name].(*types.Func); ok && at.Node().(*ast.FuncDecl).Body != nil {
			c.declared[fn] = at
			list = append(list, fn)
		}
	}
	for _, fn := range list {
		if t := c.takes(fn); t != nil {
			c.pass.ExportObjectFact(fn, t)
		}
		if !reaches {
			continue
		}
		if j := c.judges(fn); j != nil {
			c.pass.ExportObjectFact(fn, j)
		}
		if p := c.passesOn(fn); p != nil {
			c.pass.ExportObjectFact(fn, p)
		}
		if m := c.makes(fn); m != nil {
			c.pass.ExportObjectFact(fn, m)
		}
	}
}

// values returns what variables hold.
func (c *checker) values() *code.Values {
	if c.known == nil {
		c.known = code.NewValues(c.pass)
	}
	return c.known
}

// calls returns the calls of a function of this package.
func (c *checker) calls(fn *types.Func) []inspector.Cursor {
	if c.called == nil {
		c.called = map[*types.Func][]inspector.Cursor{}
		for at := range c.root.Preorder((*ast.CallExpr)(nil)) {
			if fn := code.Callee(c.info, at.Node().(*ast.CallExpr)); fn != nil && fn.Pkg() == c.pass.Pkg {
				c.called[fn] = append(c.called[fn], at)
			}
		}
	}
	return c.called[fn]
}

// asksForPeer reports whether the package asks go-spiffe who its peer is. It may well authorise
// each request then, and admit every handshake.
func (c *checker) asksForPeer() bool {
	if c.peers == 0 {
		c.peers = 2
		for at := range c.root.Preorder((*ast.CallExpr)(nil)) {
			if isPeerID(code.Callee(c.info, at.Node().(*ast.CallExpr))) && !c.isOnlySaid(at) {
				c.peers = 1
				break
			}
		}
	}
	return c.peers == 1
}

// isOnlySaid reports whether the ID that a call returns goes into messages and nowhere else.
func (c *checker) isOnlySaid(call inspector.Cursor) bool {
	assign, ok := call.Parent().Node().(*ast.AssignStmt)
	if !ok || len(assign.Rhs) != 1 {
		return false
	}
	id := code.Var(c.info, assign.Lhs[0])
	if id == nil || id.Parent() == id.Pkg().Scope() {
		return false // it counts that there is one
	}
	said := false
	for use := range declaration(call).Preorder((*ast.Ident)(nil)) {
		if c.info.Uses[use.Node().(*ast.Ident)] != id {
			continue
		}
		// log.Print(id), log.Print(id.String())
		if sel, ok := use.Parent().Node().(*ast.SelectorExpr); ok && sel.X == use.Node() {
			use = use.Parent().Parent()
		}
		if !c.isMessage(use) {
			return false
		}
		said = true
	}
	return said
}

func isPeerID(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && knowledge.IsPeerID(fn.Pkg().Path(), fn.Name())
}

// found is where a finding is and what it says.
type found struct {
	at      ast.Node
	end     token.Pos // of at when it is not valid
	message string
	fix     []analysis.SuggestedFix
	related []analysis.RelatedInformation
}

func (c *checker) report(r *rule.Rule, sure rule.Confidence, f found) {
	if sure == rule.High && code.IsDemo(c.pass.Pkg.Path()) {
		sure = rule.Medium // one thing at a time
	}
	if !f.end.IsValid() {
		f.end = f.at.End()
	}
	c.policy.Report(c.pass, r, sure, analysis.Diagnostic{
		Pos: f.at.Pos(), End: f.end, Message: f.message, SuggestedFixes: f.fix, Related: f.related,
	})
}

func (c *checker) isID(t types.Type) bool { return code.IsNamed(t, knowledge.SPIFFEID, "ID") }

func isDomain(t types.Type) bool { return code.IsNamed(t, knowledge.SPIFFEID, "TrustDomain") }

// isGoSPIFFE reports whether a function is one of go-spiffe's.
func isGoSPIFFE(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && strings.HasPrefix(fn.Pkg().Path()+"/", knowledge.GoSPIFFE+"/")
}

// isMethodOf reports whether a call is of a method of spiffeid.ID or TrustDomain; x is what it
// is called on.
func (c *checker) isMethodOf(e ast.Expr, typ string, names ...string) (x ast.Expr, ok bool) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil, false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil, false
	}
	fn := code.Callee(c.info, call)
	for _, name := range names {
		if code.IsMethod(fn, knowledge.SPIFFEID, typ, name) {
			return sel.X, true
		}
	}
	return nil, false
}

// declaration returns the function declaration that a node lies in, or the file.
func declaration(at inspector.Cursor) inspector.Cursor {
	for c := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.File)(nil)) {
		return c
	}
	return at
}
