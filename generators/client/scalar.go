package client

import (
	"go/types"
	"reflect"
)

// scalar is how a type is written as text.
type scalar struct {
	kind kind
	t    types.Type
}

type kind int

const (
	unknown kind = iota
	text
	truth
	integer
	natural
	float
	moment
	duration
	marshaler
)

// scalarOf tells how a type is written as text, if it is.
func scalarOf(t types.Type) (scalar, bool) {
	switch {
	case isNamedType(t, "time", "Time"):
		return scalar{moment, t}, true
	case isNamedType(t, "time", "Duration"):
		return scalar{duration, t}, true
	case isPointer(t):
		return scalar{}, false
	case hasMethod(t, "MarshalText") && hasMethod(t, "UnmarshalText"):
		return scalar{marshaler, t}, !types.IsInterface(t)
	}
	basic, ok := t.Underlying().(*types.Basic)
	if !ok {
		return scalar{}, false
	}
	var k kind
	switch info := basic.Info(); {
	case info&types.IsString != 0:
		k = text
	case info&types.IsBoolean != 0:
		k = truth
	case info&types.IsUnsigned != 0 && basic.Kind() != types.Uintptr:
		k = natural
	case info&types.IsInteger != 0 && basic.Kind() != types.Uintptr:
		k = integer
	case info&types.IsFloat != 0:
		k = float
	}
	return scalar{k, t}, k != unknown
}

// queryForm tells how a type stands in a query, if it can. Bytes are not many numbers.
func queryForm(t types.Type) (form, scalar, bool) {
	if s, ok := scalarOf(t); ok {
		return single, s, true
	}
	if hasMethod(t, "MarshalJSON") && !isPointer(t) {
		return 0, scalar{}, false
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Pointer:
		if _, isNamed := types.Unalias(t).(*types.Named); !isNamed {
			s, ok := scalarOf(u.Elem())
			return optional, s, ok
		}
	case *types.Slice:
		s, ok := scalarOf(u.Elem())
		basic, isBasic := u.Elem().Underlying().(*types.Basic)
		return several, s, ok && !(isBasic && basic.Kind() == types.Byte)
	}
	return 0, scalar{}, false
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

func isNamedType(t types.Type, pkg, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == pkg && named.Obj().Name() == name
}

func isContext(t types.Type) bool { return isNamedType(t, "context", "Context") }

// hasMethod tells whether a value that can be addressed has a method.
func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}

// describe names a type for a person.
func describe(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

// jsonFault says why values of a type cannot go as JSON and come back, "" when they can.
func jsonFault(t types.Type) string { return jsonReader{seen: map[string]bool{}}.fault(t) }

// jsonReader looks into each type once.
type jsonReader struct{ seen map[string]bool }

// maxTypes bounds what is looked into: a generic type may lead to ever longer instances of itself.
const maxTypes = 10_000

func (j jsonReader) fault(t types.Type) string {
	name := types.TypeString(t, nil)
	if j.seen[name] || len(j.seen) > maxTypes || len(name) > maxTypes {
		return ""
	}
	j.seen[name] = true
	switch {
	case hasMethod(t, "ProtoReflect"):
		return describe(t) + " is a message of protobuf, which encoding/json does not know"
	case !types.IsInterface(t) && (hasMethod(t, "MarshalJSON") || hasMethod(t, "MarshalText")):
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Info()&types.IsComplex != 0 || u.Kind() == types.UnsafePointer {
			return describe(t) + " is not known to JSON"
		}
	case *types.Pointer:
		return j.fault(u.Elem())
	case *types.Slice:
		return j.fault(u.Elem())
	case *types.Array:
		return j.fault(u.Elem())
	case *types.Map:
		return j.mapFault(u)
	case *types.Struct:
		return j.structFault(u)
	case *types.Interface:
		if !u.Empty() {
			return "nothing tells which value a " + describe(t) + " is"
		}
	case *types.Chan:
		return describe(t) + " is a channel"
	case *types.Signature:
		return describe(t) + " is a function"
	}
	return ""
}

func (j jsonReader) mapFault(t *types.Map) string {
	basic, ok := t.Key().Underlying().(*types.Basic)
	if !hasMethod(t.Key(), "MarshalText") && (!ok || basic.Info()&(types.IsString|types.IsInteger) == 0) {
		return "the keys of " + describe(t) + " are no text"
	}
	return j.fault(t.Elem())
}

func (j jsonReader) structFault(t *types.Struct) string {
	for i := range t.NumFields() {
		field := t.Field(i)
		if tagged(t.Tag(i)) == "-" || !field.Exported() && !field.Embedded() {
			continue
		}
		if why := j.fault(field.Type()); why != "" {
			return "field " + field.Name() + ": " + why
		}
	}
	return ""
}

// tagged is what a tag says to encoding/json.
func tagged(tag string) string { return reflect.StructTag(tag).Get("json") }
