package source

import (
	"cmp"
	"fmt"
	"go/types"
	"iter"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"
)

// parts returns the types that a type is written with, one level deep.
func parts(t types.Type) iter.Seq[types.Type] {
	return func(yield func(types.Type) bool) {
		for _, part := range partList(t) {
			if !yield(part) {
				return
			}
		}
	}
}

func partList(t types.Type) []types.Type {
	var list []types.Type
	switch t := t.(type) {
	case *types.Alias:
		return typeArgs(t.TypeArgs())
	case *types.Named:
		return typeArgs(t.TypeArgs())
	case *types.Pointer:
		return []types.Type{t.Elem()}
	case *types.Slice:
		return []types.Type{t.Elem()}
	case *types.Array:
		return []types.Type{t.Elem()}
	case *types.Chan:
		return []types.Type{t.Elem()}
	case *types.Map:
		return []types.Type{t.Key(), t.Elem()}
	case *types.Tuple:
		for v := range t.Variables() {
			list = append(list, v.Type())
		}
	case *types.Signature:
		return append(partList(t.Params()), partList(t.Results())...)
	case *types.Struct:
		for f := range t.Fields() {
			list = append(list, f.Type())
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			list = append(list, m.Type())
		}
		for e := range t.EmbeddedTypes() {
			list = append(list, e)
		}
	case *types.Union:
		for term := range t.Terms() {
			list = append(list, term.Type())
		}
	}
	return list
}

func typeArgs(args *types.TypeList) []types.Type {
	var list []types.Type
	for t := range args.Types() {
		list = append(list, t)
	}
	return list
}

// Code writes a type as Go; packages are imported through jennifer's Qual. The type has to be
// sound, as the types of an Interface are.
func Code(t types.Type) *jen.Statement {
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return jen.Qual("unsafe", "Pointer")
		}
		return jen.Id(t.Name())
	case *types.Alias:
		return nameCode(t.Obj(), t.TypeArgs())
	case *types.Named:
		return nameCode(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		return jen.Id(t.Obj().Name())
	case *types.Pointer:
		return jen.Op("*").Add(Code(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(Code(t.Elem()))
	case *types.Array:
		return jen.Index(jen.Op(strconv.FormatInt(t.Len(), 10))).Add(Code(t.Elem()))
	case *types.Map:
		return jen.Map(Code(t.Key())).Add(Code(t.Elem()))
	case *types.Chan:
		return chanCode(t)
	case *types.Signature:
		return jen.Func().Add(SignatureCode(t))
	case *types.Struct:
		return structCode(t)
	case *types.Interface:
		return interfaceCode(t)
	case *types.Union:
		return unionCode(t)
	}
	panic(fmt.Sprintf("source: no Go is written as a %T", t))
}

func nameCode(name *types.TypeName, args *types.TypeList) *jen.Statement {
	code := jen.Id(name.Name())
	if name.Pkg() != nil {
		code = jen.Qual(name.Pkg().Path(), name.Name())
	}
	if args.Len() == 0 {
		return code
	}
	return code.Types(codes(typeArgs(args))...)
}

func codes(list []types.Type) []jen.Code {
	var all []jen.Code
	for _, t := range list {
		all = append(all, Code(t))
	}
	return all
}

func chanCode(t *types.Chan) *jen.Statement {
	elem := Code(t.Elem())
	// chan <-chan T is read as chan<- (chan T).
	if inner, ok := t.Elem().(*types.Chan); ok && inner.Dir() == types.RecvOnly {
		elem = jen.Parens(elem)
	}
	switch t.Dir() {
	case types.SendOnly:
		return jen.Chan().Op("<-").Add(elem)
	case types.RecvOnly:
		return jen.Op("<-").Chan().Add(elem)
	}
	return jen.Chan().Add(elem)
}

// SignatureCode writes the parameters and results of a function, with the names they have.
func SignatureCode(t *types.Signature) *jen.Statement {
	code := jen.Params(tupleCode(t.Params(), t.Variadic())...)
	results := tupleCode(t.Results(), false)
	switch {
	case len(results) == 0:
		return code
	case len(results) == 1 && t.Results().At(0).Name() == "":
		return code.Add(results[0])
	}
	return code.Params(results...)
}

// tupleCode writes parameters or results. Neighbours of one type share it.
func tupleCode(t *types.Tuple, variadic bool) []jen.Code {
	var list []jen.Code
	var named []jen.Code // that wait for their type
	for i := range t.Len() {
		v, isLast := t.At(i), i == t.Len()-1
		code := Code(v.Type())
		if slice, ok := v.Type().(*types.Slice); ok && isLast && variadic {
			code = jen.Op("...").Add(Code(slice.Elem()))
		}
		if v.Name() == "" {
			list = append(list, code)
			continue
		}
		named = append(named, jen.Id(v.Name()))
		if !isLast && !(variadic && i+1 == t.Len()-1) && v.Type().String() == t.At(i+1).Type().String() {
			continue
		}
		list = append(list, jen.List(named...).Add(code))
		named = nil
	}
	return list
}

// structCode writes a struct, on one line where gofmt leaves it there. Neighbours of one type share it.
func structCode(t *types.Struct) *jen.Statement {
	var fields, named []jen.Code // named wait for their type
	for i := range t.NumFields() {
		field := t.Field(i)
		code := Code(field.Type())
		if !field.Embedded() {
			named = append(named, jen.Id(field.Name()))
			if i+1 < t.NumFields() && sharesType(t, i) {
				continue
			}
			code = jen.List(named...).Add(code)
			named = nil
		}
		if tag := t.Tag(i); tag != "" {
			code.Op(tagCode(tag))
		}
		fields = append(fields, code)
	}
	if len(fields) == 1 {
		return jen.Custom(jen.Options{Open: "struct{", Close: "}"}, fields...)
	}
	return jen.Struct(fields...)
}

// sharesType reports whether a field of a struct can be declared with the next one.
func sharesType(t *types.Struct, i int) bool {
	a, b := t.Field(i), t.Field(i+1)
	return !b.Embedded() && t.Tag(i) == "" && t.Tag(i+1) == "" && a.Type().String() == b.Type().String()
}

// tagCode is the literal of a tag, raw where that is possible.
func tagCode(tag string) string {
	if strconv.CanBackquote(tag) {
		return "`" + tag + "`"
	}
	return strconv.Quote(tag)
}

func interfaceCode(t *types.Interface) *jen.Statement {
	if t.IsImplicit() && t.NumEmbeddeds() == 1 {
		return Code(t.EmbeddedType(0))
	}
	var elems []jen.Code
	for e := range t.EmbeddedTypes() {
		elems = append(elems, Code(e))
	}
	for _, m := range inOrder(t) {
		elems = append(elems, jen.Id(m.Name()).Add(SignatureCode(m.Signature())))
	}
	if len(elems) == 1 {
		return jen.Custom(jen.Options{Open: "interface{", Close: "}"}, elems...)
	}
	return jen.Interface(elems...)
}

// inOrder returns the methods that an interface spells out, as its source has them.
func inOrder(t *types.Interface) []*types.Func {
	return slices.SortedFunc(t.ExplicitMethods(), func(a, b *types.Func) int { return cmp.Compare(a.Pos(), b.Pos()) })
}

func unionCode(t *types.Union) *jen.Statement {
	code := &jen.Statement{}
	for i := range t.Len() {
		if i > 0 {
			code.Op("|")
		}
		if t.Term(i).Tilde() {
			code.Op("~")
		}
		code.Add(Code(t.Term(i).Type()))
	}
	return code
}
