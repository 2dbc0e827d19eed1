package code

import (
	"go/ast"
	"go/token"
	"path"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// AddImport returns the name by which the file at pos can refer to the package of that path,
// and the edit that imports it when the file does not do so yet. want is the name to import it
// under where nothing of that name is in sight; it is the package's own unless the path ends
// in something else.
//
// ok is false where the package cannot be named at pos: the name is taken, or hidden.
func AddImport(pass *analysis.Pass, pos token.Pos, importPath, want string) (name string, edits []analysis.TextEdit, ok bool) {
	f := File(pass, pos)
	if f == nil {
		return "", nil, false
	}
	scope := pass.TypesInfo.Scopes[f]
	if scope == nil {
		return "", nil, false
	}
	if inner := scope.Innermost(pos); inner != nil {
		scope = inner
	}
	for _, spec := range f.Imports {
		have, err := strconv.Unquote(spec.Path.Value)
		if err != nil || have != importPath {
			continue
		}
		obj := pass.TypesInfo.PkgNameOf(spec)
		if obj == nil || obj.Name() == "_" || obj.Name() == "." {
			continue
		}
		if _, found := scope.LookupParent(obj.Name(), pos); found != obj {
			return "", nil, false
		}
		return obj.Name(), nil, true
	}
	if _, found := scope.LookupParent(want, pos); found != nil || pass.Pkg.Scope().Lookup(want) != nil {
		return "", nil, false
	}
	line := strconv.Quote(importPath)
	if path.Base(importPath) != want {
		line = want + " " + line
	}
	return want, []analysis.TextEdit{importEdit(f, importPath, line)}, true
}

// importEdit inserts an import line where the sorted list wants it.
func importEdit(f *ast.File, importPath, line string) analysis.TextEdit {
	var block *ast.GenDecl
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT && (block == nil || g.Lparen.IsValid()) && !isCgo(g) {
			block = g
			if g.Lparen.IsValid() {
				break
			}
		}
	}
	switch {
	case block == nil:
		return Insert(f.Name.End(), "\n\nimport "+line)
	case !block.Lparen.IsValid():
		return Insert(block.End(), "\nimport "+line)
	}
	// Behind the last import that sorts before it and is of the same kind: the standard
	// library's, or others'.
	var after ast.Spec
	for _, s := range block.Specs {
		have, err := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
		if err == nil && IsStandard(have) == IsStandard(importPath) && have < importPath {
			after = s
		}
	}
	if after == nil && len(block.Specs) > 0 {
		for _, s := range block.Specs {
			have, err := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
			if err == nil && IsStandard(have) == IsStandard(importPath) {
				return Insert(start(s.(*ast.ImportSpec)), line+"\n\t")
			}
		}
		if IsStandard(importPath) {
			return Insert(block.Lparen+1, "\n\t"+line+"\n")
		}
		last := block.Specs[len(block.Specs)-1]
		return Insert(end(last.(*ast.ImportSpec)), "\n\n\t"+line)
	}
	if after == nil {
		return Insert(block.Lparen+1, "\n\t"+line+"\n")
	}
	return Insert(end(after.(*ast.ImportSpec)), "\n\t"+line)
}

// start is where an import begins, with the comment above it; end where it ends, with the one
// beside it.
func start(s *ast.ImportSpec) token.Pos {
	if s.Doc != nil {
		return s.Doc.Pos()
	}
	return s.Pos()
}

func end(s *ast.ImportSpec) token.Pos {
	if s.Comment != nil {
		return s.Comment.End()
	}
	return s.End()
}

// Insert returns the edit that puts text in at pos.
func Insert(pos token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

// IsStandard reports whether an import path looks like one of the standard library.
func IsStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func isCgo(g *ast.GenDecl) bool {
	for _, s := range g.Specs {
		if i, ok := s.(*ast.ImportSpec); ok && i.Path.Value == `"C"` {
			return true
		}
	}
	return false
}
