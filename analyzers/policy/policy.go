package policy

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
)

//go:embed doc.go
var doc string

// Analyzer is required by every analyzer of this module. It has no findings.
var Analyzer = &analysis.Analyzer{
	Name:             "policy",
	Doc:              rule.Doc(doc),
	URL:              rule.URL("policy"),
	Flags:            newFlags(),
	Run:              run,
	RunDespiteErrors: true,
	ResultType:       reflect.TypeFor[*Package](),
}

// Package is what the analyzers have to know of the package that they look at. Its methods may
// be called by several of them at once.
//
// Findings, Shown, Suppressions, Writes and WantsCoverage are for drivers, and for analyzers
// that require the others.
type Package struct {
	Config Config

	settings *settings
	fset     *token.FileSet
	path     string // import path
	pass     *analysis.Pass
	files    []*file // sorted by start
	support  bool    // code that tests are made of

	mu       sync.Mutex
	findings []Finding
	reaches  map[string]bool
}

// file is what is known of a file.
type file struct {
	*ast.File
	test      bool
	generated bool
	excluded  bool
	comments  []*Suppression

	once   sync.Once
	byLine map[int][]*Suppression // see onLine
	wide   []*Suppression         // of more than two lines
}

// Finding is a diagnostic with all that is known of it.
type Finding struct {
	analysis.Diagnostic
	Rule       *rule.Rule
	Severity   rule.Severity
	Confidence rule.Confidence
	Suppressed *Suppression // the comment that silences it, or nil
}

// Of returns the result for a pass. The analyzer has to require Analyzer.
func Of(pass *analysis.Pass) *Package {
	return pass.ResultOf[Analyzer].(*Package)
}

func run(pass *analysis.Pass) (any, error) {
	s := given(&pass.Analyzer.Flags)
	p := &Package{
		Config: s.config, settings: s,
		fset: pass.Fset, path: pass.Pkg.Path(), pass: pass,
		support: isSupport(pass.Pkg.Path()),
	}
	if s.facts {
		return p, nil
	}
	for _, f := range pass.Files {
		name := pass.Fset.File(f.FileStart).Name()
		p.files = append(p.files, &file{
			File:      f,
			test:      strings.HasSuffix(name, "_test.go"),
			generated: ast.IsGenerated(f),
			excluded:  p.Config.excludes(inModule(pass, name)),
			comments:  suppressions(pass.Fset, f),
		})
	}
	slices.SortFunc(p.files, func(a, b *file) int { return int(a.FileStart - b.FileStart) })
	return p, nil
}

// inModule returns a file's path from the root of its module, as far as the import path and
// the file's name tell it.
func inModule(pass *analysis.Pass, name string) string {
	dir := strings.TrimSuffix(pass.Pkg.Path(), "_test")
	if pass.Module != nil {
		dir = strings.TrimPrefix(strings.TrimPrefix(dir, pass.Module.Path), "/")
	}
	return path.Join(dir, filepath.Base(name))
}

// isSupport reports whether a package exists for tests, going by the names in its path.
func isSupport(pkg string) bool {
	for part := range strings.SplitSeq(pkg, "/") {
		switch {
		case part == "test", part == "tests", part == "e2e", part == "integration", part == "crossdock", part == "testing", part == "mock", part == "mocks", part == "fake", part == "fakes", part == "framework":
			return true
		case strings.HasSuffix(part, "test") && part != "latest" && part != "attest", strings.HasPrefix(part, "testutil"), strings.HasSuffix(part, "testutil"), strings.HasPrefix(part, "testing"), strings.HasPrefix(part, "testsuite"), strings.HasSuffix(part, "mock"):
			return true
		}
	}
	return false
}

// FactsOnly reports whether nothing is to be reported: the package is a dependency, and an
// analyzer without facts has nothing to do.
func (p *Package) FactsOnly() bool { return p.settings.facts }

// IsOn reports whether a rule is looked for.
func (p *Package) IsOn(r *rule.Rule) bool {
	return !p.FactsOnly() && p.Config.Severity(r) != rule.Unset
}

// AnyOn reports whether one of the rules is looked for.
func (p *Package) AnyOn(rules ...*rule.Rule) bool { return slices.ContainsFunc(rules, p.IsOn) }

// IsTest reports whether pos lies in a _test.go file.
func (p *Package) IsTest(pos token.Pos) bool { f := p.file(pos); return f != nil && f.test }

// IsGenerated reports whether pos lies in a file that says that it is generated.
func (p *Package) IsGenerated(pos token.Pos) bool { f := p.file(pos); return f != nil && f.generated }

// Reaches reports whether the package imports another, itself or through others. A path that
// ends in a slash stands for all below it.
func (p *Package) Reaches(path string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaches == nil {
		p.reaches = map[string]bool{}
		for have := range code.Reached(p.pass.Pkg) {
			p.reaches[have.Path()] = true
		}
	}
	if !strings.HasSuffix(path, "/") {
		return p.reaches[path]
	}
	for have := range p.reaches {
		if strings.HasPrefix(have, path) {
			return true
		}
	}
	return false
}

// file returns the file that pos lies in, or nil.
func (p *Package) file(pos token.Pos) *file {
	i, ok := slices.BinarySearchFunc(p.files, pos, func(f *file, pos token.Pos) int {
		switch {
		case f.FileEnd < pos:
			return -1
		case f.FileStart > pos:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return p.files[i]
}

// Report reports a finding of r, unless r is off, the file is no concern of the rule, or a
// comment silences it.
func (p *Package) Report(pass *analysis.Pass, r *rule.Rule, c rule.Confidence, d analysis.Diagnostic) {
	severity := p.Config.Severity(r)
	f := p.file(d.Pos)
	if p.FactsOnly() || severity == rule.Unset || f == nil || f.generated || f.excluded || f.test && !r.Tests {
		return
	}
	if p.support && !r.Tests {
		severity = rule.Info // what tests are made of need not be safe
	}
	d.Category = r.ID
	d.URL = r.URL()
	if d.End == token.NoPos {
		d.End = d.Pos
	}
	found := Finding{Diagnostic: d, Rule: r, Severity: severity, Confidence: c}
	line := p.fset.PositionFor(d.Pos, false).Line
	if !slices.ContainsFunc(f.onLine(line), func(s *Suppression) bool { return s.Pos == d.Pos }) {
		found.Suppressed = f.suppression(p.fset, r.ID, d.Pos)
	} // a comment does not silence what is said of it
	p.mu.Lock()
	p.findings = append(p.findings, found)
	p.mu.Unlock()
	if p.settings.all {
		d.Category = fmt.Sprintf("%s %s, confidence %s", r.ID, severity, c)
	}
	if !p.settings.write && p.shows(found) {
		pass.Report(d)
	}
}

// shows reports whether drivers that know neither severity nor confidence get a finding.
func (p *Package) shows(f Finding) bool {
	return f.Suppressed == nil && (p.settings.all || f.Severity >= rule.Warning && f.Confidence == rule.High)
}

// Findings returns what has been reported up to now, in the order of their places, what a
// comment silences too. Whoever calls it requires the analyzers that it wants to hear of.
func (p *Package) Findings() []Finding {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Clone(p.findings)
	slices.SortStableFunc(list, func(a, b Finding) int {
		if a.Pos != b.Pos {
			return int(a.Pos - b.Pos)
		}
		return strings.Compare(a.Rule.ID+a.Message, b.Rule.ID+b.Message)
	})
	return list
}

// Shown returns the findings of which drivers that know neither severity nor confidence are
// told.
func (p *Package) Shown() []Finding {
	return slices.DeleteFunc(p.Findings(), func(f Finding) bool { return !p.shows(f) })
}

// Suppressions returns the comments that silence findings, by file and place.
func (p *Package) Suppressions() []*Suppression {
	var list []*Suppression
	for i := range p.files {
		if !p.files[i].generated && !p.files[i].excluded {
			list = append(list, p.files[i].comments...)
		}
	}
	return list
}

// Writes reports whether the driver takes the findings from Findings.
func (p *Package) Writes() bool { return p.settings.write }

// WantsCoverage reports whether the driver wants to know how much of the package has a span.
func (p *Package) WantsCoverage() bool { return p.settings.coverage && !p.settings.facts }

// FuncName returns how reports and requirements call a declared function: "F", "T.M" or "(*T).M".
func FuncName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t, form := d.Recv.List[0].Type, "%s.%s"
	if p, ok := ast.Unparen(t).(*ast.StarExpr); ok {
		t, form = p.X, "(*%s).%s"
	}
	switch x := ast.Unparen(t).(type) {
	case *ast.IndexExpr:
		t = x.X
	case *ast.IndexListExpr:
		t = x.X
	}
	if id, ok := ast.Unparen(t).(*ast.Ident); ok {
		return fmt.Sprintf(form, id.Name, d.Name.Name)
	}
	return d.Name.Name
}
