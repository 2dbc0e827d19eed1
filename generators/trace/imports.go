package trace

import (
	"bytes"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// groupImports parts the one import declaration of a Go file in two groups, each sorted by path:
// the standard library, and others, among them the packages of module.
func groupImports(src []byte, module string) ([]byte, error) {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil || len(syntax.Imports) == 0 {
		return src, err
	}
	var groups [2][]string
	for _, spec := range syntax.Imports {
		line := spec.Path.Value
		if spec.Name != nil {
			line = spec.Name.Name + " " + line
		}
		g := 0
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		first, _, _ := strings.Cut(path, "/")
		if strings.Contains(first, ".") || module != "" && strings.HasPrefix(path+"/", module+"/") {
			g = 1
		}
		groups[g] = append(groups[g], "\t"+line+"\n")
	}
	var block bytes.Buffer
	block.WriteString("import (\n")
	for i, lines := range groups {
		if i > 0 && len(groups[0]) > 0 && len(lines) > 0 {
			block.WriteByte('\n')
		}
		for _, line := range lines {
			block.WriteString(line)
		}
	}
	block.WriteString(")")
	decl := syntax.Decls[0]
	start, end := fset.Position(decl.Pos()).Offset, fset.Position(decl.End()).Offset
	return slices.Concat(src[:start], block.Bytes(), src[end:]), nil
}
