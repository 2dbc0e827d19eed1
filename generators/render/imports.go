package render

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// groupImports returns the Go file src with its one import declaration in three groups, each
// sorted by path: the standard library, others, the packages of module. A dependency
// may lie below the path of module: github.com/acme has github.com/acme/log for another one.
func groupImports(src []byte, module string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	if len(file.Imports) == 0 {
		return src, nil
	}
	if len(file.Decls) != 1 {
		return nil, errors.New("more than one import declaration")
	}
	var groups [3][]string
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		g := group(path, module)
		groups[g] = append(groups[g], importLine(spec))
	}
	var block bytes.Buffer
	block.WriteString("import (\n")
	isFirst := true
	for _, lines := range groups {
		slices.SortFunc(lines, func(a, b string) int { return strings.Compare(importedPath(a), importedPath(b)) })
		if !isFirst && len(lines) > 0 {
			block.WriteByte('\n')
		}
		isFirst = isFirst && len(lines) == 0
		for _, l := range lines {
			block.WriteString("\t" + l + "\n")
		}
	}
	block.WriteString(")")

	decl := file.Decls[0]
	start, end := fset.Position(decl.Pos()).Offset, fset.Position(decl.End()).Offset
	return slices.Concat(src[:start], block.Bytes(), src[end:]), nil
}

func group(path, module string) int {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case strings.HasPrefix(path, module+"/internal/"), strings.HasPrefix(path, module+"/proto/"):
		return 2
	case strings.Contains(first, "."):
		return 1
	default:
		return 0
	}
}

func importLine(spec *ast.ImportSpec) string {
	if spec.Name == nil {
		return spec.Path.Value
	}
	return spec.Name.Name + " " + spec.Path.Value
}

// importedPath returns the path of a line that importLine wrote.
func importedPath(line string) string { return line[strings.IndexByte(line, '"'):] }
