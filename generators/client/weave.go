package client

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/blueprints/client"
	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/names"
)

// sheet is a file that is put together from parts of blueprints/client and what jennifer makes.
type sheet struct {
	*target
	path, name string // of its package
	made       *jen.File
	scope      *names.Scope
	imports    *source.Imports
	moves      map[string]string     // where imports of a blueprint go
	selections map[string]identifier // and what becomes of some of their names, by path.Name
	parts      []string              // declarations, in order
	lines      map[string]string     // of the imports, by path
	read       map[string]blueprint  // blueprints, by their names
	parsed     map[string]blueprint
}

// identifier is a name of a package.
type identifier struct{ path, name string }

// newSheet returns an empty file of the package at importPath, in which names are in use.
func (t *target) newSheet(importPath, name string, taken []string) *sheet {
	s := &sheet{
		target: t, path: importPath, name: name, made: jen.NewFilePathName(importPath, name),
		scope: names.NewScope(taken...),
		moves: map[string]string{
			client.Path + "/authority": importPath,
			client.Path + "/web":       t.p.Path, client.Path + "/rpc": t.p.Path,
			client.Path + "/ownweb": t.p.Path, client.Path + "/ownrpc": t.p.Path,
		},
		selections: map[string]identifier{},
		lines:      map[string]string{},
		read:       map[string]blueprint{},
		parsed:     map[string]blueprint{},
	}
	for _, name := range []string{"httpclient", "grpcclient", "identity", "identity/identitytest"} {
		s.moves["github.com/mintwright/mintwright/blueprints/service/"+name] = t.service + name
	}
	s.imports = source.NewImports(s.made, s.scope)
	return s
}

// reserve gives the imports of blueprints their names, before any other name is chosen.
func (s *sheet) reserve(files ...string) {
	for _, name := range files {
		list := s.importsOf(s.parse(name))
		for _, importPath := range slices.Sorted(maps.Keys(list)) {
			if target := s.moved(importPath); target != s.path {
				s.imports.Add(target, list[importPath])
			}
		}
	}
}

// packageName is the name of a package that a blueprint imports.
func (s *sheet) packageName(importPath string) string {
	if importPath == s.p.Path {
		return s.p.Name
	}
	return guess(importPath)
}

// guess is the name of a package that its path suggests, by the rules of goimports.
func guess(importPath string) string {
	base := path.Base(importPath)
	if number, ok := strings.CutPrefix(base, "v"); ok {
		if _, err := strconv.Atoi(number); err == nil {
			base = path.Base(path.Dir(importPath))
		}
	}
	base = strings.TrimPrefix(base, "go-")
	if end := strings.IndexFunc(base, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }); end >= 0 {
		base = base[:end]
	}
	return base
}

func (s *sheet) moved(importPath string) string {
	if target, ok := s.moves[importPath]; ok {
		return target
	}
	return importPath
}

// blueprint is a file of blueprints/client in the words of the target.
type blueprint struct {
	src   []byte
	file  *ast.File
	at    *token.File
	edits []edit // what text changes, in order
}

// edit says what stands in the place of a piece of a source.
type edit struct {
	start, end int
	text       string
}

// parse reads a blueprint, once.
func (s *sheet) parse(name string) blueprint {
	if b, ok := s.read[name]; ok {
		return b
	}
	if b, ok := s.parsed[name]; ok {
		return b
	}
	src := s.rename(client.File(name))
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		panic(err) // it compiles, and a rename of identifiers does not change that
	}
	s.parsed[name] = blueprint{src: src, file: file, at: fset.File(file.Package)}
	return s.parsed[name]
}

// ownName finds the package of a blueprint in a comment.
var ownName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^(\s*//.*)\b(?:own)?(?:web|rpc)\.`)
})

// rename says the target's name for Sample. What it brings is not looked at again.
func (s *sheet) rename(src []byte) []byte {
	src = s.renameSamples(src)
	src = bytes.ReplaceAll(src, []byte(" implements HealthClient "), []byte(" implements "+s.base+"Client "))
	var out []byte
	for line := range bytes.Lines(src) {
		if bytes.Contains(line, []byte("//")) {
			line = s.renameComment(line)
		}
		out = append(out, line...)
	}
	return s.articled(out)
}

// renameComment says the target's names for a blueprint's package and its server.
func (s *sheet) renameComment(line []byte) []byte {
	if bytes.Contains(line, []byte("web.")) || bytes.Contains(line, []byte("rpc.")) {
		line = ownName().ReplaceAll(line, []byte("${1}"+s.p.Name+"."))
	}
	if name := s.lower + "Server"; bytes.Contains(line, []byte(name)) {
		server := regexp.MustCompile(`^(\s*//.*)\b` + regexp.QuoteMeta(name) + `\b`)
		line = server.ReplaceAll(line, []byte("${1}"+strings.ReplaceAll(s.o.ID, "$", "$$")))
	}
	return line
}

// renameSamples renames the identifiers that begin with Sample, New or not.
func (s *sheet) renameSamples(src []byte) []byte {
	isWord := func(c byte) bool {
		return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	var out []byte
	for len(src) > 0 {
		at := bytes.Index(src, []byte("ample"))
		if at < 0 {
			break
		}
		start, end := at, at+len("ample")
		for start > 0 && isWord(src[start-1]) {
			start--
		}
		for end < len(src) && isWord(src[end]) {
			end++
		}
		out = append(append(out, src[:start]...), s.renameSample(string(src[start:end]))...)
		src = src[end:]
	}
	return append(out, src...)
}

func (s *sheet) renameSample(word string) string {
	before, rest := "", word
	for _, prefix := range []string{"New", "new"} {
		if r, ok := strings.CutPrefix(word, prefix); ok {
			before, rest = prefix, r
		}
	}
	const length = len("Sample")
	if !strings.HasPrefix(rest, "Sample") && !strings.HasPrefix(rest, "sample") || len(rest) > length && !unicode.IsUpper(rune(rest[length])) {
		return word
	}
	return s.renamed(before, rest[:length], rest[length:])
}

func (s *sheet) renamed(before, name, after string) string {
	switch {
	case before == "" && name == "Sample" && after == "":
		return s.in.Name
	case before == "" && name == "Sample":
		return s.exported() + after
	case before == "New" && !s.isExported:
		return "new" + s.upper() + after
	case before != "":
		return before + s.upper() + after
	}
	return s.lower + after
}

// exported is the beginning of the names that are exported where the interface is.
func (t *target) exported() string {
	if t.isExported {
		return t.base
	}
	return t.lower
}

func (t *target) upper() string { return strings.ToUpper(t.base[:1]) + t.base[1:] }

// importsOf returns the imports of a blueprint: names by path.
func (s *sheet) importsOf(b blueprint) map[string]string {
	list := map[string]string{}
	for _, spec := range b.file.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value) // it was parsed
		list[importPath] = s.packageName(s.moved(importPath))
		if spec.Name != nil {
			list[importPath] = spec.Name.Name
		}
	}
	return list
}

// add appends the declarations of blueprints.
func (s *sheet) add(files ...string) {
	for _, name := range files {
		b := s.parse(name)
		b.edits = s.qualify(b)
		for _, decl := range b.file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
				continue
			}
			s.parts = append(s.parts, b.text(decl))
		}
	}
}

// text is a declaration with its comment.
func (b blueprint) text(decl ast.Decl) string {
	start := decl.Pos()
	switch d := decl.(type) {
	case *ast.GenDecl:
		if d.Doc != nil {
			start = d.Doc.Pos()
		}
	case *ast.FuncDecl:
		if d.Doc != nil {
			start = d.Doc.Pos()
		}
	}
	end := b.at.Offset(decl.End())
	if rest := b.src[end:]; bytes.HasPrefix(rest, []byte(" //")) { // a comment behind it
		end += bytes.IndexByte(rest, '\n')
	}
	text := b.edited(b.at.Offset(decl.Pos()), end)
	if start == decl.Pos() {
		return text
	}
	return wrapped(string(b.src[b.at.Offset(start):b.at.Offset(decl.Pos())])) + text
}

// edited is a piece of the source with its edits.
func (b blueprint) edited(start, end int) string {
	var out strings.Builder
	for _, e := range b.edits {
		if start <= e.start && e.end <= end {
			out.Write(b.src[start:e.start])
			out.WriteString(e.text)
			start = e.end
		}
	}
	out.Write(b.src[start:end])
	return out.String()
}

// wrapped is a comment whose paragraphs are broken anew where a line has become too long.
func wrapped(comment string) string {
	const width = 100
	var out strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(comment), "\n//\n") {
		if out.Len() > 0 {
			out.WriteString("//\n")
		}
		if !slices.ContainsFunc(strings.Split(paragraph, "\n"), func(line string) bool { return len(line) > width }) {
			out.WriteString(paragraph + "\n")
			continue
		}
		line := "//"
		for word := range strings.FieldsSeq(strings.ReplaceAll("\n"+paragraph, "\n//", "\n")) {
			if len(line)+1+len(word) > width {
				out.WriteString(line + "\n")
				line = "//"
			}
			line += " " + word
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

// qualify returns the edits that write what a blueprint imports by the names of the sheet.
func (s *sheet) qualify(b blueprint) []edit {
	byName := map[string]string{}
	for _, spec := range b.file.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value) // it was parsed
		name := guess(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		byName[name] = importPath
	}
	var edits []edit
	ast.Inspect(b.file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := selector.X.(*ast.Ident)
		if !ok || x.Obj != nil || byName[x.Name] == "" {
			return true
		}
		edits = append(edits, edit{b.at.Offset(x.Pos()), b.at.Offset(selector.End()), s.selection(byName[x.Name], selector.Sel.Name)})
		return false
	})
	return edits
}

// selection writes a name of a package that a blueprint imports.
func (s *sheet) selection(importPath, name string) string {
	at, ok := s.selections[importPath+"."+name]
	if !ok {
		at = identifier{s.moved(importPath), name}
	}
	if at.path == s.path {
		return at.name
	}
	used := s.imports.Add(at.path, s.packageName(at.path))
	line := strconv.Quote(at.path)
	if used != guess(at.path) {
		line = used + " " + line
	}
	s.lines[at.path] = line
	return used + "." + at.name
}

// addMade appends what jennifer has made.
func (s *sheet) addMade() error {
	var out bytes.Buffer
	if err := s.made.Render(&out); err != nil {
		return err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", out.Bytes(), parser.ParseComments)
	if err != nil {
		return err
	}
	b := blueprint{src: out.Bytes(), file: file, at: fset.File(file.Package)}
	for _, spec := range file.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value)
		s.lines[importPath] = string(b.src[b.at.Offset(spec.Pos()):b.at.Offset(spec.End())])
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			continue
		}
		s.parts = append(s.parts, b.text(decl))
	}
	return nil
}

// render returns the file: header, imports that are used, declarations that are needed.
func (s *sheet) render(header []string, doc string) ([]byte, error) {
	var list []declaration
	for _, part := range s.parts {
		list = append(list, readDeclaration(part))
	}
	var texts []string
	used := map[string]bool{}
	for _, d := range needed(list) {
		texts = append(texts, d.text)
		maps.Copy(used, d.qualifiers)
	}
	var out bytes.Buffer
	for _, line := range header {
		out.WriteString(line + "\n")
	}
	out.WriteString("\n" + doc + "package " + s.name + "\n\n")
	s.writeImports(&out, used)
	out.WriteString(strings.Join(texts, "\n\n") + "\n")
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.output, err)
	}
	return formatted, nil
}

// writeImports writes the imports that are used, by their names; those of the standard library
// first.
func (s *sheet) writeImports(out *bytes.Buffer, used map[string]bool) {
	var groups [2][]string
	for _, importPath := range slices.Sorted(maps.Keys(s.lines)) {
		if !used[s.imports.Add(importPath, path.Base(importPath))] {
			continue
		}
		group := 0
		if first, _, _ := strings.Cut(importPath, "/"); strings.Contains(first, ".") || importPath == s.p.Path || strings.HasPrefix(importPath, s.p.Module.Path+"/") {
			group = 1
		}
		groups[group] = append(groups[group], "\t"+s.lines[importPath])
	}
	if len(groups[0])+len(groups[1]) == 0 {
		return
	}
	out.WriteString("import (\n" + strings.Join(groups[0], "\n") + "\n")
	if len(groups[0]) > 0 && len(groups[1]) > 0 {
		out.WriteString("\n")
	}
	out.WriteString(strings.Join(groups[1], "\n") + "\n)\n\n")
}

// declaration is what the text of one says.
type declaration struct {
	text       string
	name       string          // of a function that may be left out
	uses       map[string]bool // every identifier
	qualifiers map[string]bool // names before a dot that the text does not declare
}

func readDeclaration(text string) declaration {
	d := declaration{text: text, uses: map[string]bool{}, qualifiers: map[string]bool{}}
	file, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+text, 0)
	if err != nil {
		return d // format.Source tells
	}
	if f, ok := file.Decls[0].(*ast.FuncDecl); ok && f.Recv == nil && !f.Name.IsExported() && !strings.HasPrefix(f.Name.Name, "new") {
		d.name = f.Name.Name
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			d.uses[n.Name] = true
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil {
				d.qualifiers[x.Name] = true
			}
		}
		return true
	})
	return d
}

// needed leaves out the functions that no other declaration uses: none that are exported, and no
// constructors.
func needed(list []declaration) []declaration {
	for {
		before := len(list)
		for i := len(list) - 1; i >= 0; i-- {
			isUsed := list[i].name == "" || slices.ContainsFunc(slices.Concat(list[:i], list[i+1:]), func(d declaration) bool { return d.uses[list[i].name] })
			if !isUsed {
				list = slices.Delete(list, i, i+1)
			}
		}
		if len(list) == before {
			return list
		}
	}
}
