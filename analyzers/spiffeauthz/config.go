package spiffeauthz

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// makesConfig is the fact of a function that returns a config of go-spiffe's.
type makesConfig struct {
	Result     int
	Server     bool
	Authorizes bool
	Hardened   bool // resumed sessions are judged too, or there are none; or that is not known
}

func (*makesConfig) AFact() {}

func (m *makesConfig) String() string {
	if m.Hardened {
		return "returns a hardened SPIFFE config"
	}
	return "returns a SPIFFE config"
}

// takesConfig is the fact of a function that takes tls.Configs: what it does with each.
type takesConfig struct {
	Params []taken
}

// taken says what happens to a config that is an argument.
type taken struct {
	Index    int
	Hooked   bool // go-spiffe fills it
	Server   bool // as one of a server
	Hardened bool // resumption is dealt with, or that is not known
	Weakened string
	Kept     bool // it is stored somewhere
	Served   bool // a server, or a connection, surely uses it
	Returned bool // it is the first result
}

func (*takesConfig) AFact() {}

func (t *takesConfig) String() string {
	var words []string
	for _, p := range t.Params {
		for _, w := range [...]struct {
			is   bool
			word string
		}{{p.Hooked, "hooks"}, {p.Hardened, "hardens"}, {p.Weakened != "", "weakens"}, {p.Served, "serves"}, {p.Kept && !p.Served, "keeps"}, {p.Returned, "returns"}} {
			if w.is {
				words = append(words, w.word)
			}
		}
	}
	return "takes a config: " + strings.Join(words, ", ")
}

// object is a tls.Config that is followed through one declaration.
type object struct {
	made       inspector.Cursor // the call that makes or fills it
	in         inspector.Cursor // the declaration
	server     bool
	authorizes bool
	hidden     bool
	param      bool // it is a parameter, made elsewhere
	hook       bool

	places   map[code.Path]bool
	writes   map[string][]write
	hardened bool
	unknown  bool // it has been where we cannot follow
	returned int  // the result that it is, or -1
	used     ast.Node
	surely   bool // used by what is known to serve or dial with it
	kept     bool
	weak     []weakness
}

// write is an assignment to a field.
type write struct {
	value ast.Expr
	at    inspector.Cursor // the statement
}

// weakness is a change that lets more peers in.
type weakness struct {
	at      inspector.Cursor
	message string
	unsure  bool
}

// maxObjects is how many configs are followed in one declaration: all of it is read for each.
const maxObjects = 200

// objects returns the configs of go-spiffe's that a declaration makes or fills, with what
// becomes of them there.
func (c *checker) objects(decl inspector.Cursor) []*object {
	var list []*object
	for at := range decl.Preorder((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		fn := code.Callee(c.info, call)
		if fn == nil || fn.Pkg() == nil {
			continue
		}
		o := &object{made: at, in: decl, returned: -1, places: map[code.Path]bool{}, writes: map[string][]write{}}
		if k := knowledge.SPIFFEConfigOf(fn.Pkg().Path(), fn.Name()); k != nil && fn.Signature().Recv() == nil {
			o.server, o.authorizes, o.hidden = k.Server, k.Authorizes, k.Hidden
			switch {
			case k.Hidden:
			case k.Result:
				c.bind(o, at, 0)
			case len(call.Args) > 0:
				c.fill(o, call.Args[0])
			}
		} else if m := c.makes(fn); m != nil {
			o.server, o.authorizes, o.hardened = m.Server, m.Authorizes, m.Hardened
			c.bind(o, at, m.Result)
		} else if t := c.hooked(fn); t != nil && t.Index < len(call.Args) {
			o.server, o.authorizes, o.hardened = t.Server, true, t.Hardened
			c.fill(o, call.Args[t.Index])
		} else {
			continue
		}
		c.follow(o)
		if list = append(list, o); len(list) == maxObjects {
			break
		}
	}
	return list
}

// hooked returns the parameter that a function has go-spiffe fill, or nil.
func (c *checker) hooked(fn *types.Func) *taken {
	if t := c.takes(fn); t != nil {
		for i := range t.Params {
			if t.Params[i].Hooked {
				return &t.Params[i]
			}
		}
	}
	return nil
}

// fill starts with a config that a hook fills: it has the fields that it had before.
func (c *checker) fill(o *object, arg ast.Expr) {
	o.hook = true
	arg = ast.Unparen(arg)
	if u, ok := arg.(*ast.UnaryExpr); ok && u.Op == token.AND {
		arg = u.X
	}
	p, ok := code.PathOf(c.info, arg)
	if !ok {
		return // it is never seen again
	}
	o.places[p] = true
	if p.Rest != "" {
		o.unknown = true
		return
	}
	if c.isParam(p.Root) {
		o.param = true
		return
	}
	if !c.values().IsZero(arg) && c.isNew(o, p.Root) {
		o.unknown = true
	}
}

// isNew reports whether a variable does not begin as a new config, and notes the fields of one
// that does.
func (c *checker) isNew(o *object, v *types.Var) (unclear bool) {
	var first ast.Expr
	for at := range o.in.Preorder((*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil)) {
		switch n := at.Node().(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if code.Var(c.info, left) != v {
					continue
				}
				if first != nil || len(n.Lhs) != len(n.Rhs) {
					return true
				}
				first = n.Rhs[i]
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if c.info.Defs[name] != v {
					continue
				}
				if len(n.Values) == 0 {
					return false
				}
				if len(n.Names) != len(n.Values) {
					return true
				}
				first = n.Values[i]
			}
		}
	}
	return first == nil || !c.noteLiteral(o, first)
}

// noteLiteral notes the fields of a literal; ok is false when e is none.
func (c *checker) noteLiteral(o *object, e ast.Expr) (ok bool) {
	e = ast.Unparen(e)
	if u, isAddress := e.(*ast.UnaryExpr); isAddress && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	switch e := e.(type) {
	case *ast.CompositeLit:
		for _, elt := range e.Elts {
			kv, isPair := elt.(*ast.KeyValueExpr)
			if !isPair {
				return false
			}
			if key, isIdent := kv.Key.(*ast.Ident); isIdent {
				at, found := o.in.FindNode(kv)
				if found {
					o.writes[key.Name] = append(o.writes[key.Name], write{kv.Value, at})
				}
			}
		}
		return true
	case *ast.CallExpr: // new(tls.Config)
		id, isIdent := ast.Unparen(e.Fun).(*ast.Ident)
		return isIdent && c.info.Uses[id] == types.Universe.Lookup("new")
	}
	return false
}

// follow visits the places that the config gets to until there are no new ones.
func (c *checker) follow(o *object) {
	for range 5 {
		before := len(o.places)
		o.writes = keepLiterals(o.writes)
		o.weak = nil
		for at := range o.in.Preorder((*ast.Ident)(nil), (*ast.SelectorExpr)(nil)) {
			e := at.Node().(ast.Expr)
			if sel, ok := at.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel == e {
				continue
			}
			if id, ok := e.(*ast.Ident); ok && c.info.Defs[id] != nil {
				continue
			}
			if p, ok := code.PathOf(c.info, e); ok && o.places[p] {
				c.use(o, at)
			}
		}
		if len(o.places) == before {
			break
		}
	}
	c.settle(o)
}

// keepLiterals drops the writes of statements: they are about to be read again.
func keepLiterals(all map[string][]write) map[string][]write {
	kept := map[string][]write{}
	for field, list := range all {
		for _, w := range list {
			if _, ok := w.at.Node().(*ast.KeyValueExpr); ok {
				kept[field] = append(kept[field], w)
			}
		}
	}
	return kept
}

// use notes what one mention of the config does.
func (c *checker) use(o *object, at inspector.Cursor) {
	parent := at.Parent()
	if sel, ok := parent.Node().(*ast.SelectorExpr); ok && sel.X == at.Node() {
		switch up := parent.Parent().Node().(type) {
		case *ast.AssignStmt:
			for i, left := range up.Lhs {
				if ast.Unparen(left) == sel && len(up.Lhs) == len(up.Rhs) {
					o.writes[sel.Sel.Name] = append(o.writes[sel.Sel.Name], write{up.Rhs[i], parent.Parent()})
				}
			}
		case *ast.CallExpr:
			if up.Fun == sel && sel.Sel.Name == "Clone" {
				c.bind(o, parent.Parent(), 0)
			}
		}
		return
	}
	if assign, ok := parent.Node().(*ast.AssignStmt); ok {
		for _, left := range assign.Lhs {
			if left == at.Node() {
				return
			}
		}
	}
	if call, ok := parent.Node().(*ast.CallExpr); ok && parent == o.made && call.Fun != at.Node() {
		return // the hook itself
	}
	c.bind(o, at, 0)
}

// bind follows the value of an expression, or one of its results, one step.
func (c *checker) bind(o *object, at inspector.Cursor, result int) {
	e, ok := at.Node().(ast.Expr)
	if !ok {
		return
	}
	parent := at.Parent()
	switch p := parent.Node().(type) {
	case *ast.ParenExpr:
		c.bind(o, parent, result)
	case *ast.UnaryExpr:
		if p.Op == token.AND {
			if parent.Parent() == o.made {
				return
			}
			c.bind(o, parent, 0)
		}
	case *ast.StarExpr:
		o.unknown = true
	case *ast.AssignStmt:
		if len(p.Rhs) == 1 && len(p.Lhs) > 1 {
			c.place(o, p.Lhs[min(result, len(p.Lhs)-1)])
			return
		}
		for i, right := range p.Rhs {
			if right == e && i < len(p.Lhs) {
				c.place(o, p.Lhs[i])
			}
		}
	case *ast.ValueSpec:
		if len(p.Values) == 1 && result < len(p.Names) && len(p.Names) > 1 {
			c.place(o, p.Names[result])
			return
		}
		for i, right := range p.Values {
			if right == e && i < len(p.Names) {
				c.place(o, p.Names[i])
			}
		}
	case *ast.KeyValueExpr:
		c.inLiteral(o, parent, p)
	case *ast.ReturnStmt:
		c.giveBack(o, parent, p, e, result)
	case *ast.SelectorExpr:
		if call, ok := parent.Parent().Node().(*ast.CallExpr); ok && call.Fun == p && p.Sel.Name == "Clone" {
			c.bind(o, parent.Parent(), 0)
		}
	case *ast.CallExpr:
		for i, arg := range p.Args {
			if arg == e {
				c.passTo(o, parent, p, i)
			}
		}
	case *ast.BinaryExpr, *ast.ExprStmt:
	default:
		o.unknown = true
	}
}

// place adds a variable or a field to where the config is.
func (c *checker) place(o *object, left ast.Expr) {
	if id, ok := left.(*ast.Ident); ok && id.Name == "_" {
		return
	}
	p, ok := code.PathOf(c.info, left)
	if !ok {
		o.unknown = true
		return
	}
	o.places[p] = true
	if sel, ok := ast.Unparen(left).(*ast.SelectorExpr); ok {
		c.field(o, sel.Sel, code.IsNamed(c.info.TypeOf(sel.X), "net/http", "Server"))
	}
}

// field notes that the config is in a field, and looks at what the package does with it there.
func (c *checker) field(o *object, name *ast.Ident, serves bool) {
	o.used = name
	if serves {
		o.surely = true
		return
	}
	o.kept = true
	f, ok := c.info.ObjectOf(name).(*types.Var)
	if !ok || !f.IsField() || f.Pkg() != c.pass.Pkg {
		return
	}
	for at := range c.root.Preorder((*ast.SelectorExpr)(nil)) {
		sel := at.Node().(*ast.SelectorExpr)
		if c.info.Uses[sel.Sel] != f {
			continue
		}
		switch p := at.Parent().Node().(type) {
		case *ast.SelectorExpr:
			if isHardening(p.Sel.Name) && isAssigned(at.Parent()) {
				o.hardened = true
			}
		case *ast.CallExpr:
			if isSink(code.Callee(c.info, p)) {
				o.surely = true
			}
		case *ast.KeyValueExpr:
			if lit, ok := at.Parent().Parent().Node().(*ast.CompositeLit); ok && code.IsNamed(c.info.TypeOf(lit), "net/http", "Server") {
				o.surely = true
			}
		}
	}
}

func isAssigned(at inspector.Cursor) bool {
	assign, ok := at.Parent().Node().(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, left := range assign.Lhs {
		if left == at.Node() {
			return true
		}
	}
	return false
}

// inLiteral follows a config that is the value of a field of a literal.
func (c *checker) inLiteral(o *object, at inspector.Cursor, kv *ast.KeyValueExpr) {
	key, ok := kv.Key.(*ast.Ident)
	lit, isLit := at.Parent().Node().(*ast.CompositeLit)
	if !ok || !isLit {
		o.unknown = true
		return
	}
	c.field(o, key, code.IsNamed(c.info.TypeOf(lit), "net/http", "Server"))
	// srv := &http.Server{TLSConfig: config}; srv.TLSConfig is a place then.
	whole := at.Parent()
	if u, ok := whole.Parent().Node().(*ast.UnaryExpr); ok && u.Op == token.AND {
		whole = whole.Parent()
	}
	var left ast.Expr
	switch p := whole.Parent().Node().(type) {
	case *ast.AssignStmt:
		for i, right := range p.Rhs {
			if right == whole.Node() && len(p.Lhs) == len(p.Rhs) {
				left = p.Lhs[i]
			}
		}
	case *ast.ValueSpec:
		for i, right := range p.Values {
			if right == whole.Node() && len(p.Names) == len(p.Values) {
				left = p.Names[i]
			}
		}
	}
	if left == nil {
		return
	}
	if p, ok := code.PathOf(c.info, left); ok {
		o.places[code.Path{Root: p.Root, Rest: p.Rest + "." + key.Name}] = true
	}
}

// giveBack notes that the config is returned.
func (c *checker) giveBack(o *object, at inspector.Cursor, r *ast.ReturnStmt, e ast.Expr, result int) {
	for f := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if lit, ok := f.Node().(*ast.FuncLit); ok {
			sig, _ := c.info.TypeOf(lit).(*types.Signature)
			if sig != nil && sig.Params().Len() == 1 && code.IsNamed(sig.Params().At(0).Type(), "crypto/tls", "ClientHelloInfo") {
				o.used, o.kept = r, true // GetConfigForClient; the outer config may have no tickets
				return
			}
			o.unknown = true
			return
		}
		break
	}
	o.returned = result
	for i, v := range r.Results {
		if v == e && len(r.Results) > 1 {
			o.returned = i
		}
	}
}

// isSink reports whether a function serves, or dials, with the config that it is given.
func isSink(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "crypto/tls":
		switch fn.Name() {
		case "NewListener", "Listen", "Server", "Client", "Dial", "DialWithDialer":
			return true
		}
	case knowledge.GRPCCredentials:
		return fn.Name() == "NewTLS"
	}
	return false
}

// passTo follows a config into a call.
func (c *checker) passTo(o *object, at inspector.Cursor, call *ast.CallExpr, arg int) {
	fn := code.Callee(c.info, call)
	switch {
	case fn == nil || fn.Pkg() == nil:
		o.unknown = true
		return
	case isSink(fn):
		o.used, o.surely = call, true
		return
	case knowledge.SPIFFEConfigOf(fn.Pkg().Path(), fn.Name()) != nil:
		return // filled again, and looked at for that
	case fn.Pkg().Path() == "fmt" || fn.Pkg().Path() == "log" || fn.Pkg().Path() == "log/slog":
		return
	}
	t := c.takes(fn)
	if t == nil {
		o.unknown = true
		return
	}
	for _, p := range t.Params {
		if p.Index != arg {
			continue
		}
		o.hardened = o.hardened || p.Hardened
		if p.Weakened != "" {
			o.weak = append(o.weak, weakness{at: at, message: fn.Name() + " weakens the config: " + p.Weakened})
		}
		if p.Kept {
			o.used, o.kept = call, true
			o.surely = o.surely || p.Served
		}
		if p.Returned {
			c.bind(o, at, 0)
		}
		return
	}
	o.unknown = true
}

// isHardening reports whether a field, when set, keeps resumed sessions from going unjudged.
func isHardening(field string) bool {
	return field == "SessionTicketsDisabled" || field == "VerifyConnection" || field == "UnwrapSession"
}

// last returns the write to a field that comes last in the source.
func (o *object) last(field string) (write, bool) {
	var last write
	found := false
	for _, w := range o.writes[field] {
		if !found || w.at.Node().Pos() > last.at.Node().Pos() {
			last, found = w, true
		}
	}
	return last, found
}

// settle draws the conclusions from the writes.
func (c *checker) settle(o *object) {
	for _, field := range [...]string{"SessionTicketsDisabled", "VerifyConnection", "UnwrapSession"} {
		w, ok := o.last(field)
		if !ok || c.info.Types[w.value].IsNil() {
			continue
		}
		if on, known := code.ConstBool(c.info, w.value); on || !known {
			o.hardened = true
		}
	}
	for field, list := range o.writes {
		for _, w := range list {
			if _, literal := w.at.Node().(*ast.KeyValueExpr); literal {
				continue // before go-spiffe
			}
			if w.at.Node().Pos() < o.made.Node().Pos() {
				continue
			}
			if message, unsure := c.weakens(o, field, w); message != "" {
				o.weak = append(o.weak, weakness{at: w.at, message: message, unsure: unsure})
			}
		}
	}
	slices.SortFunc(o.weak, func(a, b weakness) int { return int(a.at.Node().Pos() - b.at.Node().Pos()) })
}

// makes returns what config of go-spiffe's a function returns, or nil.
func (c *checker) makes(fn *types.Func) *makesConfig {
	if fn.Pkg() == nil || isGoSPIFFE(fn) || !returnsConfig(fn.Signature()) {
		return nil
	}
	if fn.Pkg() != c.pass.Pkg {
		m := new(makesConfig)
		if !c.pass.ImportObjectFact(fn, m) {
			return nil
		}
		return m
	}
	if m, ok := c.making[fn]; ok {
		return m
	}
	c.making[fn] = nil // it may call itself
	decl, ok := c.declared[fn]
	if !ok {
		return nil
	}
	var m *makesConfig
	for _, o := range c.objects(decl) {
		if o.returned < 0 || o.param || m != nil && !m.Hardened {
			continue
		}
		m = &makesConfig{Result: o.returned, Server: o.server, Authorizes: o.authorizes, Hardened: o.hardened || o.unknown}
	}
	c.making[fn] = m
	return m
}

func isConfig(t types.Type) bool { return code.IsNamed(t, knowledge.TLS, "Config") }

func returnsConfig(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if isConfig(v.Type()) {
			return true
		}
	}
	return false
}

func takesAny(sig *types.Signature, is func(types.Type) bool) bool {
	for v := range sig.Params().Variables() {
		if is(v.Type()) {
			return true
		}
	}
	return false
}

// takes returns what a function does with the configs that it is given, or nil when it takes
// none or is not known.
func (c *checker) takes(fn *types.Func) *takesConfig {
	if fn.Pkg() == nil || isGoSPIFFE(fn) || !takesAny(fn.Signature(), isConfig) {
		return nil
	}
	if fn.Pkg() != c.pass.Pkg {
		t := new(takesConfig)
		if !c.pass.ImportObjectFact(fn, t) {
			return nil
		}
		return t
	}
	if t, ok := c.taking[fn]; ok {
		return t
	}
	c.taking[fn] = nil // it may call itself
	decl, ok := c.declared[fn]
	if !ok {
		return nil
	}
	var t *takesConfig
	params := fn.Signature().Params()
	for i := range params.Len() {
		v := params.At(i)
		if !isConfig(v.Type()) || !code.IsPointer(v.Type()) {
			continue
		}
		if t == nil {
			t = new(takesConfig)
		}
		t.Params = append(t.Params, c.taken(decl, v, i))
	}
	c.taking[fn] = t
	return t
}

// taken follows a parameter through its function.
func (c *checker) taken(decl inspector.Cursor, v *types.Var, index int) taken {
	o := &object{
		made: decl, in: decl, param: true, returned: -1,
		places: map[code.Path]bool{{Root: v}: true}, writes: map[string][]write{},
	}
	t := taken{Index: index}
	for at := range decl.Preorder((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		fn := code.Callee(c.info, call)
		if fn == nil || fn.Pkg() == nil {
			continue
		}
		if k := knowledge.SPIFFEConfigOf(fn.Pkg().Path(), fn.Name()); k != nil && !k.Result && !k.Hidden && k.Authorizes && len(call.Args) > 0 && code.Var(c.info, call.Args[0]) == v {
			t.Hooked, t.Server = true, k.Server
		}
		if h := c.hooked(fn); h != nil && h.Index < len(call.Args) && code.Var(c.info, call.Args[h.Index]) == v {
			t.Hooked, t.Server = true, h.Server
		}
	}
	c.follow(o)
	t.Hardened = o.hardened || o.unknown
	t.Kept, t.Served = o.kept || o.surely, o.surely
	t.Returned = o.returned == 0
	if !t.Hooked && len(o.weak) > 0 && !o.weak[0].unsure {
		t.Weakened = o.weak[0].message
	}
	return t
}
