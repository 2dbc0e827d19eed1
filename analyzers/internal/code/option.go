package code

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/internal/knowledge"
)

// Choices tells where somebody has asked for less security: on the branch of a condition whose
// names say so, or under such a name. The idea is CodeQL's ("security feature flags"); that the
// branch has to be the one on which the option is on is ours: where an option is missing, nobody
// has chosen.
type Choices struct {
	pass   *analysis.Pass
	info   *types.Info
	known  *Values
	guards map[ast.Node]int // a list of statements -> the first that leaves it an option
	ons    map[on]bool
	vars   map[on]bool
}

// on is a question: whether an expression, or a variable, being is means that an option is on.
type on struct {
	of any
	is bool
}

// NewChoices returns the choices of a package. It costs nothing before the first question.
func NewChoices(pass *analysis.Pass) *Choices {
	return &Choices{pass: pass, info: pass.TypesInfo, guards: map[ast.Node]int{}, ons: map[on]bool{}, vars: map[on]bool{}}
}

// IsChosen reports whether what stands at the cursor is a choice.
func (c *Choices) IsChosen(at inspector.Cursor) bool {
	var path []ast.Node
	for up := range at.Enclosing() {
		path = append(path, up.Node())
	}
	return c.IsChosenIn(path)
}

// IsChosenIn is IsChosen for the first node of a path, the others being what it stands in, from
// the inside out.
func (c *Choices) IsChosenIn(path []ast.Node) bool {
	if Asks(c.pass.Pkg.Name()) {
		return true
	}
	for i := range len(path) - 1 {
		if c.isChoice(path[i:]) {
			return true
		}
	}
	return false
}

// isChoice reports whether the second node of a path makes the first a choice.
func (c *Choices) isChoice(path []ast.Node) bool {
	cur := path[0]
	switch up := path[1].(type) {
	case *ast.IfStmt:
		return cur == up.Body && c.isOn(up.Cond, true) || cur == up.Else && c.isOn(up.Cond, false)
	case *ast.BinaryExpr:
		return cur == up.Y && (up.Op == token.LAND && c.isOn(up.X, true) || up.Op == token.LOR && c.isOn(up.X, false))
	case *ast.CaseClause:
		return c.clause(up, path[2:]) || c.guarded(up, up.Body, cur)
	case *ast.CommClause:
		return c.guarded(up, up.Body, cur)
	case *ast.BlockStmt:
		return c.guarded(up, up.List, cur)
	case *ast.KeyValueExpr:
		if len(path) > 2 && cur == up.Value {
			lit, _ := path[2].(*ast.CompositeLit)
			return lit != nil && !isTLSConfig(c.info.TypeOf(lit)) && c.named(up.Key)
		}
	case *ast.AssignStmt:
		for i, rhs := range up.Rhs {
			if cur == rhs && len(up.Lhs) == len(up.Rhs) && c.namedTarget(up.Lhs[i]) {
				return true
			}
		}
	case *ast.ValueSpec:
		for i, v := range up.Values {
			if cur == v && len(up.Names) == len(up.Values) && Asks(up.Names[i].Name) {
				return true
			}
		}
	case *ast.FuncDecl:
		if Asks(up.Name.Name) {
			return true
		}
		if up.Recv != nil && len(up.Recv.List) > 0 {
			t := Named(c.info.TypeOf(up.Recv.List[0].Type))
			return t != nil && Asks(t.Obj().Name())
		}
	}
	return false
}

func isTLSConfig(t types.Type) bool { return IsNamed(t, knowledge.TLS, "Config") }

// namedTarget reports whether what is assigned to bears a name that asks. A field of a
// tls.Config does so without asking.
func (c *Choices) namedTarget(lhs ast.Expr) bool {
	if sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr); ok && isTLSConfig(c.owner(sel)) {
		return c.named(sel.X)
	}
	return c.named(lhs)
}

// owner returns the type of the struct that a selector's field is declared in, as far as it is
// reached by embedding.
func (c *Choices) owner(sel *ast.SelectorExpr) types.Type {
	t := c.info.TypeOf(sel.X)
	s := c.info.Selections[sel]
	if s == nil || s.Kind() != types.FieldVal {
		return t
	}
	for _, i := range s.Index()[:len(s.Index())-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || i >= st.NumFields() {
			return t
		}
		t = st.Field(i).Type()
	}
	return t
}

// named reports whether an expression is a name, or a string, that asks.
func (c *Choices) named(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return Asks(e.Name)
	case *ast.SelectorExpr:
		return Asks(e.Sel.Name)
	case *ast.StarExpr:
		return c.named(e.X)
	}
	s, ok := ConstString(c.info, e)
	return ok && Asks(s)
}

// guarded reports whether a statement before cur leaves the list unless an option is on:
// "if !opts.Insecure { return }".
func (c *Choices) guarded(owner ast.Node, list []ast.Stmt, cur ast.Node) bool {
	first, ok := c.guards[owner]
	if !ok {
		first = len(list)
		for i, s := range list {
			guard, isIf := s.(*ast.IfStmt)
			if !isIf {
				continue
			}
			if leaves(guard.Body) && c.isOn(guard.Cond, false) || guard.Else != nil && leaves(guard.Else) && c.isOn(guard.Cond, true) {
				first = i
				break
			}
		}
		c.guards[owner] = first
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

// clause reports whether a case is that of an option that is on. The path begins with the block
// that it stands in.
func (c *Choices) clause(clause *ast.CaseClause, path []ast.Node) bool {
	if len(path) < 2 {
		return false
	}
	sw, ok := path[1].(*ast.SwitchStmt)
	if !ok {
		return false
	}
	for _, e := range clause.List {
		switch {
		case sw.Tag == nil:
			if c.isOn(e, true) {
				return true
			}
		case c.equals(sw.Tag, e, true, 0):
			return true
		}
	}
	return false
}

// isOn reports whether e being is means that an option is on.
func (c *Choices) isOn(e ast.Expr, is bool) bool {
	answer, ok := c.ons[on{e, is}]
	if !ok {
		answer = c.condition(e, is, 0)
		c.ons[on{e, is}] = answer
	}
	return answer
}

// far is how many variables a condition is followed through.
const far = 4

func (c *Choices) condition(e ast.Expr, is bool, depth int) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return c.condition(e.X, !is, depth)
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR:
			return c.condition(e.X, is, depth) || c.condition(e.Y, is, depth)
		case token.EQL, token.NEQ:
			return c.equals(e.X, e.Y, (e.Op == token.EQL) == is, depth)
		case token.GTR, token.GEQ, token.LSS, token.LEQ:
			return c.leaf(e.X, is, depth) || c.leaf(e.Y, is, depth)
		}
		return false
	}
	return c.leaf(e, is, depth)
}

// equals reports whether an option is on when x is y, or is not.
func (c *Choices) equals(x, y ast.Expr, is bool, depth int) bool {
	if c.info.Types[x].Value != nil || c.info.Types[x].IsNil() {
		x, y = y, x
	}
	tv := c.info.Types[y]
	switch {
	case tv.IsNil():
		return c.leaf(x, !is, depth)
	case tv.Value == nil:
		return c.leaf(x, is, depth) || c.leaf(y, is, depth)
	case tv.Value.Kind() == constant.Bool:
		return c.condition(x, constant.BoolVal(tv.Value) == is, depth)
	case tv.Value.Kind() == constant.String:
		text := constant.StringVal(tv.Value)
		switch {
		case text == "", text == "0", text == "false", text == "off", text == "no":
			return c.leaf(x, !is, depth)
		case is && (asksFor(text) || chooses(text)):
			return true
		}
		return c.leaf(y, is, depth) || c.leaf(x, is, depth)
	case tv.Value.Kind() == constant.Int && constant.Sign(tv.Value) == 0:
		return c.leaf(x, !is, depth)
	}
	return c.leaf(y, is, depth) || c.leaf(x, is, depth)
}

// leaf reports whether the names in an expression are those of an option that is on when the
// expression is true, or of its contrary when it is not.
func (c *Choices) leaf(e ast.Expr, is bool, depth int) bool {
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
			obj := c.info.Uses[n]
			if _, isPkg := obj.(*types.PkgName); isPkg {
				return false
			}
			name = n.Name
			if v, ok := obj.(*types.Var); ok && !asksFor(name) && !denies(name) {
				found = c.variable(v, n, is, depth)
				return false
			}
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				name = strings.Trim(n.Value, "`\"")
			}
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				found = c.condition(n.X, !is, depth)
				return false
			}
		case *ast.CallExpr:
			// What is empty is not asked for.
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && len(n.Args) == 0 && (sel.Sel.Name == "IsZero" || sel.Sel.Name == "IsEmpty") {
				found = c.leaf(sel.X, !is, depth)
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

// variable is leaf for a variable whose own name says nothing.
func (c *Choices) variable(v *types.Var, id *ast.Ident, is bool, depth int) bool {
	answer, ok := c.vars[on{v, is}]
	if !ok {
		c.vars[on{v, is}] = false // it may depend on itself
		if from := c.asked(v, id, depth); from != nil {
			answer = c.condition(from, is, depth+1)
		}
		c.vars[on{v, is}] = answer
	}
	return answer
}

// asked returns what a variable holds, or nil: the setting that it was read from, where that
// has a name, or the condition that it stands for.
func (c *Choices) asked(v *types.Var, id *ast.Ident, depth int) ast.Expr {
	if depth >= far || v.IsField() || v.Pkg() != c.pass.Pkg || !isBasic(v.Type()) {
		return nil
	}
	if c.known == nil {
		c.known = NewValues(c.pass)
	}
	made, _ := c.known.Of(id)
	switch made := made.(type) {
	case *ast.SelectorExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.BinaryExpr:
		return made
	case *ast.Ident:
		if Var(c.info, made) != v {
			return made
		}
	case *ast.CallExpr:
		return c.setting(made, 0)
	}
	return nil
}

// isBasic reports whether values of the type, or what they point to, may be settings.
func isBasic(t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// setting returns the name that a call reads a setting by, or nil: that of a variable of the
// environment, a flag, a key of a configuration, or of the function itself. Calls that make
// something of a text are looked through.
func (c *Choices) setting(call *ast.CallExpr, depth int) ast.Expr {
	if depth > far {
		return nil
	}
	if fn := Callee(c.info, call); fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "strconv" || fn.Pkg().Path() == "strings") || c.info.Types[call.Fun].IsType() {
		if len(call.Args) == 0 {
			return nil
		}
		if made, ok := c.made(call.Args[0]).(*ast.CallExpr); ok {
			return c.setting(made, depth+1)
		}
		return call.Args[0]
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		if Asks(fun.Name) || denies(fun.Name) {
			return fun
		}
	case *ast.SelectorExpr:
		if Asks(fun.Sel.Name) || denies(fun.Sel.Name) {
			return fun.Sel
		}
	}
	for _, arg := range call.Args {
		if text, ok := ConstString(c.info, arg); ok {
			if isKey(text) {
				return arg
			}
			return nil
		}
	}
	return nil
}

// made returns what made a value.
func (c *Choices) made(e ast.Expr) ast.Expr {
	made, _ := c.known.Of(e)
	return made
}

// isKey reports whether a text may be the name of a setting, and is no address, path or prose.
func isKey(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_-.", r))
	})
}
