package stale

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/directive"
	"github.com/mintwright/mintwright/internal/stamp"
)

//go:embed doc.go
var doc string

// Analyzer finds generated files whose inputs have changed.
var Analyzer = &analysis.Analyzer{
	Name:     "stale",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("stale"),
	Requires: []*analysis.Analyzer{policy.Analyzer},
	Run:      run,
}

var (
	output = rule.Rule{ID: "stale.output", Severity: rule.Warning, Tests: true, Summary: "a generated file is older than what it was made from"}
	orphan = rule.Rule{ID: "stale.orphan", Severity: rule.Info, Tests: true, Summary: "a generated file is left of a go:generate line that is gone"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{output, orphan} }

// made is a file that gen has made.
type made struct {
	file *ast.File
	name string // base name
	args []string
	hash string
}

// line is a go:generate line that runs gen.
type line struct {
	pos  token.Pos // NoPos in a file that is not part of this build
	file *ast.File // nil there
	args []string  // those that last
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if !p.AnyOn(&output, &orphan) {
		return nil, nil
	}
	outputs := stamped(pass)
	if len(outputs) == 0 {
		return nil, nil
	}
	lines, sure := directives(pass)
	unmatched := slices.Clone(lines)
	var left []made
	for _, m := range outputs {
		i := slices.IndexFunc(lines, func(l line) bool { return slices.Equal(l.args, m.args) })
		if i < 0 {
			left = append(left, m)
			continue
		}
		unmatched = slices.DeleteFunc(unmatched, func(l line) bool { return slices.Equal(l.args, m.args) })
		if isStale(pass, m, lines[i]) {
			report(pass, m, lines[i], fmt.Sprintf("%s is older than what it was made from: run %s", m.name, remedy(pass)))
		}
	}
	for _, m := range left {
		lost(pass, m, unmatched, sure)
	}
	return nil, nil
}

// lost reports a file whose line is not there as it was.
func lost(pass *analysis.Pass, m made, unmatched []line, sure bool) {
	for _, l := range unmatched {
		if l.args[0] == m.args[0] && slices.Equal(named(l.args), named(m.args)) {
			report(pass, m, l, fmt.Sprintf("%s was made by %q, and this line says something else: run %s", m.name, command(m.args), remedy(pass)))
			return
		}
	}
	if !sure || !isAtHome(pass, m) {
		return
	}
	for _, f := range pass.Files {
		if !policy.Of(pass).IsGenerated(f.Package) {
			policy.Of(pass).Report(pass, &orphan, rule.High, analysis.Diagnostic{
				Pos: f.Name.Pos(), End: f.Name.End(),
				Message: fmt.Sprintf("%s was made by a line %q that is not in this package: bring it back, or delete the file", m.name, "//go:generate "+command(m.args)),
			})
			return
		}
	}
}

// isAtHome says whether the line of a file would stand in this package. The double of a client and
// the output of gen attrs may lie elsewhere.
func isAtHome(pass *analysis.Pass, m made) bool {
	if m.args[0] == "attrs" {
		return !slices.ContainsFunc(m.args, func(a string) bool { return strings.HasSuffix(a, "/"+m.name) })
	}
	return slices.ContainsFunc(named(m.args), func(spec string) bool {
		return slices.ContainsFunc(pass.Files, func(f *ast.File) bool { return lookup(pass, f, spec) != nil })
	})
}

func command(args []string) string { return "gen " + directive.Join(args) }

// remedy is the command that makes the files of the package anew.
func remedy(pass *analysis.Pass) string {
	path, _, _ := strings.Cut(strings.TrimSuffix(pass.Pkg.Path(), "_test"), " [")
	return "gen generate " + path
}

func report(pass *analysis.Pass, m made, l line, message string) {
	if !l.pos.IsValid() {
		return // the line belongs to another build
	}
	policy.Of(pass).Report(pass, &output, rule.High, analysis.Diagnostic{
		Pos: l.pos, Message: message,
		Related: []analysis.RelatedInformation{{Pos: m.file.Package, End: m.file.Name.End(), Message: "this file was made by it"}},
	})
}

// stamped returns the files that gen has made of something whose hash they hold.
func stamped(pass *analysis.Pass) []made {
	var list []made
	for _, f := range pass.Files {
		if len(f.Comments) == 0 || len(f.Comments[0].List) < 2 || f.Comments[0].Pos() != f.FileStart {
			continue
		}
		head := f.Comments[0].List[0].Text + "\n" + f.Comments[0].List[1].Text + "\n"
		if args, hash, ok := stamp.Read([]byte(head)); ok {
			list = append(list, made{f, filepath.Base(pass.Fset.File(f.FileStart).Name()), args, hash})
		}
	}
	return list
}

// directives returns the go:generate lines of the package, also of files that other systems build.
// It is not sure when a line depends on the environment, and when files came through cgo, which
// keeps no such comments.
func directives(pass *analysis.Pass) (list []line, sure bool) {
	sure = true
	for _, f := range pass.Files {
		name := pass.Fset.File(f.FileStart).Name()
		if policy.Of(pass).IsGenerated(f.Package) {
			sure = sure && !strings.HasSuffix(name, ".cgo1.go")
			continue
		}
		more, known := in(pass, name, f)
		list, sure = append(list, more...), sure && known
	}
	for _, name := range pass.IgnoredFiles {
		if strings.HasSuffix(name, ".go") {
			more, known := in(pass, name, nil)
			list, sure = append(list, more...), sure && known
		}
	}
	return list, sure
}

// in returns the lines of one file.
func in(pass *analysis.Pass, name string, f *ast.File) (list []line, sure bool) {
	content, err := pass.ReadFile(name)
	if err != nil {
		return nil, false
	}
	sure = true
	v := directive.Variables{File: filepath.Base(name), Arch: build.Default.GOARCH, OS: build.Default.GOOS}
	v.Lookup = func(string) string { sure = false; return "" }
	if f != nil {
		v.Package = f.Name.Name
	} else if other, err := parser.ParseFile(token.NewFileSet(), name, content, parser.PackageClauseOnly); err == nil {
		v.Package = other.Name.Name
	}
	for _, l := range directive.In(content, v) {
		if l.Err != nil {
			return list, false
		}
		args, _ := directive.Gen(l.Words)
		if args == nil {
			continue
		}
		found := line{file: f, args: stamp.Lasting(args)}
		if at := pass.Fset.File(posOf(f)); at != nil && l.Number <= at.LineCount() {
			found.pos = at.LineStart(l.Number)
		}
		list = append(list, found)
	}
	return list, sure
}

func posOf(f *ast.File) token.Pos {
	if f == nil {
		return token.NoPos
	}
	return f.FileStart
}
