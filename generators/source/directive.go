package source

import (
	"go/ast"
	"go/token"
	"strings"
)

const directivePrefix = "//gen:"

// parseDirective reads a comment as it stands in the source.
func parseDirective(comment string) (verb, text string, ok bool) {
	rest, ok := strings.CutPrefix(comment, directivePrefix)
	if !ok {
		return "", "", false
	}
	verb, text, _ = strings.Cut(strings.TrimRight(strings.ReplaceAll(rest, "\t", " "), " \r"), " ")
	return verb, strings.TrimSpace(text), verb != ""
}

// isSpaced reports whether a comment was meant to be a directive, and is none because of the
// space after its slashes.
func isSpaced(comment string) bool {
	rest, ok := strings.CutPrefix(comment, "//")
	rest, meant := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "gen:")
	return ok && meant && rest != "" && 'a' <= rest[0] && rest[0] <= 'z' && !strings.HasPrefix(comment, directivePrefix)
}

// directives returns the directives among comments.
func directives(fset *token.FileSet, groups ...*ast.CommentGroup) []Directive {
	var list []Directive
	for _, g := range groups {
		if g == nil {
			continue
		}
		for _, c := range g.List {
			if verb, text, ok := parseDirective(c.Text); ok {
				list = append(list, Directive{verb, text, fset.Position(c.Pos())})
			}
		}
	}
	return list
}
