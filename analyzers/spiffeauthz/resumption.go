package spiffeauthz

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

const goesRound = "a resumed session goes round the authorizer, and round the trust bundle: "

// checkConfigs reports configs of go-spiffe's that resume sessions, or are weakened.
func (c *checker) checkConfigs() {
	if !c.policy.AnyOn(&resumption, &weakened) {
		return
	}
	for at := range c.root.Preorder((*ast.FuncDecl)(nil)) {
		fn, _ := c.info.Defs[at.Node().(*ast.FuncDecl).Name].(*types.Func)
		for _, o := range c.objects(at) {
			if o.authorizes {
				c.checkResumption(fn, o)
			}
			for _, w := range o.weak {
				if !c.policy.Config.Strict && c.choices.IsChosen(w.at) {
					continue // the operator's wish
				}
				sure := rule.High
				if w.unsure {
					sure = rule.Medium
				}
				c.report(&weakened, sure, found{at: w.at.Node(), message: w.message, related: []analysis.RelatedInformation{
					{Pos: o.made.Node().Pos(), End: o.made.Node().End(), Message: "go-spiffe's config is made here"},
				}})
			}
		}
		c.checkListeners(at)
	}
}

// checkResumption reports a config with which sessions are resumed unseen.
func (c *checker) checkResumption(fn *types.Func, o *object) {
	f := found{at: o.made.Node()}
	switch {
	case o.hidden && o.server:
		f.message = goesRound + "the tickets of these credentials cannot be switched off: use credentials.NewTLS with a config whose SessionTicketsDisabled is true"
		c.report(&resumption, rule.High, f)
		return
	case o.hardened || o.unknown || o.hidden:
		return
	case !o.server:
		w, cached := o.last("ClientSessionCache")
		if !cached || c.info.Types[w.value].IsNil() {
			return
		}
		f.at = w.at.Node()
		f.message = goesRound + "leave ClientSessionCache nil, or set VerifyConnection"
		c.report(&resumption, rule.High, f)
		return
	case o.param:
		return // the caller's, who is looked at
	}
	f.message = goesRound + "set SessionTicketsDisabled, or VerifyConnection"
	if o.used != nil {
		f.related = []analysis.RelatedInformation{{Pos: o.used.Pos(), End: o.used.End(), Message: "used here with tickets on"}}
	}
	f.fix = c.ticketsFix(o)
	switch {
	case o.surely:
		c.report(&resumption, rule.High, f)
	case o.kept:
		c.report(&resumption, rule.Medium, f)
	case o.returned >= 0 && fn != nil && len(c.calls(fn)) == 0:
		c.report(&resumption, rule.Medium, f)
	}
}

// ticketsFix switches tickets off behind the statement that makes the config.
func (c *checker) ticketsFix(o *object) []analysis.SuggestedFix {
	stmt := o.made.Parent()
	var target ast.Expr
	switch s := stmt.Node().(type) {
	case *ast.AssignStmt:
		if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
			target = s.Lhs[0]
		}
	case *ast.ExprStmt: // a hook
		if call := o.made.Node().(*ast.CallExpr); len(call.Args) > 0 {
			target = strip(call.Args[0])
		}
	}
	if target == nil || !isConfig(c.info.TypeOf(target)) {
		return nil
	}
	if _, ok := code.PathOf(c.info, target); !ok {
		return nil
	}
	switch stmt.Parent().Node().(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
	default:
		return nil
	}
	indent, end, ok := c.line(stmt)
	if !ok {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message: "switch session tickets off",
		TextEdits: []analysis.TextEdit{{
			Pos: end, End: end,
			NewText: []byte("\n" + indent + types.ExprString(target) + ".SessionTicketsDisabled = true"),
		}},
	}}
}

func strip(e ast.Expr) ast.Expr {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok {
		return ast.Unparen(u.X)
	}
	return e
}

// line returns the white space before a statement that begins and ends its lines, a comment
// aside, and where the last of them ends.
func (c *checker) line(stmt inspector.Cursor) (indent string, end token.Pos, ok bool) {
	file := c.pass.Fset.File(stmt.Node().Pos())
	source, err := c.pass.ReadFile(file.Name())
	if err != nil {
		return "", token.NoPos, false
	}
	first, last := file.Offset(stmt.Node().Pos()), file.Offset(stmt.Node().End())
	if last > len(source) {
		return "", token.NoPos, false
	}
	indent = string(source[bytes.LastIndexByte(source[:first], '\n')+1 : first])
	rest, _, _ := bytes.Cut(source[last:], []byte("\n"))
	rest = bytes.TrimRight(rest, "\r")
	if comment := bytes.TrimSpace(rest); strings.TrimSpace(indent) != "" || len(comment) > 0 && !bytes.HasPrefix(comment, []byte("//")) {
		return "", token.NoPos, false
	}
	return indent, file.Pos(last + len(rest)), true
}

// checkListeners reports listeners of spiffetls that resume sessions.
func (c *checker) checkListeners(decl inspector.Cursor) {
	for at := range decl.Preorder((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		fn := code.Callee(c.info, call)
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != knowledge.SPIFFETLS || fn.Signature().Recv() != nil {
			continue
		}
		k := knowledge.SPIFFEListenerOf(fn.Name())
		if k == nil || call.Ellipsis.IsValid() || len(call.Args) < k.Options || k.Mode >= 0 && !c.isMutual(call.Args[k.Mode]) {
			continue
		}
		if c.hardensListener(decl, call.Args[k.Options:]) {
			continue
		}
		c.report(&resumption, rule.High, found{
			at:      call,
			message: goesRound + "pass WithListenTLSConfigBase with a config whose SessionTicketsDisabled is true",
		})
	}
}

// isMutual reports whether a mode of spiffetls authorises clients.
func (c *checker) isMutual(mode ast.Expr) bool {
	call, ok := c.made(mode).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := code.Callee(c.info, call)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == knowledge.SPIFFETLS && (strings.HasPrefix(fn.Name(), "MTLSServer") || strings.HasPrefix(fn.Name(), "MTLSWebServer"))
}

// hardensListener reports whether one of the options brings a config without tickets, or one
// that is not known.
func (c *checker) hardensListener(decl inspector.Cursor, options []ast.Expr) bool {
	for _, option := range options {
		call, ok := c.made(option).(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := code.Callee(c.info, call)
		switch {
		case code.IsFunc(fn, knowledge.SPIFFETLS, "WithListenTLSOptions"):
		case code.IsFunc(fn, knowledge.SPIFFETLS, "WithListenTLSConfigBase") && len(call.Args) == 1:
			o := &object{made: decl, in: decl, returned: -1, places: map[code.Path]bool{}, writes: map[string][]write{}}
			base := strip(call.Args[0])
			if !c.noteLiteral(o, base) {
				v := code.Var(c.info, base)
				if v == nil || c.isParam(v) || !c.values().IsZero(base) && c.isNew(o, v) {
					return true
				}
				o.places[code.Path{Root: v}] = true
			}
			for field, list := range c.writesTo(o) {
				o.writes[field] = append(o.writes[field], list...)
			}
			o.param = true
			c.settle(o)
			if o.hardened {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// writesTo returns the assignments to fields of a config, without following it further.
func (c *checker) writesTo(o *object) map[string][]write {
	writes := map[string][]write{}
	for at := range o.in.Preorder((*ast.SelectorExpr)(nil)) {
		sel := at.Node().(*ast.SelectorExpr)
		if p, ok := code.PathOf(c.info, sel.X); !ok || !o.places[p] || !isAssigned(at) {
			continue
		}
		assign := at.Parent().Node().(*ast.AssignStmt)
		for i, left := range assign.Lhs {
			if left == sel && len(assign.Lhs) == len(assign.Rhs) {
				writes[sel.Sel.Name] = append(writes[sel.Sel.Name], write{assign.Rhs[i], at.Parent()})
			}
		}
	}
	return writes
}
