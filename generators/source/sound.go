package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// sound says which type that an interface names cannot be written in the package, and why.
func (p *Package) sound(in *Interface, u *unit, d *declaration) *fault.Fault {
	constraints := flat(d.spec.(*ast.TypeSpec).TypeParams)
	for i, param := range in.TypeParams {
		if f := p.writable(param.Constraint, u, d.file, constraints[i]); f != nil {
			f.Problem = "constraint of " + param.Name + ": " + f.Problem
			return placed(f, p.Fset.Position(constraints[i].Pos()))
		}
	}
	for _, m := range in.Methods {
		for i, param := range m.Params {
			if f := p.soundParam(m, param, "parameter", i); f != nil {
				return f
			}
		}
		for i, result := range m.Results {
			if f := p.soundParam(m, result, "result", i); f != nil {
				return f
			}
		}
	}
	return p.unsound(u, d.spec)
}

// flat returns the type of each name in a list.
func flat(list *ast.FieldList) []ast.Expr {
	var types []ast.Expr
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		for range max(len(field.Names), 1) {
			types = append(types, field.Type)
		}
	}
	return types
}

// unsound says what the type checker has found in a part of the package that is not seen in the
// types themselves. Elsewhere it cannot be asked: of other packages not everything is checked.
func (p *Package) unsound(u *unit, n ast.Node) *fault.Fault {
	for _, e := range u.unsound {
		if u.isRoot && n.Pos() <= e.Pos && e.Pos < n.End() && !strings.Contains(e.Msg, "does not satisfy") {
			at := p.Fset.Position(e.Pos)
			if strings.HasPrefix(e.Msg, "\t") { // the error before goes on, and is of another declaration
				e.Msg = "invalid recursive type"
			}
			return &fault.Fault{
				File: at.Filename, Line: at.Line, Column: at.Column,
				Problem: oneLine(e.Msg), Remedy: "correct the declaration",
			}
		}
	}
	return nil
}

func (p *Package) soundParam(m Method, param Param, role string, i int) *fault.Fault {
	f := p.writable(param.Type, m.unit, m.file, param.syntax)
	if f == nil {
		return nil
	}
	at := m.Pos
	if param.Pos.IsValid() {
		at = param.Pos
	}
	name := param.Name
	if name == "" || name == "_" {
		name = strconv.Itoa(i + 1)
	}
	f.Problem = role + " " + name + " of " + m.Name + ": " + f.Problem
	return placed(f, at)
}

// placed puts a fault that has no place yet at one.
func placed(f *fault.Fault, at token.Position) *fault.Fault {
	if f.File == "" {
		f.File, f.Line, f.Column = at.Filename, at.Line, at.Column
	}
	return f
}

// writable says what is against writing a type in the package. The type comes from an expression
// in a file of a unit, which may be nil.
func (p *Package) writable(t types.Type, u *unit, f *file, e ast.Expr) *fault.Fault {
	var found *fault.Fault
	walk(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Basic:
			if found = p.shadowed(t.Name()); isInvalid(t) {
				found = p.explain(u, f, e, "its type")
			}
		case *types.Named:
			found = p.usable(t.Obj())
		case *types.Alias:
			found = p.usable(t.Obj())
		case *types.Struct:
			for field := range t.Fields() {
				found = orFault(found, p.nameable("field", field))
			}
		case *types.Interface:
			for m := range t.ExplicitMethods() {
				found = orFault(found, p.nameable("method", m))
			}
		}
		return found == nil
	})
	return found
}

// usable says what is against naming a type in the package.
func (p *Package) usable(name *types.TypeName) *fault.Fault {
	pkg := name.Pkg()
	if pkg == nil {
		return p.shadowed(name.Name())
	}
	if pkg == p.Types {
		return nil
	}
	written := pkg.Name() + "." + name.Name()
	switch {
	case !name.Exported():
		return &fault.Fault{Problem: written + " is not exported", Remedy: "export it, or write the directive in package " + pkg.Path()}
	case !isImportable(pkg.Path(), p.Path):
		return &fault.Fault{
			Problem: written + " is of the internal package " + pkg.Path() + ", which package " + p.Path + " may not import",
			Remedy:  "write the directive in a package that may import it",
		}
	case pkg.Name() == "main":
		return &fault.Fault{Problem: written + " is of a command, which cannot be imported", Remedy: "move the type to a package of its own"}
	}
	return nil
}

// shadowed says that the package has another meaning for a predeclared name.
func (p *Package) shadowed(name string) *fault.Fault {
	if p.unit.scope[name] == nil {
		return nil
	}
	return &fault.Fault{
		Problem: "package " + p.Path + " declares its own " + name + ", so that it cannot name Go's",
		Remedy:  "give the declaration of the package another name",
	}
}

// nameable says that a part of a type literal belongs to another package.
func (p *Package) nameable(what string, part types.Object) *fault.Fault {
	if part.Exported() || part.Pkg() == p.Types {
		return nil
	}
	return &fault.Fault{
		Problem: "its " + what + " " + part.Name() + " is of package " + part.Pkg().Path() + " alone",
		Remedy:  "give the type a name there",
	}
}

// isImportable reports whether the rules for internal packages allow an import. A folder vendor is only
// in the standard library part of a path.
func isImportable(imported, by string) bool {
	by = strings.TrimSuffix(by, "_test")
	before, _, hidden := cutElement(imported, "internal")
	if strings.HasPrefix(imported, "vendor/") {
		return false
	}
	return !hidden || before != "" && (by == before || strings.HasPrefix(by, before+"/"))
}

// cutElement parts a path before and behind the last element of a name.
func cutElement(importPath, element string) (before, after string, ok bool) {
	elements := strings.Split(importPath, "/")
	for i := len(elements) - 1; i >= 0; i-- {
		if elements[i] == element {
			return path.Join(elements[:i]...), path.Join(elements[i+1:]...), true
		}
	}
	return importPath, "", false
}

// imports reports whether a unit that is not the package's own imports the package.
func (p *Package) imports(u *unit) bool {
	return u != p.unit && u.reaches(p.unit)
}

// reaches reports whether a unit imports another, directly or not.
func (u *unit) reaches(other *unit) bool {
	seen := map[*unit]bool{}
	var from func(*unit) bool
	from = func(u *unit) bool {
		if seen[u] {
			return false
		}
		seen[u] = true
		for _, imported := range u.imports {
			if imported == other || from(imported) {
				return true
			}
		}
		return false
	}
	return from(u)
}

// unsoundName says what is wrong with the declaration of a type, which is not its parts.
func (p *Package) unsoundName(name *types.TypeName, at ast.Node) *fault.Fault {
	if u, d := p.world.declaration(name); d != nil {
		if f := p.unsound(u, d.spec); f != nil {
			return f
		}
	}
	return placed(&fault.Fault{
		Problem: name.Name() + " is declared in terms of itself", Remedy: "correct its declaration, and those of the types in it",
	}, p.Fset.Position(at.Pos()))
}

func isInvalid(t types.Type) bool {
	basic, ok := t.(*types.Basic)
	return t == nil || ok && basic.Kind() == types.Invalid
}

// explain says why an expression in a file denotes no type.
func (p *Package) explain(u *unit, f *file, e ast.Expr, what string) *fault.Fault {
	var found *fault.Fault
	if e != nil {
		ast.Inspect(e, func(n ast.Node) bool {
			if found != nil {
				return false
			}
			switch n := n.(type) {
			case *ast.Field:
				found = p.explainOnly(u, f, n.Type)
				return false
			case *ast.SelectorExpr:
				found = p.unresolved(u, f, n)
				return false
			case *ast.Ident:
				found = p.undeclared(u, f, n)
			}
			return found == nil
		})
	}
	if found == nil && e != nil {
		found = p.unsound(u, e)
	}
	if found == nil {
		found = &fault.Fault{Problem: what + " is not sound", Remedy: "make the package compile as far as the interface goes"}
	}
	if e == nil {
		return found
	}
	return placed(found, p.Fset.Position(e.Pos()))
}

func (p *Package) explainOnly(u *unit, f *file, e ast.Expr) *fault.Fault {
	if !isInvalid(p.world.info.TypeOf(e)) {
		return nil
	}
	return p.explain(u, f, e, "its type")
}

// unresolved says why a name of another package denotes nothing.
func (p *Package) unresolved(u *unit, f *file, e *ast.SelectorExpr) *fault.Fault {
	x, ok := e.X.(*ast.Ident)
	if !ok {
		return nil
	}
	found := placed(new(fault.Fault), p.Fset.Position(e.Pos()))
	written := x.Name + "." + e.Sel.Name
	spec := f.imports[x.Name]
	if spec == nil {
		found.Problem, found.Remedy = written+": no import is called "+x.Name, "import the package"
		return found
	}
	imported := u.imports[importPath(spec)]
	switch {
	case imported != nil && imported.reaches(u):
		found.Problem, found.Remedy = written+": packages "+imported.path+" and "+u.path+" import each other", "move what both need to a third"
	case importPath(spec) == "C":
		found.Problem, found.Remedy = written+" is a type of cgo, which has no name in Go that can be written elsewhere", "declare a Go type of it, and name that in the interface"
	case importPath(spec) == "unsafe" && e.Sel.Name == "Pointer":
		return nil
	case imported == nil || len(imported.files) == 0:
		found.Problem, found.Remedy = written+": package "+importPath(spec)+" is not found"+because(imported), "run: go get "+importPath(spec)
		if own := u.module.Path; importPath(spec) == own || strings.HasPrefix(importPath(spec), own+"/") {
			found.Problem, found.Remedy = written+": package "+importPath(spec)+" has no Go file", "write the package, or correct the import"
		} else if _, err := os.Stat(filepath.Join(u.home.dir, "vendor", "modules.txt")); err == nil {
			found.Remedy = "run: go mod vendor"
		}
	case imported.scope[e.Sel.Name] == nil:
		found.Problem, found.Remedy = "package "+imported.path+" has no "+e.Sel.Name, "declare it, or correct the name"
		if near := nearest(imported, e.Sel.Name); near != "" {
			found.Remedy = "did you mean " + x.Name + "." + near + "?"
		}
	default:
		return nil
	}
	return found
}

// because is what the go command says against a package, as the end of a sentence.
func because(u *unit) string {
	if u == nil || len(u.problems) == 0 {
		return ""
	}
	return " (" + oneLine(u.problems[0]) + ")"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// undeclared says that a name denotes nothing.
func (p *Package) undeclared(u *unit, f *file, e *ast.Ident) *fault.Fault {
	if p.world.info.Uses[e] != nil || u.scope[e.Name] != nil || types.Universe.Lookup(e.Name) != nil || f.imports[e.Name] != nil {
		return nil
	}
	found := p.world.elsewhere(u, e.Name)
	if found == nil {
		found = &fault.Fault{Problem: e.Name + " is not declared", Remedy: "declare it, or correct the name"}
		if near := nearest(u, e.Name); near != "" {
			found.Remedy = "did you mean " + near + "?"
		}
	}
	return placed(found, p.Fset.Position(e.Pos()))
}

// nearest is the declared name that was probably meant.
func nearest(u *unit, name string) string { return names.Nearest(name, sortedKeys(u.scope)) }
