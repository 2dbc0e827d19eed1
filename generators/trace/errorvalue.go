package trace

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
)

// errorValue is an error that is no failure.
type errorValue struct {
	name string // as it was written, for comments
	obj  types.Object
}

func (e *errorValue) code() *jen.Statement { return jen.Qual(e.obj.Pkg().Path(), e.obj.Name()) }

// errorValues finds the errors that comments name.
func (f *file) errorValues(declared *types.Package, comments []ignoreComment, faults []*fault.Fault) ([]*errorValue, []*fault.Fault) {
	var found []*errorValue
	for _, c := range comments {
		syntax, name := f.syntax(c.pos.Filename), c.name
		if syntax == nil && !strings.Contains(name, ".") {
			name = declared.Path() + "." + name // the comment stands in another package
		}
		e, problem := f.errorValue(syntax, name)
		if problem != nil {
			faults = append(faults, at(c.pos, problem.Problem, problem.Remedy))
			continue
		}
		e.name = c.name
		found = union(found, []*errorValue{e})
	}
	return found, faults
}

// flagErrors finds the errors that the flag names.
func (f *file) flagErrors(of *source.Interface, faults []*fault.Fault) ([]*errorValue, []*fault.Fault) {
	var found []*errorValue
	for _, name := range f.options.Ignore {
		e, problem := f.errorValue(f.syntax(of.Pos.Filename), strings.TrimSpace(name))
		if problem != nil {
			problem.Problem = "-ignore: " + problem.Problem
			faults = append(faults, problem)
			continue
		}
		found = union(found, []*errorValue{e})
	}
	return found, faults
}

func (f *file) errorValue(in *ast.File, name string) (*errorValue, *fault.Fault) {
	obj, err := f.pkg.Object(in, name)
	if err != nil {
		return nil, asFault(err)
	}
	problem := ""
	switch obj.(type) {
	case *types.Var, *types.Const:
		if !isError(obj.Type()) {
			problem = name + " is no error"
		}
	case *types.TypeName:
		problem = name + " is a type, and no error to compare with"
	default:
		problem = name + " is no variable and no constant"
	}
	if problem != "" {
		return nil, &fault.Fault{Problem: problem, Remedy: "name an error that errors.Is can find, such as io.EOF"}
	}
	return &errorValue{name, obj}, nil
}

func errorInterface() *types.Interface { return builtinError().Underlying().(*types.Interface) }

func isError(t types.Type) bool { return types.Implements(t, errorInterface()) }

// union is a with what it lacks of b.
func union(a, b []*errorValue) []*errorValue {
	for _, e := range b {
		if !slices.ContainsFunc(a, func(have *errorValue) bool { return have.obj == e.obj }) {
			a = append(a, e)
		}
	}
	return a
}
