package fix

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/report"
)

// file is a file that fixes change.
type file struct {
	refusal Reason // why it may not be changed, or ""
	old     []byte
	syntax  *ast.File // of old
	head    int       // offset of the end of the imports
	isCRLF  bool      // every line ends so
	edits   []report.Edit
}

func newFile(content []byte) *file {
	f := &file{old: content}
	fset := token.NewFileSet()
	var err error
	if f.syntax, err = parser.ParseFile(fset, "", content, parser.ParseComments); err != nil {
		f.refusal = Broken
		return f
	}
	if ast.IsGenerated(f.syntax) {
		f.refusal = Generated
	}
	end := f.syntax.Name.End()
	for _, d := range f.syntax.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			end = g.End()
		}
	}
	f.head = fset.Position(end).Offset
	lines := bytes.Count(content, []byte("\n"))
	f.isCRLF = lines > 0 && bytes.Count(content, []byte("\r\n")) == lines
	return f
}

func (f *file) isFormatted() bool {
	formatted, err := format.Source(f.old)
	return err == nil && bytes.Equal(formatted, f.old)
}

// clash reports whether two edits cannot both be made. The same edit twice can, and so can two
// that add imports at one place, and neighbours.
func (f *file) clash(a, b report.Edit) bool {
	switch {
	case a.File != b.File || a == b:
		return false
	case a.Start == a.End && b.Start == b.End:
		return a.Start == b.Start && !(f.addsImport(a) && f.addsImport(b))
	}
	return a.Start < b.End && b.Start < a.End
}

func (f *file) addsImport(e report.Edit) bool {
	return e.Start == e.End && e.Start <= f.head &&
		regexp.MustCompile(`^\s*(import\s+)?([\pL_.][\pL\pN_]*\s+)?"[^"\n]+"\s*$`).MatchString(e.New)
}

// isStillGo reports whether a new content of the file parses, and imports no two packages
// under one name if the old does not.
func (f *file) isStillGo(content []byte) bool {
	syntax, err := parser.ParseFile(token.NewFileSet(), "", content, parser.SkipObjectResolution)
	return err == nil && (!hasTwice(syntax) || hasTwice(f.syntax))
}

func hasTwice(syntax *ast.File) bool {
	seen := map[string]bool{}
	for _, spec := range syntax.Imports {
		name := importNames(spec)[0]
		if name == "_" || name == "." {
			continue
		}
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// importNames returns the names under which a file may know an import: its own, or those that
// packages of such paths are called by, the most likely first.
func importNames(spec *ast.ImportSpec) []string {
	if spec.Name != nil {
		return []string{spec.Name.Name}
	}
	p, _ := strconv.Unquote(spec.Path.Value) // the parser has seen to that
	base := path.Base(p)
	if dir := path.Dir(p); dir != "." && regexp.MustCompile(`^v[0-9]+$`).MatchString(base) {
		base = path.Base(dir) // a major version; or the package is called so: see below
	}
	base = regexp.MustCompile(`\.v[0-9]+$`).ReplaceAllString(base, "") // gopkg.in
	list := []string{base, path.Base(p)}
	for _, other := range []string{strings.TrimPrefix(base, "go-"), strings.TrimSuffix(base, "-go"), strings.TrimSuffix(base, ".go")} {
		list = append(list, other, strings.ReplaceAll(other, "-", ""), strings.ReplaceAll(other, "-", "_"))
		if i := strings.LastIndexAny(other, "-."); i >= 0 {
			list = append(list, other[i+1:])
		}
	}
	return list
}

// withoutUnused removes from the content the imports that the old content has and uses, and
// the new one does not use.
func (f *file) withoutUnused(content []byte) []byte {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", content, parser.ParseComments)
	if err != nil {
		return content
	}
	before, after := uses(f.syntax), uses(syntax)
	isLost := func(spec *ast.ImportSpec) bool {
		had := slices.ContainsFunc(f.syntax.Imports, func(old *ast.ImportSpec) bool {
			return old.Path.Value == spec.Path.Value && importNames(old)[0] == importNames(spec)[0]
		})
		// A name that may be meant is not when another import has it for sure.
		names := slices.DeleteFunc(importNames(spec), func(name string) bool {
			return slices.ContainsFunc(syntax.Imports, func(other *ast.ImportSpec) bool { return other != spec && importNames(other)[0] == name })
		})
		return had && spec.Path.Value != `"C"` &&
			slices.ContainsFunc(names, func(n string) bool { return before[n] }) &&
			!slices.ContainsFunc(names, func(n string) bool { return after[n] })
	}
	var cuts [][2]int
	for _, d := range syntax.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		lost := slices.DeleteFunc(slices.Clone(g.Specs), func(s ast.Spec) bool { return !isLost(s.(*ast.ImportSpec)) })
		if len(lost) > 0 && len(lost) == len(g.Specs) {
			var behind *ast.CommentGroup
			if !g.Lparen.IsValid() {
				behind = lost[0].(*ast.ImportSpec).Comment
			}
			cuts = append(cuts, cut(fset, content, g.Doc, g, behind))
			continue
		}
		for _, s := range lost {
			spec := s.(*ast.ImportSpec)
			cuts = append(cuts, cut(fset, content, spec.Doc, spec, spec.Comment))
		}
	}
	for _, c := range slices.Backward(cuts) {
		content = slices.Delete(slices.Clone(content), c[0], c[1])
	}
	return content
}

// cut returns what to remove with a node: its comments, and the lines that it has to itself.
func cut(fset *token.FileSet, content []byte, doc *ast.CommentGroup, n ast.Node, behind *ast.CommentGroup) [2]int {
	start, end := fset.Position(n.Pos()).Offset, fset.Position(n.End()).Offset
	if doc != nil {
		start = fset.Position(doc.Pos()).Offset
	}
	if behind != nil {
		end = fset.Position(behind.End()).Offset
	}
	lineStart := 1 + bytes.LastIndexByte(content[:start], '\n')
	lineEnd := len(content)
	if i := bytes.IndexByte(content[end:], '\n'); i >= 0 {
		lineEnd = end + i + 1
	}
	rest := bytes.TrimSpace(content[end:lineEnd])
	isAlone := len(bytes.TrimSpace(content[lineStart:start])) == 0
	switch {
	case isAlone && (len(rest) == 0 || bytes.Equal(rest, []byte(";"))):
		return [2]int{lineStart, lineEnd}
	case bytes.HasPrefix(rest, []byte(";")):
		end += 1 + bytes.IndexByte(content[end:], ';')
	}
	return [2]int{start, end}
}

// uses returns the names that stand before a dot and that the file itself does not declare.
func uses(syntax *ast.File) map[string]bool {
	unresolved := map[*ast.Ident]bool{}
	for _, id := range syntax.Unresolved {
		unresolved[id] = true
	}
	used := map[string]bool{}
	ast.Inspect(syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && unresolved[id] {
				used[id.Name] = true
			}
		}
		return true
	})
	return used
}
