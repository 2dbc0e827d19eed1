package source

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"strconv"
)

// unit is a package as the go command builds it; what it builds for a test is another unit.
type unit struct {
	id, path, name, dir string
	home                *home
	files, ignored      []string         // absolute
	imports             map[string]*unit // by the path in the source
	module              Module
	problems            []string // what the go command says against it
	isRoot              bool     // output becomes part of it
	isLocal             bool     // of a main module, or of none: who works here has written it

	parsed  bool
	syntax  []*file
	broken  scanner.ErrorList         // where the files are no Go
	scope   map[string]*declaration   // of the package
	methods map[string][]*declaration // by the name of the receiver's type

	neighbours []*ast.File

	types   *types.Package
	checker *types.Checker
	pending []*declaration // wanted, and without types yet
	unsound []types.Error
}

// file is a file of a unit.
type file struct {
	*ast.File
	imports map[string]*ast.ImportSpec // by the name in the file
	dots    []*ast.ImportSpec
}

// declaration is the smallest part of a file that has a meaning by itself: a type, a variable
// with those that are declared by the same expression, a group of constants, a function or method.
type declaration struct {
	file   *file
	syntax ast.Decl
	spec   ast.Spec // of a type or variable
	uses   []*ast.ImportSpec
	wanted bool
	whole  bool // the fields that nobody else can name are wanted too
}

// parse reads the unit's files, as far as they are Go.
func (w *World) parse(u *unit) {
	if u.parsed {
		return
	}
	u.parsed, u.scope, u.methods = true, map[string]*declaration{}, map[string][]*declaration{}
	for _, name := range u.files {
		syntax, err := w.parseFile(name)
		if list, ok := errors.AsType[scanner.ErrorList](err); ok {
			u.broken = append(u.broken, list...)
		}
		if syntax == nil || syntax.Name == nil {
			continue
		}
		for _, spec := range syntax.Imports {
			// In a cycle of imports one is not listed.
			if p := importPath(spec); u.imports[p] == nil && u.home.units[p] != nil {
				u.imports[p] = u.home.units[p]
			}
		}
		f := u.file(syntax)
		u.syntax = append(u.syntax, f)
		for _, d := range syntax.Decls {
			u.declare(f, d)
		}
	}
}

func (w *World) parseFile(name string) (*ast.File, error) {
	content, ok := w.overlay[name]
	if !ok {
		var err error
		if content, err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return parser.ParseFile(w.fset, name, withoutBodies(content), parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
}

// file notes under which names a file imports.
func (u *unit) file(syntax *ast.File) *file {
	f := &file{File: syntax, imports: map[string]*ast.ImportSpec{}}
	for _, spec := range syntax.Imports {
		switch name := u.importName(spec); name {
		case ".":
			f.dots = append(f.dots, spec)
		default:
			f.imports[name] = spec
		}
	}
	return f
}

// importName is the name that an import has in its file.
func (u *unit) importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return u.ownName(spec)
}

// ownName is the name that an imported package gives itself.
func (u *unit) ownName(spec *ast.ImportSpec) string {
	if imported := u.imports[importPath(spec)]; imported != nil && imported.name != "" {
		return imported.name
	}
	return guessName(importPath(spec))
}

func importPath(spec *ast.ImportSpec) string {
	unquoted, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return spec.Path.Value
	}
	return unquoted
}

// declare notes what a declaration declares. Of two of one name the first counts.
func (u *unit) declare(f *file, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		one := &declaration{file: f, syntax: d}
		if d.Recv == nil {
			u.bind(d.Name, one)
			return
		}
		if base := receiver(d); base != "" {
			u.methods[base] = append(u.methods[base], one)
		}
	case *ast.GenDecl:
		group := &declaration{file: f, syntax: d}
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				u.bind(spec.Name, &declaration{file: f, syntax: d, spec: spec})
			case *ast.ValueSpec:
				one := group
				if d.Tok == token.VAR {
					one = &declaration{file: f, syntax: d, spec: spec}
				}
				for _, name := range spec.Names {
					u.bind(name, one)
				}
			}
		}
	}
}

// bind binds a name of the package to its declaration.
func (u *unit) bind(name *ast.Ident, d *declaration) {
	if u.scope[name.Name] == nil && name.Name != "_" {
		u.scope[name.Name] = d
	}
}

// receiver is the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	if len(d.Recv.List) != 1 {
		return ""
	}
	at := d.Recv.List[0].Type
	for {
		switch e := at.(type) {
		case *ast.ParenExpr:
			at = e.X
		case *ast.StarExpr:
			at = e.X
		case *ast.IndexExpr:
			at = e.X
		case *ast.IndexListExpr:
			at = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}
