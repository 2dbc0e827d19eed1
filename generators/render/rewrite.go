package render

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// Move says where imports go: what lies below From comes to lie below To.
type Move struct{ From, To string }

// Rewrite returns the Go file src with its imports moved, each by the first of moves that
// concerns it, and sorted anew where their order can change. All that follows the imports
// stays byte by byte, so a formatted file stays formatted; the name of a package in the code
// stays too, so an import that has no name there must keep that of its package.
//
// It fails when src does not parse up to the end of its imports. The method is that of
// golang.org/x/tools/cmd/gonew: positions of import specifications, spliced in the bytes.
func Rewrite(src []byte, moves ...Move) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	at := fset.File(file.Package)
	var out bytes.Buffer
	out.Grow(2 * len(src))
	end := 0 // how much of src is in out
	moved := map[*ast.ImportSpec]bool{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("import %s: %w", spec.Path.Value, err)
		}
		start := at.Offset(spec.Path.Pos())
		if !bytes.HasPrefix(src[start:], []byte(spec.Path.Value)) {
			// The parser drops carriage returns from a raw string, so its end is not known.
			return nil, fmt.Errorf("import %s: a carriage return in the path", spec.Path.Value)
		}
		target, ok := move(path, moves)
		if !ok {
			continue
		}
		moved[spec] = true
		out.Write(src[end:start])
		out.WriteString(strconv.Quote(target))
		end = start + len(spec.Path.Value)
	}
	if mayReorder(at, file, moved) {
		head := headEnd(src, at, file)
		out.Write(src[end:head])
		sorted, err := format.Source(out.Bytes())
		if err != nil {
			return nil, fmt.Errorf("formatting the imports: %w", err)
		}
		out.Reset()
		out.Write(bytes.TrimSuffix(sorted, []byte("\n")))
		end = head
	}
	out.Write(src[end:])
	return out.Bytes(), nil
}

// move returns where path goes, and whether it moves at all.
func move(path string, moves []Move) (string, bool) {
	for _, m := range moves {
		if path == m.From {
			return m.To, true
		}
		if rest, ok := strings.CutPrefix(path, m.From+"/"); ok {
			return m.To + "/" + rest, true
		}
	}
	return path, false
}

// mayReorder reports whether the move changes the layout of imports: gofmt sorts those on
// successive lines by path, and aligns the comments behind them. Paths that all move keep
// their order, because they begin alike before and after.
func mayReorder(at *token.File, file *ast.File, moved map[*ast.ImportSpec]bool) bool {
	var last *ast.ImportSpec
	for _, spec := range file.Imports {
		if moved[spec] && (spec.Doc != nil || spec.Comment != nil) {
			return true
		}
		if last != nil && moved[last] != moved[spec] && line(at, spec.Pos())-line(at, last.End()) <= 1 {
			return true
		}
		last = spec
	}
	return false
}

// line returns the line of p in the file, whatever line directives say.
func line(at *token.File, p token.Pos) int { return at.PositionFor(p, false).Line }

// headEnd returns the offset at which the imports end, with the comments on their last line.
func headEnd(src []byte, at *token.File, file *ast.File) int {
	last := file.Decls[len(file.Decls)-1].End()
	end := at.Offset(last)
	for _, group := range file.Comments {
		for _, c := range group.List {
			if start := at.Offset(c.Pos()); start >= end && line(at, c.Pos()) == line(at, last) {
				end = start + commentLen(src[start:])
			}
		}
	}
	return end
}

// commentLen returns the length of the comment with which src begins. That of its node lacks
// the carriage returns.
func commentLen(src []byte) int {
	closing, kept := "\n", 0
	if bytes.HasPrefix(src, []byte("/*")) {
		closing, kept = "*/", 2
	}
	if i := bytes.Index(src, []byte(closing)); i >= 0 {
		return i + kept
	}
	return len(src)
}
