package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// corpus is the cases, and the files that help them.
type corpus struct {
	dir     string   // absolute
	modules []string // folders with a go.mod, from dir
	files   map[string]*file
	names   []string // of files, sorted
}

// file is a file of the cases. It is a case when it has evidence.
type file struct {
	name     string // from dir, with slashes
	evidence string
	class    string // R1 and so on, also of its look-alikes; or empty
	mistakes []*mistake
	may      []mark
	text     *syntax
}

// mistake is what has to be found.
type mistake struct {
	file   *file
	group  string
	marks  []mark
	option bool // by a rule that is off by itself
	low    bool // any confidence will do
}

// rule returns the ID that stands first.
func (m *mistake) rule() string { return m.marks[0].rules[0] }

// mark is a line and the rules that may be reported at it.
type mark struct {
	line  int
	rules []string
}

// analyzer returns the name of the analyzer whose folder the file is in.
func (f *file) analyzer() string {
	first, rest, _ := strings.Cut(f.name, "/")
	switch {
	case first == "go121": // a module of its own, for the version in its go.mod
		return "tlsconfig"
	case rest == "":
		return ""
	}
	return first
}

func (f *file) isCase() bool { return f.evidence != "" }

// readCorpus reads the cases below dir.
func readCorpus(dir string) (*corpus, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c := &corpus{dir: abs, files: map[string]*file{}}
	r := newReader()
	err = fs.WalkDir(os.DirFS(abs), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case d.Name() == "go.mod":
			c.modules = append(c.modules, path.Dir(name))
			return nil
		case path.Ext(name) != ".go":
			return nil
		}
		content, err := os.ReadFile(filepath.Join(abs, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		f, err := r.read(name, content)
		if err != nil {
			return err
		}
		c.files[name] = f
		c.names = append(c.names, name)
		return nil
	})
	return c, err
}

// reader knows what labels look like.
type reader struct{ evidence, class, bad, may, rule *regexp.Regexp }

func newReader() *reader {
	return &reader{
		evidence: regexp.MustCompile(`(?m)^// Evidence: (.+)\.$`),
		class:    regexp.MustCompile(`^R\d+\b`),
		bad:      regexp.MustCompile(`// BAD(-NEXT)?(?:\((option|low)\))? (\S+)(?: @([a-z]))?(?: MAY (\S+))?$`),
		may:      regexp.MustCompile(`// MAY (\S+)$`),
		rule:     regexp.MustCompile(`^[a-z]+\.[a-z]+$`),
	}
}

// read reads the labels of a file.
func (r *reader) read(name string, content []byte) (*file, error) {
	f := &file{name: name}
	var err error
	if f.text, err = parseSyntax(name, content); err != nil {
		return nil, err
	}
	if match := r.evidence.FindSubmatch(content); match != nil {
		f.evidence = string(match[1])
		f.class = r.class.FindString(f.evidence)
	}
	number, isGood := 0, false
	for line := range strings.Lines(string(content)) {
		number++
		line = strings.TrimRight(line, "\n")
		isGood = isGood || strings.Contains(line, "GOOD: ")
		if match := r.bad.FindStringSubmatch(line); match != nil {
			if err := r.label(f, number, match); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, number, err)
			}
		} else if match := r.may.FindStringSubmatch(line); match != nil {
			f.may = append(f.may, mark{number, strings.Split(match[1], "|")})
		} else if strings.Contains(line, "// BAD") || strings.Contains(line, "// MAY") {
			return nil, fmt.Errorf("%s:%d: a label that nobody understands", name, number)
		}
	}
	switch {
	case f.isCase() && len(f.mistakes) == 0 && !isGood:
		return nil, fmt.Errorf("%s: a case has to have BAD or GOOD", name)
	case !f.isCase() && len(f.mistakes) > 0:
		return nil, fmt.Errorf("%s: a case has to name its evidence", name)
	}
	return f, nil
}

// label adds what a match of bad says.
func (r *reader) label(f *file, line int, match []string) error {
	next, kind, rules, group, may := match[1], match[2], strings.Split(match[3], "|"), match[4], match[5]
	if next != "" {
		line++
	}
	for _, id := range rules {
		if !r.rule.MatchString(id) {
			return fmt.Errorf("%q is no rule", id)
		}
	}
	if may != "" {
		f.may = append(f.may, mark{line, strings.Split(may, "|")})
	}
	at := mark{line, rules}
	if group != "" {
		if i := slices.IndexFunc(f.mistakes, func(m *mistake) bool { return m.group == group }); i >= 0 {
			f.mistakes[i].marks = append(f.mistakes[i].marks, at)
			return nil
		}
	}
	f.mistakes = append(f.mistakes, &mistake{file: f, group: group, marks: []mark{at}, option: kind == "option", low: kind == "low"})
	return nil
}

// syntax knows the statements and functions of a file by their lines.
type syntax struct{ statements, functions []span }

// span is lines, both included.
type span struct{ from, to int }

func (s span) has(line int) bool { return s.from <= line && line <= s.to }

func parseSyntax(name string, content []byte) (*syntax, error) {
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, name, content, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &syntax{}
	line := func(pos token.Pos) int { return fset.Position(pos).Line }
	ast.Inspect(parsed, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		from, to := n.Pos(), n.End()
		switch n := n.(type) {
		case *ast.FuncDecl:
			s.functions = append(s.functions, span{line(from), line(to)})
			to = n.Body.Lbrace
		case *ast.IfStmt:
			to = n.Body.Lbrace
		case *ast.ForStmt:
			to = n.Body.Lbrace
		case *ast.RangeStmt:
			to = n.Body.Lbrace
		case *ast.SwitchStmt:
			to = n.Body.Lbrace
		case *ast.TypeSwitchStmt:
			to = n.Body.Lbrace
		case *ast.SelectStmt:
			to = n.Body.Lbrace
		case *ast.CaseClause:
			to = n.Colon
		case *ast.CommClause:
			to = n.Colon
		case *ast.BlockStmt, *ast.LabeledStmt:
			return true
		case ast.Stmt, *ast.ImportSpec, *ast.ValueSpec, *ast.TypeSpec:
		default:
			return true
		}
		s.statements = append(s.statements, span{line(from), line(to)})
		return true
	})
	slices.SortStableFunc(s.statements, func(a, b span) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
	return s, nil
}

// same reports whether two lines belong to one statement, the smallest around each.
func (s *syntax) same(a, b int) bool {
	if a == b {
		return true
	}
	i := slices.IndexFunc(s.statements, func(s span) bool { return s.has(a) })
	return i >= 0 && i == slices.IndexFunc(s.statements, func(s span) bool { return s.has(b) })
}

// together reports whether two lines belong to one declared function.
func (s *syntax) together(a, b int) bool {
	return slices.ContainsFunc(s.functions, func(s span) bool { return s.has(a) && s.has(b) })
}
