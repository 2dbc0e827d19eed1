package policy

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Suppression is a comment that silences findings: //lint:ignore and //lint:file-ignore as
// staticcheck reads them, //nolint as golangci-lint does.
type Suppression struct {
	Kind   string   // "lint:ignore", "lint:file-ignore" or "nolint"
	Names  []string // rules and analyzers, of ours and of others; none: all (nolint alone)
	Reason string
	Pos    token.Pos
	End    token.Pos

	first, last int // the lines that it speaks of, first to last
}

// suite is what golangci-lint calls all analyzers together.
const suite = "mintwright"

// concerns reports whether one of its names is that of the rule, of its analyzer or of the
// suite.
func (s *Suppression) concerns(id string) bool {
	name, _, _ := strings.Cut(id, ".")
	return slices.ContainsFunc(s.Names, func(n string) bool { return n == id || n == name || n == suite })
}

// suppressions returns the comments of a file that silence findings.
func suppressions(fset *token.FileSet, f *ast.File) []*Suppression {
	var list []*Suppression
	for _, group := range f.Comments {
		for _, c := range group.List {
			if s := parse(c.Text); s != nil {
				s.Pos, s.End = c.Pos(), c.End()
				list = append(list, s)
			}
		}
	}
	if len(list) > 0 {
		place(fset, f, list)
	}
	return list
}

// parse reads a comment; nil when it silences nothing.
func parse(text string) *Suppression {
	if rest, ok := strings.CutPrefix(text, "//lint:"); ok {
		kind, rest, _ := strings.Cut(rest, " ")
		names, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if names == "" || kind != "ignore" && kind != "file-ignore" {
			return nil
		}
		return &Suppression{Kind: "lint:" + kind, Names: strings.Split(names, ","), Reason: strings.TrimSpace(reason)}
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(strings.TrimPrefix(text, "//"), " \t"), "nolint")
	if !ok || rest != "" && !strings.ContainsRune(": \t/", rune(rest[0])) {
		return nil
	}
	names, reason, _ := strings.Cut(rest, "//")
	s := &Suppression{Kind: "nolint", Reason: strings.TrimSpace(reason)}
	for name := range strings.SplitSeq(strings.TrimPrefix(names, ":"), ",") {
		if name = strings.TrimSpace(name); name != "" && name != "all" {
			s.Names = append(s.Names, name)
		}
	}
	return s
}

// place sets the lines that each comment speaks of: its own, the next one, and with nolint
// before a declaration or a statement all of that.
func place(fset *token.FileSet, f *ast.File, list []*Suppression) {
	line := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
	for _, s := range list {
		s.first = line(s.Pos)
		s.last = s.first
		switch s.Kind {
		case "lint:file-ignore":
			s.first, s.last = 1, line(f.FileEnd)
		case "lint:ignore":
			s.last++
		}
	}
	byLine := map[int][]*Suppression{} // nolint, by its line
	for _, s := range list {
		if s.Kind == "nolint" {
			byLine[s.first] = append(byLine[s.first], s)
		}
	}
	if len(byLine) == 0 {
		return
	}
	begins := map[int]bool{} // lines on which code before the comment stands
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup, *ast.File:
			return n != nil
		}
		begins[line(n.Pos())] = true
		begins[line(n.End())] = true
		return true
	})
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case ast.Decl, ast.Stmt, ast.Spec, *ast.Field, *ast.KeyValueExpr:
		default:
			return n != nil
		}
		first := line(n.Pos())
		var heads []*Suppression
		if isHead(n) {
			heads = append(heads, byLine[first]...)
		}
		if !begins[first-1] {
			heads = append(heads, byLine[first-1]...)
		}
		if len(heads) > 0 {
			last := line(n.End())
			for _, s := range heads {
				s.last = max(s.last, last)
			}
		}
		return true
	})
}

// isHead reports whether a comment at the end of n's first line speaks of all of n.
func isHead(n ast.Node) bool {
	switch n.(type) {
	case *ast.FuncDecl, *ast.GenDecl:
		return true
	}
	return false
}

// onLine returns the comments that speak of a line, in order. They are found by line once: there
// may be as many comments as findings.
func (f *file) onLine(line int) []*Suppression {
	f.once.Do(func() {
		f.byLine = map[int][]*Suppression{}
		for _, s := range f.comments {
			if s.last > s.first+1 {
				f.wide = append(f.wide, s)
				continue
			}
			for l := s.first; l <= s.last; l++ {
				f.byLine[l] = append(f.byLine[l], s)
			}
		}
	})
	var list []*Suppression
	for _, s := range f.wide {
		if s.first <= line && line <= s.last {
			list = append(list, s)
		}
	}
	list = append(list, f.byLine[line]...)
	slices.SortStableFunc(list, func(a, b *Suppression) int { return int(a.Pos - b.Pos) })
	return list
}

// suppression returns the comment that silences a finding, or nil.
func (f *file) suppression(fset *token.FileSet, id string, pos token.Pos) *Suppression {
	if len(f.comments) == 0 {
		return nil
	}
	line := fset.PositionFor(pos, false).Line
	for _, s := range f.onLine(line) {
		if s.Kind == "nolint" && len(s.Names) == 0 || s.concerns(id) {
			return s
		}
	}
	return nil
}
