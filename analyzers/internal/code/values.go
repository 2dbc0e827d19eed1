package code

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"net"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Values tells what a variable holds, where its one assignment says so.
type Values struct {
	info *types.Info
	of   map[*types.Var]*value
}

// value is what is known of a variable.
type value struct {
	expr     ast.Expr // the right side, or nil
	index    int      // which of expr's results
	rangesOf ast.Expr // the operand, when a range clause assigns
	isKey    bool     // the range clause's first variable
	begins   bool     // an assignment declares it: it is no parameter, which had a value before
	zero     bool     // declared without a value
	count    int      // of assignments
}

// NewValues reads the assignments of a package. It walks all of it: ask for it where there is
// something to find out.
func NewValues(pass *analysis.Pass) *Values {
	v := &Values{info: pass.TypesInfo, of: map[*types.Var]*value{}}
	for _, f := range pass.Files {
		ast.Inspect(f, v.read)
	}
	return v
}

func (v *Values) read(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE && n.Tok != token.ASSIGN {
			v.spoil(n.Lhs[0])
			return true
		}
		v.assign(n.Lhs, n.Rhs)
	case *ast.ValueSpec:
		left := make([]ast.Expr, len(n.Names))
		for i, name := range n.Names {
			left[i] = name
			if x := v.at(name); x != nil && len(n.Values) == 0 {
				x.zero = true
			}
		}
		v.assign(left, n.Values)
	case *ast.RangeStmt:
		for i, e := range [...]ast.Expr{n.Key, n.Value} {
			if x := v.at(e); x != nil {
				x.rangesOf, x.isKey = n.X, i == 0
				x.count++
			}
		}
	case *ast.IncDecStmt:
		v.spoil(n.X)
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			v.spoil(n.X)
		}
	}
	return true
}

func (v *Values) assign(left, right []ast.Expr) {
	for i, e := range left {
		x := v.at(e)
		switch {
		case x == nil, len(right) == 0:
		case len(left) == len(right):
			x.expr, x.index = right[i], 0
			x.count++
		default:
			x.expr, x.index = right[0], i
			x.count++
		}
	}
}

// at returns what is kept of the variable that e is, or nil when e is none.
func (v *Values) at(e ast.Expr) *value {
	if e == nil {
		return nil
	}
	obj := Var(v.info, e)
	if obj == nil {
		return nil
	}
	x := v.of[obj]
	if x == nil {
		x = new(value)
		v.of[obj] = x
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && v.info.Defs[id] != nil {
		x.begins = true
	}
	return x
}

// spoil says that a variable is changed where its value cannot be followed.
func (v *Values) spoil(e ast.Expr) {
	if x := v.at(e); x != nil {
		x.count += 2
	}
}

// once returns what a variable holds from its only assignment to its end, or nil.
func (v *Values) once(obj *types.Var) *value {
	x := v.of[obj]
	if x == nil || x.count != 1 || !x.begins || x.zero {
		return nil // more than one value, or none on some path
	}
	// Other packages may assign to what they can name.
	if obj.Exported() && obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() {
		return nil
	}
	return x
}

// Of follows variables from e to the expression that made their value, and which of its results
// it is. An expression that is no variable, or one that is assigned more than once, is its own.
func (v *Values) Of(e ast.Expr) (made ast.Expr, index int) {
	for range 10 { // a cycle is possible: var a, b = b, a
		e = ast.Unparen(e)
		obj := Var(v.info, e)
		if obj == nil {
			return e, 0
		}
		x := v.once(obj)
		if x == nil || x.expr == nil {
			return e, 0
		}
		if x.index > 0 || isMulti(v.info, x.expr) {
			return ast.Unparen(x.expr), x.index
		}
		e = x.expr
	}
	return e, 0
}

// Ranged returns the operand of the range clause that gives e its values, and whether it is the
// clause's first variable; nil when e is no such variable.
func (v *Values) Ranged(e ast.Expr) (operand ast.Expr, isKey bool) {
	obj := Var(v.info, e)
	if obj == nil {
		return nil, false
	}
	x := v.once(obj)
	if x == nil {
		return nil, false
	}
	return x.rangesOf, x.isKey
}

// IsStable reports whether a variable keeps the value that it has at first: it is a parameter
// that is not assigned, or assigned once.
func (v *Values) IsStable(obj *types.Var) bool {
	x := v.of[obj]
	return x == nil || x.count == 0 || x.count == 1 && x.begins && !x.zero
}

// IsZero reports whether e is a variable that is declared without a value and never gets one.
func (v *Values) IsZero(e ast.Expr) bool {
	obj := Var(v.info, e)
	if obj == nil || obj.Parent() == obj.Pkg().Scope() {
		return false
	}
	x := v.of[obj]
	return x != nil && x.zero && x.count == 0
}

func isMulti(info *types.Info, e ast.Expr) bool {
	t, ok := info.Types[e].Type.(*types.Tuple)
	return ok && t.Len() > 1
}

// String returns what is known of the text of e: how it begins, and whether that is all of it.
func (v *Values) String(e ast.Expr) (text string, whole bool) { return v.text(e, 10) }

func (v *Values) text(e ast.Expr, depth int) (text string, whole bool) {
	if value := v.info.Types[e].Value; value != nil {
		if value.Kind() == constant.String {
			return constant.StringVal(value), true
		}
		return value.ExactString(), value.Kind() == constant.Int
	}
	if depth == 0 {
		return "", false
	}
	made, index := v.Of(e)
	if obj := Var(v.info, e); obj != nil && v.once(obj) == nil {
		return "", false
	}
	if index != 0 {
		return "", false
	}
	switch made := made.(type) {
	case *ast.BinaryExpr:
		if made.Op != token.ADD || !isString(v.info.TypeOf(made)) {
			return "", false
		}
		left, whole := v.text(made.X, depth-1)
		if !whole {
			return left, false
		}
		right, whole := v.text(made.Y, depth-1)
		return left + right, whole
	case *ast.CallExpr:
		return v.call(made, depth-1)
	case *ast.Ident:
		return "", false
	}
	if value := v.info.Types[made].Value; value != nil {
		return v.text(made, depth-1)
	}
	return "", false
}

// call returns what is known of the text that a call makes.
func (v *Values) call(call *ast.CallExpr, depth int) (text string, whole bool) {
	if len(call.Args) == 0 || call.Ellipsis.IsValid() {
		return "", false
	}
	if tv := v.info.Types[call.Fun]; tv.IsType() && isString(tv.Type) && isString(v.info.TypeOf(call.Args[0])) {
		return v.text(call.Args[0], depth)
	}
	fn := Callee(v.info, call)
	switch {
	case IsFunc(fn, "strconv", "Itoa"):
		return v.text(call.Args[0], depth)
	case IsFunc(fn, "net", "JoinHostPort"):
		host, whole := v.text(call.Args[0], depth)
		if !whole {
			return "", false
		}
		port, whole := v.text(call.Args[1], depth)
		return net.JoinHostPort(host, port), whole
	case IsFunc(fn, "fmt", "Sprintf"):
		return v.format(call.Args, depth)
	}
	return "", false
}

// format folds the verbs of a Sprintf that stand for plain text and numbers.
func (v *Values) format(args []ast.Expr, depth int) (text string, whole bool) {
	format, whole := v.text(args[0], depth)
	if !whole {
		return "", false
	}
	args = args[1:]
	var b strings.Builder
	for {
		plain, verb, found := strings.Cut(format, "%")
		b.WriteString(plain)
		if !found {
			return b.String(), true
		}
		switch {
		case strings.HasPrefix(verb, "%"):
			b.WriteByte('%')
		case len(args) > 0 && verb != "" && strings.ContainsRune("dsv", rune(verb[0])):
			text, whole := v.text(args[0], depth)
			b.WriteString(text)
			if !whole {
				return b.String(), false
			}
			args = args[1:]
		default:
			return b.String(), false
		}
		format = verb[1:]
	}
}

// IsDemo reports whether a package shows something to readers, going by its path.
func IsDemo(path string) bool {
	// The host of a module says nothing: example.com is one like any other.
	if host, rest, ok := strings.Cut(path, "/"); ok && strings.Contains(host, ".") {
		path = rest
	}
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "example", "examples", "_example", "_examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials", "hack", "quickstart", "playground", "testdata", "benchmark", "benchmarks":
			return true
		}
		if strings.HasPrefix(part, "example") || strings.HasSuffix(part, "-example") || strings.HasSuffix(part, "-demo") {
			return true
		}
	}
	return false
}

// ImportsAny reports whether the package itself imports one of the paths; one that ends in a
// slash stands for all below it.
func ImportsAny(pkg *types.Package, paths ...string) bool {
	for _, i := range pkg.Imports() {
		for _, path := range paths {
			if i.Path() == path || strings.HasSuffix(path, "/") && strings.HasPrefix(i.Path(), path) {
				return true
			}
		}
	}
	return false
}
