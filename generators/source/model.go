package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Interface is what a generator makes something for.
type Interface struct {
	Name       string
	Type       types.Type     // a *types.Named or *types.Alias, not instantiated
	Package    *types.Package // that declares it
	TypeParams []TypeParam
	// Methods is the whole method set in the order of the source: own and embedded methods where
	// they stand, each once.
	Methods    []Method
	Directives []Directive // in the comments of the type, and of those that it is declared to be
	Pos        token.Position
}

// TypeParam is a type parameter of a generic interface.
type TypeParam struct {
	Name       string
	Constraint types.Type
	Type       *types.TypeParam
}

// Method is a method of an interface.
type Method struct {
	Name            string
	Signature       *types.Signature
	Params, Results []Param
	Variadic        bool
	Directives      []Directive // in the comments above and behind the method, and at the embedded interface
	Doc             string      // the text of the comment above it, without directives
	Pos             token.Position
	From            *types.TypeName // the embedded interface it comes from; nil for one of its own

	unit *unit // that spells it out
	file *file
}

// Param is a parameter or a result.
type Param struct {
	Name       string // "" when it has none; may be "_"
	Type       types.Type
	Directives []Directive // behind it or above it
	Pos        token.Position

	syntax ast.Expr // of its type; nil when no source has it
}

// Directive is a comment that begins with //gen: and says how to treat what it stands at:
// "//gen:attr user.id=id" has the verb "attr" and the text "user.id=id".
type Directive struct {
	Verb, Text string
	Pos        token.Position
}

// Context returns the index of the first parameter that is a context.Context, -1 when none is.
func (m Method) Context() int {
	for i, p := range m.Params {
		if isContext(p.Type) && (!m.Variadic || i < len(m.Params)-1) {
			return i
		}
	}
	return -1
}

// Errors returns the indices of the results of type error.
func (m Method) Errors() []int {
	var list []int
	for i, r := range m.Results {
		if types.Identical(r.Type, types.Universe.Lookup("error").Type()) {
			list = append(list, i)
		}
	}
	return list
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	return named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}
