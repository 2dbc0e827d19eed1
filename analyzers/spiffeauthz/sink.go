package spiffeauthz

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// sink is where a matcher or an authorizer goes.
type sink uint8

const (
	nowhere sink = iota
	handed       // to a function that may combine it with others
	kept         // in a field, or given back
	spiffe       // to go-spiffe: what it says counts
)

// goesTo follows a matcher or an authorizer to where it is used; call is go-spiffe's function.
func (c *checker) goesTo(at inspector.Cursor, depth int) (s sink, call *ast.CallExpr) {
	if depth > 8 {
		return nowhere, nil
	}
	e, ok := at.Node().(ast.Expr)
	if !ok {
		return nowhere, nil
	}
	parent := at.Parent()
	switch p := parent.Node().(type) {
	case *ast.ParenExpr:
		return c.goesTo(parent, depth+1)
	case *ast.CallExpr:
		if p.Fun == e {
			return nowhere, nil // it is called
		}
		if tv := c.info.Types[p.Fun]; tv.IsType() {
			return c.goesTo(parent, depth+1)
		}
		fn := code.Callee(c.info, p)
		switch {
		case code.IsFunc(fn, knowledge.SPIFFETLSConfig, "AdaptMatcher"):
			s, call = c.goesTo(parent, depth+1)
			return s, call
		case isGoSPIFFE(fn):
			return spiffe, p
		case isJudgeType(c.paramOf(p, e)):
			if fn != nil && c.forwards(fn, indexOf(p.Args, e)) {
				return spiffe, p
			}
			return handed, p
		}
	case *ast.ReturnStmt:
		if isJudgeType(c.resultOf(parent, e)) {
			return kept, nil
		}
	case *ast.AssignStmt:
		for i, right := range p.Rhs {
			if right == e && len(p.Lhs) == len(p.Rhs) {
				return c.assignedTo(parent, p.Lhs[i], depth)
			}
		}
	case *ast.ValueSpec:
		for i, right := range p.Values {
			if right == e && len(p.Names) == len(p.Values) {
				return c.assignedTo(parent, p.Names[i], depth)
			}
		}
	case *ast.KeyValueExpr:
		if p.Value == e && isJudgeType(c.info.TypeOf(p.Key)) {
			return kept, nil
		}
		if lit, ok := parent.Parent().Node().(*ast.CompositeLit); ok && p.Value == e && isJudgeType(elementOf(c.info.TypeOf(lit))) {
			return kept, nil
		}
	case *ast.CompositeLit:
		if isJudgeType(elementOf(c.info.TypeOf(p))) {
			return kept, nil
		}
	}
	return nowhere, nil
}

func indexOf(list []ast.Expr, e ast.Expr) int {
	for i, x := range list {
		if x == e {
			return i
		}
	}
	return -1
}

// passesOn is the fact of a function that passes matchers or authorizers on to go-spiffe as
// they are.
type passesOn struct {
	Params []int
}

func (*passesOn) AFact() {}

func (p *passesOn) String() string { return fmt.Sprintf("passes on %v", p.Params) }

// forwards reports whether a function passes its argument i on to go-spiffe.
func (c *checker) forwards(fn *types.Func, i int) bool {
	p := c.passesOn(fn)
	return p != nil && slices.Contains(p.Params, i)
}

// passesOn returns which parameters a function passes on to go-spiffe, or nil.
func (c *checker) passesOn(fn *types.Func) *passesOn {
	if !takesAny(fn.Signature(), isJudgeType) {
		return nil
	}
	if fn.Pkg() != c.pass.Pkg {
		p := new(passesOn)
		if fn.Pkg() == nil || !c.pass.ImportObjectFact(fn, p) {
			return nil
		}
		return p
	}
	if p, ok := c.passing[fn]; ok {
		return p
	}
	c.passing[fn] = nil // it may call itself
	decl, ok := c.declared[fn]
	if !ok {
		return nil
	}
	var on *passesOn
	for i := range fn.Signature().Params().Len() {
		v := fn.Signature().Params().At(i)
		if !isJudgeType(v.Type()) {
			continue
		}
		for use := range decl.Preorder((*ast.Ident)(nil)) {
			if c.info.Uses[use.Node().(*ast.Ident)] != v {
				continue
			}
			if s, call := c.goesTo(use, 0); s == spiffe && !c.isOneDomain(call) {
				if on == nil {
					on = new(passesOn)
				}
				on.Params = append(on.Params, i)
				break
			}
		}
	}
	c.passing[fn] = on
	return on
}

// assignedTo follows a matcher into a variable.
func (c *checker) assignedTo(at inspector.Cursor, left ast.Expr, depth int) (s sink, call *ast.CallExpr) {
	v := code.Var(c.info, left)
	if v == nil {
		if isJudgeType(c.info.TypeOf(left)) {
			return kept, nil
		}
		return nowhere, nil
	}
	in := declaration(at)
	if v.Parent() == v.Pkg().Scope() {
		in = c.root
	}
	for use := range in.Preorder((*ast.Ident)(nil)) {
		if c.info.Uses[use.Node().(*ast.Ident)] != v {
			continue
		}
		if to, by := c.goesTo(use, depth+1); to > s {
			s, call = to, by
		}
	}
	if s == nowhere && isJudgeType(v.Type()) {
		s = kept
	}
	return s, call
}

// paramOf returns the type of the parameter that takes an argument, or nil.
func (c *checker) paramOf(call *ast.CallExpr, arg ast.Expr) types.Type {
	t := c.info.TypeOf(call.Fun)
	if t == nil {
		return nil
	}
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return nil
	}
	for i, a := range call.Args {
		if a != arg {
			continue
		}
		n := sig.Params().Len()
		if sig.Variadic() && i >= n-1 {
			if call.Ellipsis.IsValid() {
				return sig.Params().At(n - 1).Type()
			}
			return elementOf(sig.Params().At(n - 1).Type())
		}
		if i < n {
			return sig.Params().At(i).Type()
		}
	}
	return nil
}

// resultOf returns the type of the result that a return statement gives a value to, or nil.
func (c *checker) resultOf(ret inspector.Cursor, e ast.Expr) types.Type {
	var sig *types.Signature
	for f := range ret.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		switch f := f.Node().(type) {
		case *ast.FuncDecl:
			if fn, ok := c.info.Defs[f.Name].(*types.Func); ok {
				sig = fn.Signature()
			}
		case *ast.FuncLit:
			sig, _ = c.info.TypeOf(f).(*types.Signature)
		}
		break
	}
	r := ret.Node().(*ast.ReturnStmt)
	if sig == nil || sig.Results().Len() != len(r.Results) {
		return nil
	}
	for i, result := range r.Results {
		if result == e {
			return sig.Results().At(i).Type()
		}
	}
	return nil
}

// elementOf returns the type of the elements of a slice, an array or a map, or nil.
func elementOf(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	}
	return nil
}
