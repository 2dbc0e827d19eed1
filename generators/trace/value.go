package trace

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// value is what an attribute records, as one of the types that attributes have.
type value struct {
	kind     string // constructor in package attribute: String, Int64Slice
	expr     code
	guards   []guard
	words    []string                                 // identifiers that the code needs to mean what they mean outside
	packages []string                                 // paths of packages that the code needs
	elem     types.Type                               // of a list that has to be converted; nil of others
	convert  func(elem *jen.Statement) *jen.Statement // makes of an element what the attribute lists
	basic    string                                   // what that is
}

const (
	attributePath = "go.opentelemetry.io/otel/attribute"
	codesPath     = "go.opentelemetry.io/otel/codes"
	metricPath    = "go.opentelemetry.io/otel/metric"
	tracePath     = "go.opentelemetry.io/otel/trace"
)

// conversion makes of an expression one of the types that attributes have.
type conversion struct {
	kind, basic string                                // String, string
	via         func(x *jen.Statement) *jen.Statement // nil: it is one already
	packages    []string
	words       []string
}

// value converts what the comment names.
func (r *resolver) value(op *operand) (value, *fault.Fault) {
	if f := r.refused(op); f != nil {
		return value{}, f
	}
	if c, ok := convert(op.typ, op.addressable); ok {
		return scalar(r.notNil(op), c), nil
	}
	if p, ok := op.typ.Underlying().(*types.Pointer); ok {
		if c, ok := basicConversion(p.Elem()); ok {
			x := r.notNil(op)
			to := *x
			to.expr = func(n *methodNames) *jen.Statement { return jen.Op("*").Add(x.expr(n)) }
			return scalar(&to, c), nil
		}
	}
	if v, ok := r.listValue(op); ok {
		return v, nil
	}
	return value{}, r.unrecordable(op)
}

func scalar(x *operand, c conversion) value {
	v := value{kind: c.kind, guards: x.guards, words: slices.Concat(x.words, c.words), packages: c.packages, expr: x.expr}
	if c.via != nil {
		v.expr = func(n *methodNames) *jen.Statement { return c.via(x.expr(n)) }
	}
	return v
}

// isDirect says that a value of the type cannot be nil.
func isDirect(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer:
		return false
	case *types.Interface:
		return isTypeParam(t)
	}
	return true
}

// refused says why some types are never recorded.
func (r *resolver) refused(op *operand) *fault.Fault {
	if isError(op.typ) {
		return at(r.comment.pos, fmt.Sprintf("%s is an error, which the status of the span tells", r.comment.shown(r.method)), "leave the comment out")
	}
	if variable(op.typ) == "ctx" {
		return at(r.comment.pos, "a context is not recorded", "leave the comment out, or name a parameter that holds what is wanted")
	}
	if b, ok := op.typ.(*types.Basic); ok && b.Info()&types.IsComplex != 0 {
		return at(r.comment.pos, "attributes have no complex numbers", "record real parts alone")
	}
	return nil
}

// convert returns how a type becomes one that attributes have.
func convert(t types.Type, addressable bool) (conversion, bool) {
	base := t
	if p, ok := t.Underlying().(*types.Pointer); ok {
		base = p.Elem()
	}
	switch {
	case isStd(base, "time", "Duration"):
		return byMethod("Float64", "float64", "Seconds"), true
	case isStd(base, "time", "Time"):
		return conversion{kind: "String", basic: "string", packages: []string{"time"}, words: []string{"time"}, via: func(x *jen.Statement) *jen.Statement {
			return x.Dot("Format").Call(jen.Qual("time", "RFC3339Nano"))
		}}, true
	case isStd(base, "net/url", "URL") && isStringer(t, addressable):
		return byMethod("String", "string", "Redacted"), true // without a password
	case isStringer(t, addressable) && types.IsInterface(t): // what it holds may be a nil pointer
		return conversion{kind: "String", basic: "string", packages: []string{"fmt"}, via: func(x *jen.Statement) *jen.Statement {
			return jen.Qual("fmt", "Sprint").Call(x)
		}}, true
	case isStringer(t, addressable):
		return byMethod("String", "string", "String"), true
	}
	return basicConversion(t)
}

// byMethod converts by calling a method.
func byMethod(kind, basic, name string) conversion {
	return conversion{kind: kind, basic: basic, via: func(x *jen.Statement) *jen.Statement { return x.Dot(name).Call() }}
}

func isStd(t types.Type, pkg, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg && n.Obj().Name() == name
}

// isStringer says whether the type has a method String() string.
func isStringer(t types.Type, addressable bool) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, addressable, nil, "String")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return isGetter(fn) && types.Identical(sig.Results().At(0).Type(), types.Typ[types.String])
}

// basicConversion converts booleans, numbers and texts, named ones and type parameters of those.
func basicConversion(t types.Type) (conversion, bool) {
	kind, ok := basicKind(t)
	if !ok {
		return conversion{}, false
	}
	c := conversion{}
	switch kind {
	case types.Bool, types.UntypedBool:
		c.kind, c.basic = "Bool", "bool"
	case types.String, types.UntypedString:
		c.kind, c.basic = "String", "string"
	case types.Int, types.UntypedInt:
		c.kind, c.basic = "Int", "int"
	case types.Float32, types.Float64, types.UntypedFloat:
		c.kind, c.basic = "Float64", "float64"
	case types.Complex64, types.Complex128, types.UntypedComplex, types.UnsafePointer, types.UntypedNil, types.Invalid:
		return conversion{}, false
	default:
		c.kind, c.basic = "Int64", "int64"
	}
	if b, ok := types.Unalias(t).(*types.Basic); ok && b.Name() == c.basic {
		return c, true
	}
	basic := c.basic
	c.words = []string{basic}
	c.via = func(x *jen.Statement) *jen.Statement { return jen.Id(basic).Call(x) }
	return c, true
}

// basicKind is the kind of a basic type, or the one that all types of a type parameter convert to.
func basicKind(t types.Type) (types.BasicKind, bool) {
	param, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		b, ok := t.Underlying().(*types.Basic)
		if !ok {
			return 0, false
		}
		return b.Kind(), true
	}
	var groups []string
	var last types.BasicKind
	terms := typeSet(param.Constraint())
	for _, t := range terms {
		b, ok := t.Underlying().(*types.Basic)
		if !ok {
			return 0, false
		}
		last = b.Kind()
		c, ok := basicConversion(types.Typ[b.Kind()])
		if !ok {
			return 0, false
		}
		groups = append(groups, strings.TrimSuffix(c.kind, "64"))
	}
	groups = slices.Compact(groups)
	switch {
	case len(groups) != 1:
		return 0, false
	case len(terms) > 1 && groups[0] == "Int":
		last = types.Int64
	}
	return last, true
}

// typeSet returns the types of a constraint that is a union, or several in each other.
func typeSet(constraint types.Type) []types.Type {
	i, ok := constraint.Underlying().(*types.Interface)
	if !ok {
		return []types.Type{constraint}
	}
	var all []types.Type
	for e := range i.EmbeddedTypes() {
		u, ok := e.(*types.Union)
		if !ok {
			all = append(all, typeSet(e)...)
			continue
		}
		for term := range u.Terms() {
			all = append(all, typeSet(term.Type())...)
		}
	}
	return all
}

// listValue converts a list.
func (r *resolver) listValue(x *operand) (value, bool) {
	s, ok := x.typ.Underlying().(*types.Slice)
	if !ok || isError(s.Elem()) || !isDirect(s.Elem()) {
		return value{}, false
	}
	if b, ok := s.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 && !isStringer(s.Elem(), true) {
		return value{}, false // bytes
	}
	c, ok := convert(s.Elem(), true)
	if !ok {
		return value{}, false
	}
	v := value{kind: c.kind + "Slice", guards: x.guards, words: slices.Concat(x.words, c.words), packages: c.packages, expr: x.expr}
	if c.via != nil {
		v.elem, v.convert, v.basic = s.Elem(), c.via, c.basic
	}
	return v, true
}

// unrecordable says that what the comment names has no type that attributes have, and what would
// do.
func (r *resolver) unrecordable(op *operand) *fault.Fault {
	shown := r.comment.shown(r.method)
	have := shown
	if shown == "" || shown == "_" {
		have = "this parameter"
	}
	qualifier := func(p *types.Package) string {
		if p == r.file.pkg.Types {
			return ""
		}
		return p.Name()
	}
	f := at(r.comment.pos, fmt.Sprintf("%s is %s, which no attribute can hold", have, names.WithArticle(types.TypeString(op.typ, qualifier))), "")
	if have != shown {
		f.Remedy = "give it a name, and say what of it to record: //gen:attr " + r.comment.key + "=name.Field"
		return f
	}
	f.Remedy = offer(r.paths(shown, op.typ))
	return f
}

// offer is the remedy that names what would do.
func offer(would []string) string {
	switch len(would) {
	case 0:
		return "record something else, or leave the comment out"
	case 1:
		return would[0] + " would do"
	case 2:
		return would[0] + " and " + would[1] + " would do"
	}
	return list(would) + " would do"
}

// paths returns what of an operand can be recorded: the fields and getters that lead to something
// and do not look like secrets.
func (r *resolver) paths(expr string, t types.Type) []string {
	const most = 6
	var found []string
	seen := map[types.Type]bool{}
	type place struct {
		expr  string
		typ   types.Type
		names []string
		depth int
	}
	for queue := []place{{expr, t, append([]string{expr}, typeName(t)...), 0}}; len(queue) > 0 && len(found) < most; queue = queue[1:] {
		at := queue[0]
		if seen[at.typ] || at.depth > 2 || isError(at.typ) {
			continue
		}
		seen[at.typ] = true
		if hasLength(at.typ) && secretName(at.typ, at.names, at.expr) == "" {
			found = append(found, "len("+at.expr+")")
		}
		for _, m := range members(at.typ, r.file.pkg.Types) {
			path := append(append(slices.Clip(at.names), strings.TrimSuffix(m.name, "()")), typeName(m.typ)...)
			next := place{at.expr + "." + m.name, m.typ, path, at.depth + 1}
			if secretName(m.typ, path, next.expr) != "" || len(found) >= most {
				continue
			}
			if recordable(m.typ) {
				found = append(found, next.expr)
				continue
			}
			queue = append(queue, next)
		}
	}
	return found
}

func recordable(t types.Type) bool {
	if isError(t) {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok && !isStringer(t, true) {
		t = p.Elem()
	}
	_, ok := convert(t, true)
	return ok
}

// member is a field, or a method without parameters with one result.
type member struct {
	name string
	typ  types.Type
}

// members returns the fields and getters of a type that a package can use.
func members(t types.Type, pkg *types.Package) []member {
	var list []member
	usable := func(o types.Object) bool { return o.Exported() || o.Pkg() == pkg }
	base := t
	if p, ok := t.Underlying().(*types.Pointer); ok {
		base = p.Elem()
	}
	if s, ok := base.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if usable(f) {
				list = append(list, member{f.Name(), f.Type()})
			}
		}
	}
	if isTypeParam(base) {
		return list
	}
	set := types.NewMethodSet(t)
	for method := range set.Methods() {
		if fn := method.Obj().(*types.Func); usable(fn) && isGetter(fn) {
			list = append(list, member{fn.Name() + "()", fn.Signature().Results().At(0).Type()})
		}
	}
	return list
}
