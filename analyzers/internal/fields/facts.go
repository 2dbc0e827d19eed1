package fields

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// effects is a fact about a function: what it does to the configurations in its parameters,
// and what the fields of those hold that it returns.
type effects struct {
	Sets    []setFact
	Returns []returnFact
	Passes  []passFact
}

func (*effects) AFact() {}

func (f *effects) String() string {
	var b strings.Builder
	for _, s := range f.Sets {
		sure := "may set"
		if s.Always {
			sure = "sets"
		}
		fmt.Fprintf(&b, "%s %d%s.%s ", sure, s.Param, s.Path, s.Field)
	}
	for _, r := range f.Returns {
		fmt.Fprintf(&b, "returns %d%s", r.Result, r.Path)
		for _, s := range r.Fields {
			fmt.Fprintf(&b, " %s", s.Field)
		}
	}
	return strings.TrimSpace(b.String())
}

// setFact says that a function writes to a field of a parameter, or of what lies below it at
// the path.
type setFact struct {
	Param  int
	Path   string
	Field  string
	Values []valueFact
	Always bool // on every path
}

// passFact says that a parameter, or what lies below it, goes through a function that is
// remembered as a source.
type passFact struct {
	Param int
	Path  string
	Name  string // full
}

// returnFact says what a result, or what lies below it at the path, holds.
type returnFact struct {
	Result  int
	Path    string
	Base    base
	Param   int      // which parameter it is, where Base has received; -1 is the receiver
	Sources []string // full names of the functions it comes through
	Fields  []fieldFact
}

type fieldFact struct {
	Field  string
	Values []valueFact
}

// valueFact is a Value that can travel.
type valueFact struct {
	Kind   Kind
	Const  string // Go syntax
	Bool   bool   // the constant is one
	List   []uint64
	Param  int
	When   int
	OptIn  bool
	Shared bool // no write: what the field held
	In     string

	pos token.Pos   // where the write stands, known within the package
	fn  *types.Func // of a Func, likewise
	lit *ast.FuncLit
}

func (v *Value) fact(in string) valueFact {
	f := valueFact{Kind: v.Kind, List: v.List, Param: v.Param, When: v.when, OptIn: v.OptIn, Shared: v.self, In: v.In}
	f.fn, f.lit = v.Func, v.Lit
	f.pos = v.Pos
	if v.Via != nil && v.Origin.IsValid() {
		f.pos = v.Origin
	}
	if v.Const != nil {
		f.Const = v.Const.ExactString()
		f.Bool = v.Const.Kind() == constant.Bool
	}
	if f.In == "" {
		f.In = in
	}
	return f
}

func (f *valueFact) value() *Value {
	switch {
	case f.Shared:
		return &unchanged
	case f.Kind == Unset:
		return &unset
	case f.Kind == Unknown:
		return &whoKnows
	}
	v := &Value{Kind: f.Kind, List: f.List, Param: f.Param, when: f.When, OptIn: f.OptIn, In: f.In, Func: f.fn, Lit: f.lit}
	switch {
	case f.Kind == Const && f.Bool:
		v.Const = constant.MakeBool(f.Const == "true")
	case f.Kind == Const:
		v.Const = constant.MakeFromLiteral(f.Const, token.INT, 0)
	}
	return v
}

// constants is a fact about a package variable or a function of one result: the values that
// it may have.
type constants struct{ Values []valueFact }

func (*constants) AFact() {}

func (f *constants) String() string {
	var b strings.Builder
	b.WriteString("is")
	for _, v := range f.Values {
		if v.Kind == List {
			fmt.Fprintf(&b, " %v", v.List)
		} else {
			fmt.Fprintf(&b, " %s", v.Const)
		}
	}
	return b.String()
}

// effectsOf returns what is known of a called function, and whether it is known at all.
func (p *Package) effectsOf(fn *types.Func) (*effects, bool) {
	switch {
	case fn == nil, isInterfaceMethod(fn):
		return nil, false
	case fn.Pkg() == p.pass.Pkg:
		d := p.decls[fn]
		if d == nil || d.Body == nil {
			return nil, true // it has nothing to do with configurations
		}
		u := p.unit(d)
		if u.effects == nil {
			return nil, false // it calls itself
		}
		return u.effects, true
	}
	f := new(effects)
	if p.pass.ImportObjectFact(fn, f) {
		return f, true
	}
	return nil, true
}

func isInterfaceMethod(fn *types.Func) bool {
	r := fn.Signature().Recv()
	return r != nil && types.IsInterface(r.Type())
}

// export makes the facts of the package.
func (p *Package) export() {
	for _, d := range p.decls {
		fn := p.info.Defs[d.Name].(*types.Func)
		if u := p.units[d]; u != nil && u.effects != nil && len(u.effects.Sets)+len(u.effects.Returns)+len(u.effects.Passes) > 0 {
			p.pass.ExportObjectFact(fn, u.effects)
		}
	}
	if !imports(p.pass.Pkg) {
		return
	}
	scope := p.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() {
			continue
		}
		var values []*Value
		switch obj := obj.(type) {
		case *types.Var:
			if isSetting(obj.Type()) {
				values = p.variable(obj, nil, 0)
			}
		case *types.Func:
			if r := obj.Signature().Results(); r.Len() == 1 && isSetting(r.At(0).Type()) {
				values = p.results(obj, 0)
			}
		}
		if list := factsOf(values, p.pass.Pkg.Path()); list != nil {
			p.pass.ExportObjectFact(obj, &constants{list})
		}
	}
}

// factsOf returns the facts of values, or nil when one of them is none that can travel.
func factsOf(values []*Value, in string) []valueFact {
	var list []valueFact
	for _, v := range values {
		if v.Kind != Const && v.Kind != List && v.Kind != Param {
			return nil
		}
		list = append(list, v.fact(in))
	}
	return list
}

// isSetting reports whether values of the type are such as fields of a configuration hold:
// versions, suites, kinds of client authentication.
func isSetting(t types.Type) bool {
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	} else if code.IsNamed(t, "crypto/tls", "ClientAuthType") {
		return true
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint16
}

// summary makes the effects of a unit out of its solved objects.
func (u *unit) summary() *effects {
	f := &effects{}
	in := u.pkg.pass.Pkg.Path()
	for _, r := range u.returns {
		s := r.snap.seen
		if s == nil {
			continue
		}
		fact := returnFact{Result: r.result, Path: r.path, Base: s.base}
		for _, src := range s.sources {
			switch {
			case src.Kind == Parameter:
				fact.Param = src.Param
			case src.Kind == Call && !slices.Contains(fact.Sources, src.Name):
				fact.Sources = append(fact.Sources, src.Name)
			}
		}
		for _, name := range s.names() {
			fact.Fields = append(fact.Fields, fieldFact{name, travelling(s.fields[name], in)})
		}
		f.Returns = merge(f.Returns, fact)
	}
	for _, o := range u.objects {
		for _, m := range o.received {
			for _, s := range o.state.sources {
				if s.Kind == Call {
					f.Passes = append(f.Passes, passFact{m.param, m.path, s.Name})
				}
			}
			for _, name := range o.state.names() {
				set := setFact{Param: m.param, Path: m.path, Field: name, Always: true}
				for _, v := range o.state.fields[name] {
					switch {
					case v == &unchanged, v == &unset, v.Made:
						set.Always = false
					default:
						set.Values = append(set.Values, v.fact(in))
					}
				}
				if o.state.base != received {
					set.Always = false
				}
				if len(set.Values) > 0 {
					f.Sets = append(f.Sets, set)
				}
			}
		}
	}
	slices.SortFunc(f.Sets, func(a, b setFact) int {
		return cmp.Or(cmp.Compare(a.Param, b.Param), strings.Compare(a.Path, b.Path), strings.Compare(a.Field, b.Field))
	})
	return f
}

func travelling(values []*Value, in string) []valueFact {
	var list []valueFact
	for _, v := range values {
		list = append(list, v.fact(in))
	}
	return list
}

// merge adds what another return statement says of the same result.
func merge(list []returnFact, r returnFact) []returnFact {
	i := slices.IndexFunc(list, func(have returnFact) bool { return have.Result == r.Result && have.Path == r.Path })
	if i < 0 {
		return append(list, r)
	}
	have := &list[i]
	fields := map[string][]valueFact{}
	for _, f := range []*returnFact{have, &r} {
		other := have
		if f == have {
			other = &r
		}
		for _, x := range f.Fields {
			fields[x.Field] = append(fields[x.Field], x.Values...)
			if !slices.ContainsFunc(other.Fields, func(y fieldFact) bool { return y.Field == x.Field }) {
				for _, v := range (&state{base: other.Base}).get("") {
					fields[x.Field] = append(fields[x.Field], v.fact(""))
				}
			}
		}
	}
	have.Base |= r.Base
	have.Sources = union(have.Sources, r.Sources)
	have.Fields = nil
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		values := fields[name]
		have.Fields = append(have.Fields, fieldFact{name, values[:min(len(values), most)]})
	}
	return list
}

// callee returns the function that a call names, nil when it is the value of a variable.
func (p *Package) callee(call *ast.CallExpr) *types.Func { return code.Callee(p.info, call) }
