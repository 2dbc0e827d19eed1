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

// Rewrite returns the Go file src with the imports that lie below the path from moved below
// the path to, formatted, its imports sorted anew. Comments, strings and layout stay as they
// are; the name of a package in the code stays too, so from and to must end in packages of
// the same names.
//
// It fails when src does not parse. The method is that of golang.org/x/tools/cmd/gonew:
// positions of import specifications, spliced in the bytes.
func Rewrite(src []byte, from, to string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	end := 0 // how much of src is in out
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("import %s: %w", spec.Path.Value, err)
		}
		moved, ok := move(path, from, to)
		if !ok {
			continue
		}
		out.Write(src[end:offset(fset, spec.Path)])
		out.WriteString(strconv.Quote(moved))
		end = offset(fset, spec.Path) + len(spec.Path.Value)
	}
	out.Write(src[end:])
	return format.Source(out.Bytes())
}

func move(path, from, to string) (string, bool) {
	if path == from {
		return to, true
	}
	rest, ok := strings.CutPrefix(path, from+"/")
	return to + "/" + rest, ok
}

func offset(fset *token.FileSet, n ast.Node) int { return fset.Position(n.Pos()).Offset }
