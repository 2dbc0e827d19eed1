package spanname

import (
	_ "embed"
	"fmt"
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

// Analyzer finds span names of which there are too many.
var Analyzer = &analysis.Analyzer{
	Name:     "spanname",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("spanname"),
	Requires: []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer},
	Run:      run,
}

var cardinality = rule.Rule{ID: "spanname.cardinality", Severity: rule.Info, Summary: "a span's name differs from one span to the next"}

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{cardinality} }

type checker struct {
	*analysis.Pass
	policy *policy.Package
	span   *types.Interface
	values map[ast.Node]map[*types.Var]value // by function, see variety.value
}

// value is what a variable is set to.
type value struct {
	expr  ast.Expr // the last one
	times int
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if !p.IsOn(&cardinality) || !p.Reaches(knowledge.OTelTrace) {
		return nil, nil
	}
	c := &checker{Pass: pass, policy: p, span: code.SpanInterface(pass.Pkg), values: map[ast.Node]map[*types.Var]value{}}
	for cur := range pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root().Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		for _, name := range c.names(call) {
			c.check(cur, name)
		}
	}
	return nil, nil
}

// names returns the expressions that a call makes names of spans.
func (c *checker) names(call *ast.CallExpr) []ast.Expr {
	if s, ok := code.StartOf(c.TypesInfo, call, c.span); ok {
		if s.Name == nil {
			return nil
		}
		return []ast.Expr{s.Name}
	}
	if _, ok := code.IsSpanMethod(c.TypesInfo, call, "SetName"); ok && len(call.Args) == 1 {
		return call.Args
	}
	fn := code.Callee(c.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil || fn.Name() != "WithSpanNameFormatter" || !strings.HasPrefix(fn.Pkg().Path(), knowledge.OTelContrib) || len(call.Args) != 1 {
		return nil
	}
	lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit)
	if !ok {
		return nil
	}
	var list []ast.Expr
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.ReturnStmt); ok {
			list = append(list, r.Results...)
		}
		_, isLit := n.(*ast.FuncLit)
		return !isLit
	})
	return list
}

func (c *checker) check(cur inspector.Cursor, name ast.Expr) {
	v := variety{checker: c, cursor: cur}
	part, confidence, found := v.of(name, false, 0)
	if !found {
		return
	}
	c.policy.Report(c.Pass, &cardinality, confidence, analysis.Diagnostic{
		Pos: name.Pos(), End: name.End(),
		Message: fmt.Sprintf("the span's name varies with %s: keep the name constant, and put that into an attribute", types.ExprString(part)),
	})
}

// variety finds out how much an expression varies.
type variety struct {
	*checker
	cursor inspector.Cursor // of the call that takes the name
}

// of returns the part of an expression that varies, if any. Inside says that the expression is
// a part of a longer text: what is a name by itself elsewhere is put into one here.
func (v *variety) of(e ast.Expr, inside bool, depth int) (part ast.Expr, _ rule.Confidence, found bool) {
	e = ast.Unparen(e)
	if v.TypesInfo.Types[e].Value != nil || depth > 8 {
		return nil, 0, false
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return nil, 0, false
		}
		return v.anyOf([]ast.Expr{e.X, e.Y}, true, depth)
	case *ast.CallExpr:
		return v.call(e, inside, depth)
	case *ast.SelectorExpr:
		return v.selector(e, inside)
	case *ast.Ident:
		return v.variable(e, inside, depth)
	case *ast.StarExpr:
		return v.of(e.X, inside, depth+1)
	case *ast.CompositeLit: // the list that is joined
		if inside {
			return v.anyOf(e.Elts, true, depth)
		}
	}
	return nil, 0, false
}

// anyOf returns the part of the highest confidence.
func (v *variety) anyOf(list []ast.Expr, inside bool, depth int) (part ast.Expr, confidence rule.Confidence, found bool) {
	for _, e := range list {
		p, c, ok := v.of(e, inside, depth+1)
		if ok && (!found || c > confidence) {
			part, confidence, found = p, c, true
		}
	}
	return part, confidence, found
}

// call judges what a call returns.
func (v *variety) call(e *ast.CallExpr, inside bool, depth int) (ast.Expr, rule.Confidence, bool) {
	if t := v.TypesInfo.Types[e.Fun]; t.IsType() && len(e.Args) == 1 { // string(x)
		return v.of(e.Args[0], inside, depth+1)
	}
	fn := code.Callee(v.TypesInfo, e)
	if fn != nil && fn.Name() == "Error" && len(e.Args) == 0 {
		return e, rule.High, true
	}
	if fn == nil || fn.Pkg() == nil {
		return nil, 0, false
	}
	path, name := fn.Pkg().Path(), fn.Name()
	switch {
	case path == "fmt" && (name == "Sprintf" || name == "Sprint" || name == "Sprintln"):
		return v.anyOf(v.printed(e, name), true, depth)
	case path == "strings" && (name == "Join" || name == "Replace" || name == "ReplaceAll" || strings.HasPrefix(name, "To") || strings.HasPrefix(name, "Trim")) && len(e.Args) > 0:
		return v.of(e.Args[0], inside || name == "Join", depth+1)
	case path == "strconv" && (strings.HasPrefix(name, "Format") || name == "Itoa") && len(e.Args) > 0:
		return v.of(e.Args[0], true, depth+1)
	case path == "net/url" && (name == "String" || name == "RequestURI" || name == "EscapedPath" || name == "Hostname"):
		return e, rule.High, true
	case path == "time" && (name == "Now" || name == "Format" || name == "Unix" || name == "UnixNano" || name == "Since"):
		return e, rule.High, true
	case path == "math/rand" || path == "math/rand/v2" || path == "crypto/rand" || isUUID(path):
		return e, rule.High, true
	case name == "String" && len(e.Args) == 0:
		if sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok {
			if t := code.Named(v.TypesInfo.TypeOf(sel.X)); t != nil && t.Obj().Pkg() != nil && (isUUID(t.Obj().Pkg().Path()) || variesByType(t)) {
				return e, rule.High, true
			}
			return nil, 0, false
		}
	}
	return nil, 0, false
}

// printed returns the arguments of Sprintf and its kin that show a value, not a type.
func (v *variety) printed(e *ast.CallExpr, name string) []ast.Expr {
	if e.Ellipsis.IsValid() {
		return nil
	}
	if name != "Sprintf" || len(e.Args) == 0 {
		return e.Args
	}
	format, ok := code.ConstString(v.TypesInfo, e.Args[0])
	if !ok || strings.Contains(format, "[") {
		return e.Args[1:]
	}
	verbs := verbsOf(format)
	var list []ast.Expr
	for i, arg := range e.Args[1:] {
		if i >= len(verbs) || verbs[i] != 'T' && verbs[i] != 't' {
			list = append(list, arg)
		}
	}
	return list
}

// verbsOf returns the verbs of a format, with a star as one of its own.
func verbsOf(format string) []byte {
	var verbs []byte
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.*", format[i]) >= 0; i++ {
			if format[i] == '*' {
				verbs = append(verbs, '*')
			}
		}
		if i < len(format) && format[i] != '%' {
			verbs = append(verbs, format[i])
		}
	}
	return verbs
}

func isUUID(path string) bool {
	for _, word := range [...]string{"uuid", "ulid", "xid", "ksuid"} {
		if strings.Contains(path[strings.LastIndexByte(path, '/')+1:], word) || strings.Contains(path, "/"+word) {
			return true
		}
	}
	return false
}

// selector judges a field.
func (v *variety) selector(e *ast.SelectorExpr, inside bool) (ast.Expr, rule.Confidence, bool) {
	name := e.Sel.Name
	of := v.TypesInfo.TypeOf(e.X)
	switch {
	case code.IsNamed(of, "net/url", "URL"):
		return e, rule.High, name != "Scheme"
	case code.IsNamed(of, "net/http", "Request"):
		return e, rule.High, name == "RequestURI" || name == "Host" || name == "RemoteAddr" || name == "URL"
	}
	return v.named(e, name, inside)
}

// variable judges a variable: by what it is set to, when that happens once, and else by what it
// is called.
func (v *variety) variable(e *ast.Ident, inside bool, depth int) (ast.Expr, rule.Confidence, bool) {
	obj, _ := v.TypesInfo.ObjectOf(e).(*types.Var)
	if obj == nil {
		return nil, 0, false
	}
	value, once := v.value(obj)
	if once {
		if part, confidence, found := v.of(value, inside, depth+1); found {
			return part, confidence, true
		}
		switch ast.Unparen(value).(type) {
		case *ast.BasicLit, *ast.Ident, *ast.SelectorExpr, *ast.BinaryExpr:
			return nil, 0, false // judged above
		}
	}
	return v.named(e, e.Name, inside)
}

// value returns what a local variable is set to, when that is once.
func (v *variety) value(obj *types.Var) (_ ast.Expr, once bool) {
	for outer := range v.cursor.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if n := outer.Node(); n.Pos() <= obj.Pos() && obj.Pos() < n.End() {
			x := v.assigned(n)[obj]
			return x.expr, x.times == 1 && x.expr != nil
		}
	}
	return nil, false
}

// assigned returns what the variables in a function are set to.
func (c *checker) assigned(fn ast.Node) map[*types.Var]value {
	list, ok := c.values[fn]
	if ok {
		return list
	}
	list = map[*types.Var]value{}
	c.values[fn] = list
	ast.Inspect(fn, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, lhs := range a.Lhs {
			obj := code.Var(c.TypesInfo, lhs)
			if obj == nil {
				continue
			}
			x := list[obj]
			x.times++
			if len(a.Lhs) == len(a.Rhs) {
				x.expr = a.Rhs[i]
			}
			list[obj] = x
		}
		return true
	})
	return list
}

// named judges by type and name what nothing else is known of. By itself such a value is
// whoever's choice made it; inside a longer text it is what varies.
func (v *variety) named(e ast.Expr, name string, inside bool) (ast.Expr, rule.Confidence, bool) {
	t := v.TypesInfo.TypeOf(e)
	if !inside || t == nil || code.IsNamed(t, "reflect", "Type") {
		return nil, 0, false
	}
	if n := code.Named(t); n != nil && variesByType(n) {
		return e, rule.High, true
	}
	if isFew(t) {
		return nil, 0, false
	}
	last := lastWord(name)
	for _, few := range [...]string{
		"action", "api", "caller", "category", "class", "collection", "command", "component", "destination", "driver", "exchange", "func", "function", "group",
		"handler", "kind", "layer", "level", "method", "mode", "module", "name", "op", "operation", "package", "pattern", "phase", "pkg", "plugin", "prefix",
		"procedure", "protocol", "provider", "queue", "route", "rpc", "scheme", "scope", "service", "stage", "status", "step", "suffix", "system", "table",
		"template", "topic", "type", "typ", "verb", "version",
	} {
		if last == few {
			return nil, 0, false
		}
	}
	for _, many := range [...]string{
		"addr", "address", "body", "cid", "digest", "dir", "email", "endpoint", "err", "error", "file", "filename", "folder", "hash", "host", "hostname",
		"id", "ids", "image", "index", "ip", "key", "line", "num", "number", "offset", "path", "peer", "port", "query", "ref", "reference", "request", "sha",
		"sql", "stmt", "target", "time", "timestamp", "token", "uid", "uri", "url", "user", "username", "uuid",
	} {
		if last == many {
			return e, rule.High, true
		}
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 {
		return e, rule.High, true // a number that is counted
	}
	return e, rule.Medium, true
}

// lastWord returns the last word of a name in camel case or with underscores, in lower case.
func lastWord(name string) string {
	end := len(name)
	for end > 0 && (name[end-1] >= '0' && name[end-1] <= '9' || name[end-1] == '_') {
		end--
	}
	name = name[:end]
	if name == strings.ToUpper(name) {
		return strings.ToLower(name[strings.LastIndexByte(name, '_')+1:])
	}
	i := len(name)
	for i > 0 && name[i-1] >= 'A' && name[i-1] <= 'Z' { // userID
		i--
	}
	if i == len(name) {
		for i > 0 && !(name[i-1] >= 'A' && name[i-1] <= 'Z') && name[i-1] != '_' {
			i--
		}
		if i > 0 && name[i-1] != '_' {
			i--
		}
	}
	return strings.ToLower(name[i:])
}

// variesByType reports whether values of a type are as many as what they stand for.
func variesByType(n *types.Named) bool {
	if n.Obj().Pkg() == nil {
		return n.Obj().Name() == "error"
	}
	switch n.Obj().Pkg().Path() + "." + n.Obj().Name() {
	case "net/url.URL", "net.IP", "net/netip.Addr", "net/netip.AddrPort", "time.Time", "time.Duration":
		return true
	}
	return isUUID(n.Obj().Pkg().Path())
}

// isFew reports whether a type has few values: booleans and enumerations.
func isFew(t types.Type) bool {
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
		return true
	}
	n, _ := types.Unalias(t).(*types.Named)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	basic, ok := n.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsInteger|types.IsString) == 0 {
		return false
	}
	// It has constants.
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if k, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(k.Type(), t) {
			return true
		}
	}
	return basic.Info()&types.IsInteger != 0 && hasString(n)
}

func hasString(n *types.Named) bool {
	for m := range n.Methods() {
		if m.Name() == "String" {
			return true
		}
	}
	return false
}
