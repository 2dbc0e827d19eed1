package trace

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
)

// bodyWords returns the identifiers that the body of a method needs to mean what they mean
// outside of it.
func (f *file) bodyWords(m *method) []string {
	if m.way == pass {
		return nil
	}
	h := &f.helpers
	var words []string
	if f.measures(m.canFail()) {
		words = append(words, f.std("time"), "nil")
	}
	if m.canFail() {
		words = append(words, h.record, "nil")
		if len(m.errors) > 1 {
			words = append(words, h.first, "error")
		}
		for _, e := range m.ignored {
			words = append(words, f.std("errors"), f.word(e.obj))
		}
	}
	for _, a := range slices.Concat(m.before, m.after) {
		words = append(words, f.std(attributePath))
		words = append(words, a.value.words...)
		for _, p := range a.value.packages {
			words = append(words, f.std(p))
		}
		if len(a.value.guards) > 0 {
			words = append(words, "nil")
		}
		if a.value.elem != nil {
			words = append(append(words, h.each, a.value.basic), f.typeWords(a.value.elem)...)
		}
	}
	for _, it := range m.iterators {
		words = append(words, "bool", "nil")
		for _, t := range it.elems {
			words = append(words, f.typeWords(t)...)
		}
	}
	if s := m.stream; s != nil {
		words = append(words, s.label, "nil", "true", "false", "error", f.std("context"), f.std("errors"), f.std("io"))
	}
	return words
}

// typeWords returns the identifiers that a type is written with.
func (f *file) typeWords(t types.Type) []string {
	var words []string
	text := types.TypeString(t, func(p *types.Package) string {
		if p == f.pkg.Types {
			return ""
		}
		return f.helpers.imports.Add(p.Path(), p.Name())
	})
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !isIdentRune(r) }) {
		if token.IsIdentifier(w) {
			words = append(words, w)
		}
	}
	return words
}

func isIdentRune(r rune) bool { return r == '_' || isKeyLetter(r) || r > 127 }

// variable is what a value of a type is called where it has no name.
func variable(t types.Type) string {
	switch t := t.(type) {
	case *types.Named:
		if obj := t.Obj(); obj.Pkg() != nil && obj.Pkg().Path() == "context" && obj.Name() == "Context" {
			return "ctx"
		}
		if types.Identical(t, builtinError()) {
			return "err"
		}
		return lower(t.Obj().Name())
	case *types.Alias:
		return lower(t.Obj().Name())
	case *types.TypeParam:
		return "v"
	case *types.Pointer:
		return variable(t.Elem())
	case *types.Slice:
		return plural(variable(t.Elem()))
	case *types.Array:
		return plural(variable(t.Elem()))
	case *types.Map:
		return "m"
	case *types.Chan:
		return "ch"
	case *types.Signature:
		return "fn"
	case *types.Basic:
		switch info := t.Info(); {
		case info&types.IsString != 0:
			return "s"
		case info&types.IsInteger != 0:
			return "n"
		case info&types.IsFloat != 0:
			return "f"
		case info&types.IsBoolean != 0:
			return "b"
		}
	}
	return "v"
}

func plural(name string) string {
	switch {
	case len(name) < 2, strings.HasSuffix(name, "s"):
		return name
	}
	return name + "s"
}

// lower is a type's or a method's name as that of a variable: HTTPServer is httpServer.
func lower(name string) string {
	letters := []rune(name)
	for i, c := range letters {
		if i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
			break
		}
		if unicode.IsLower(c) {
			break
		}
		letters[i] = unicode.ToLower(c)
	}
	return string(letters)
}
