package fields

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// isOptIn reports whether a node stands where somebody has asked for less security: on the
// branch of a condition whose names say so, or under such a name. The idea is CodeQL's
// ("security feature flags"); that the branch has to be the one on which the option is on is
// ours.
func (p *Package) isOptIn(n ast.Node) bool {
	if asks(p.pass.Pkg.Name()) {
		return true
	}
	p.reach(n)
	for cur, up := n, p.parents[n]; up != nil; cur, up = up, p.parents[up] {
		switch up := up.(type) {
		case *ast.IfStmt:
			if cur == up.Body && p.condition(up.Cond, true) || cur == up.Else && p.condition(up.Cond, false) {
				return true
			}
		case *ast.BinaryExpr:
			if cur == up.Y && (up.Op == token.LAND && p.condition(up.X, true) || up.Op == token.LOR && p.condition(up.X, false)) {
				return true
			}
		case *ast.CaseClause:
			if p.clause(up) || p.guarded(up, up.Body, cur) {
				return true
			}
		case *ast.CommClause:
			if p.guarded(up, up.Body, cur) {
				return true
			}
		case *ast.BlockStmt:
			if p.guarded(up, up.List, cur) {
				return true
			}
		case *ast.KeyValueExpr:
			lit, _ := p.parents[up].(*ast.CompositeLit)
			if cur == up.Value && lit != nil && !isConfig(p.info.TypeOf(lit)) && p.named(up.Key) {
				return true
			}
		case *ast.AssignStmt:
			for i, rhs := range up.Rhs {
				if cur == rhs && len(up.Lhs) == len(up.Rhs) && p.namedTarget(up.Lhs[i]) {
					return true
				}
			}
		case *ast.ValueSpec:
			for i, v := range up.Values {
				if cur == v && len(up.Names) == len(up.Values) && asks(up.Names[i].Name) {
					return true
				}
			}
		case *ast.FuncDecl:
			if asks(up.Name.Name) {
				return true
			}
			if up.Recv != nil && len(up.Recv.List) > 0 {
				if t := code.Named(p.info.TypeOf(up.Recv.List[0].Type)); t != nil && asks(t.Obj().Name()) {
					return true
				}
			}
		}
	}
	return false
}

// reach sees to it that the parents of a node are known.
func (p *Package) reach(n ast.Node) {
	if p.parents[n] != nil {
		return
	}
	f := code.File(p.pass, n.Pos())
	if f == nil {
		return
	}
	i, ok := slices.BinarySearchFunc(f.Decls, n.Pos(), func(d ast.Decl, pos token.Pos) int {
		switch {
		case d.End() <= pos:
			return -1
		case d.Pos() > pos:
			return 1
		}
		return 0
	})
	if ok && !p.linked[f.Decls[i]] {
		p.link(f.Decls[i])
	}
}

// namedTarget reports whether what is assigned to bears a name that asks, as a field of a
// configuration does not.
func (p *Package) namedTarget(lhs ast.Expr) bool {
	if sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr); ok && isConfig(p.info.TypeOf(sel.X)) {
		return p.named(sel.X)
	}
	return p.named(lhs)
}

// named reports whether an expression is a name, or a string, that asks.
func (p *Package) named(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return asks(e.Name)
	case *ast.SelectorExpr:
		return asks(e.Sel.Name)
	case *ast.StarExpr:
		return p.named(e.X)
	}
	s, ok := code.ConstString(p.info, e)
	return ok && asks(s)
}

// guarded reports whether a statement before cur leaves the list unless an option is on:
// "if !opts.Insecure { return }".
func (p *Package) guarded(owner ast.Node, list []ast.Stmt, cur ast.Node) bool {
	first, ok := p.guards[owner]
	if !ok {
		first = len(list)
		for i, s := range list {
			guard, isIf := s.(*ast.IfStmt)
			if !isIf {
				continue
			}
			if leaves(guard.Body) && p.condition(guard.Cond, false) || guard.Else != nil && leaves(guard.Else) && p.condition(guard.Cond, true) {
				first = i
				break
			}
		}
		p.guards[owner] = first
	}
	return first < len(list) && list[first].End() <= cur.Pos()
}

// leaves reports whether a statement does not come to its end.
func leaves(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.BlockStmt:
		return len(s.List) > 0 && leaves(s.List[len(s.List)-1])
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return ok && id.Name == "panic"
	}
	return false
}

// clause reports whether a case is that of an option that is on.
func (p *Package) clause(c *ast.CaseClause) bool {
	block := p.parents[c]
	if block == nil {
		return false
	}
	sw, ok := p.parents[block].(*ast.SwitchStmt)
	if !ok {
		return false
	}
	for _, e := range c.List {
		switch {
		case sw.Tag == nil:
			if p.condition(e, true) {
				return true
			}
		case p.equals(sw.Tag, e, true):
			return true
		}
	}
	return false
}

// condition reports whether e being is means that an option is on.
func (p *Package) condition(e ast.Expr, is bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return p.condition(e.X, !is)
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR:
			return p.condition(e.X, is) || p.condition(e.Y, is)
		case token.EQL, token.NEQ:
			return p.equals(e.X, e.Y, (e.Op == token.EQL) == is)
		case token.GTR, token.GEQ, token.LSS, token.LEQ:
			return p.leaf(e.X, is) || p.leaf(e.Y, is)
		}
		return false
	}
	return p.leaf(e, is)
}

// equals reports whether an option is on when x is y, or is not.
func (p *Package) equals(x, y ast.Expr, is bool) bool {
	if p.info.Types[x].Value != nil || p.info.Types[x].IsNil() {
		x, y = y, x
	}
	tv := p.info.Types[y]
	switch {
	case tv.IsNil():
		return p.leaf(x, !is)
	case tv.Value == nil:
		return p.leaf(x, is) || p.leaf(y, is)
	case tv.Value.Kind() == constant.Bool:
		return p.condition(x, constant.BoolVal(tv.Value) == is)
	case tv.Value.Kind() == constant.String:
		text := constant.StringVal(tv.Value)
		switch {
		case text == "", text == "0", text == "false", text == "off", text == "no":
			return p.leaf(x, !is)
		case is && (asksFor(text) || chooses(text)):
			return true
		}
		return p.leaf(y, is) || p.leaf(x, is)
	case tv.Value.Kind() == constant.Int && constant.Sign(tv.Value) == 0:
		return p.leaf(x, !is)
	}
	return p.leaf(y, is) || p.leaf(x, is)
}

// leaf reports whether the names in an expression are those of an option that is on when the
// expression is true, or of its contrary when it is not.
func (p *Package) leaf(e ast.Expr, is bool) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if found {
			return false
		}
		name := ""
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			if _, isPkg := p.info.Uses[n].(*types.PkgName); isPkg {
				return false
			}
			name = n.Name
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				name = strings.Trim(n.Value, "`\"")
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				found = p.condition(n.X, !is)
				return false
			}
		}
		if name != "" {
			if asksFor(name) {
				found = is
			} else if denies(name) {
				found = !is
			}
		}
		return !found
	})
	return found
}

// asks reports whether a name that something bears says that it is insecure on purpose.
func asks(name string) bool {
	low := strings.ToLower(name)
	for _, part := range [...]string{"insecure", "unsafe", "skipverif", "noverif", "skiptls", "selfsigned", "self-signed", "self_signed", "trustall", "unverified", "legacy"} {
		if strings.Contains(low, part) {
			return true
		}
	}
	return eachWord(name, func(w, next string) bool {
		switch w {
		case "skip", "disable", "disabled", "bypass", "ignore":
			return true
		case "no":
			return strings.HasPrefix(next, "verif") || next == "tls" || next == "ssl"
		}
		return false
	})
}

// asksFor reports whether a condition of that name asks for less security.
func asksFor(name string) bool {
	return asks(name) || eachWord(name, func(w, next string) bool {
		switch w {
		case "old", "self", "weak", "untrusted", "deprecated", "compat", "compatible", "compatibility", "permissive", "lax",
			"debug", "dev", "devel", "development", "test", "testing", "mock", "fake", "allow", "trust", "accept", "invalid":
			return true
		}
		return false
	})
}

// denies reports whether a condition of that name asks for security.
func denies(name string) bool {
	return eachWord(name, func(w, _ string) bool {
		switch w {
		case "secure", "secured", "verify", "verification", "verified", "validate", "validation", "strict", "safe", "check", "modern":
			return true
		}
		return false
	})
}

// chooses reports whether a string names a protocol version or a mode that an operator gives.
func chooses(text string) bool {
	low := strings.ToLower(text)
	switch low {
	case "require", "prefer", "allow", "none", "off", "any":
		return true
	}
	for _, part := range [...]string{"1.0", "1.1", "1_0", "1_1", "ssl3", "sslv3", "tls10", "tls11", "tlsv1", "tls1"} {
		if strings.Contains(low, part) {
			return true
		}
	}
	return false
}

// eachWord calls f with the words of a name, in lower case, until it is true.
func eachWord(name string, f func(word, next string) bool) bool {
	var words []string
	start := -1
	runes := []rune(name)
	for i, r := range runes {
		isWord := unicode.IsLetter(r)
		if start >= 0 && (!isWord || unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))) {
			words = append(words, strings.ToLower(string(runes[start:i])))
			start = -1
		}
		if isWord && start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, strings.ToLower(string(runes[start:])))
	}
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		if f(w, next) {
			return true
		}
	}
	return false
}

// when tells on which boolean parameter a node depends, see Value.when.
func (u *unit) when(n ast.Node) int {
	p := u.pkg
	for cur, up := n, p.parents[n]; up != nil && cur != u.node; cur, up = up, p.parents[up] {
		s, ok := up.(*ast.IfStmt)
		if !ok || cur != s.Body && cur != s.Else {
			continue
		}
		cond, is := ast.Unparen(s.Cond), cur == s.Body
		if not, ok := cond.(*ast.UnaryExpr); ok && not.Op == token.NOT {
			cond, is = ast.Unparen(not.X), !is
		}
		v := code.Var(p.info, cond)
		if v == nil {
			continue
		}
		if index, ok := u.param(v); ok && index >= 0 {
			if is {
				return 2*index + 2
			}
			return 2*index + 3
		}
	}
	return 0
}
