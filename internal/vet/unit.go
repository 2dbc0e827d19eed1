package vet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/spancoverage"
	"github.com/mintwright/mintwright/internal/report"
)

// unitVersion is that of the value that a unit writes; cmd/go replays what an older gen wrote
// only to the same gen, so it tells our value from others'.
const unitVersion = 1

// unit is what the tool writes for one package, beside what go vet's own -json prints: all of
// each finding. cmd/go keeps it in its cache with the rest.
type unit struct {
	Gen      int              `json:"gen"`
	Package  string           `json:"package"` // import path; that of a test variant without the brackets
	Findings []report.Finding `json:"findings"`
	// Sources holds the hex SHA-256 of each file that a fix changes, by name.
	Sources  map[string]string      `json:"sources,omitempty"`
	Coverage *spancoverage.Coverage `json:"coverage,omitempty"` // nil unless asked for
}

// Writer returns the analyzer that writes what those of the suite have found, when the flag
// policy.write asks for it.
func Writer(suite []*analysis.Analyzer) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "findings",
		Doc:      "findings: write what the others have found, for gen vet",
		Requires: slices.Concat(suite, []*analysis.Analyzer{policy.Analyzer, spancoverage.Analyzer}),
		Run: func(pass *analysis.Pass) (any, error) {
			p := policy.Of(pass)
			if p.FactsOnly() || !p.Writes() {
				return nil, nil
			}
			u, err := unitOf(pass, p)
			if err != nil {
				return nil, err
			}
			u.Coverage = pass.ResultOf[spancoverage.Analyzer].(*spancoverage.Coverage)
			return nil, json.NewEncoder(os.Stdout).Encode(u)
		},
	}
}

func unitOf(pass *analysis.Pass, p *policy.Package) (unit, error) {
	u := unit{Gen: unitVersion, Package: path(pass), Findings: []report.Finding{}}
	dir, err := os.Getwd() // cmd/go starts the tool in the package's folder
	if err != nil {
		return unit{}, err
	}
	s := sources{pass: pass, dir: dir, content: map[string][]byte{}}
	for _, f := range p.Findings() {
		u.Findings = append(u.Findings, s.finding(f))
	}
	report.Fingerprints(u.Findings)
	for _, f := range u.Findings {
		for _, fix := range f.Fixes {
			for _, e := range fix.Edits {
				if u.Sources == nil {
					u.Sources = map[string]string{}
				}
				sum := sha256.Sum256(s.read(e.File))
				u.Sources[e.File] = hex.EncodeToString(sum[:])
			}
		}
	}
	return u, nil
}

// path returns the import path of a package, without what tells a test variant.
func path(pass *analysis.Pass) string {
	p, _, _ := strings.Cut(pass.Pkg.Path(), " ")
	return p
}

// sources turns places of a pass into those of files.
type sources struct {
	pass    *analysis.Pass
	dir     string            // the package's
	content map[string][]byte // nil: cannot be read
}

func (s *sources) finding(f policy.Finding) report.Finding {
	out := report.Finding{
		Rule:       f.Rule.ID,
		Severity:   report.Severity(f.Severity.String()),
		Confidence: report.Confidence(f.Confidence.String()),
		Message:    f.Message,
		Package:    path(s.pass),
		Function:   s.function(f.Pos),
		Expression: s.expression(f.Pos, f.End),
		Position:   s.position(f.Pos, f.End),
		Related:    []report.Related{},
		Fixes:      []report.Fix{},
	}
	for _, r := range f.Related {
		out.Related = append(out.Related, report.Related{Message: r.Message, Position: s.position(r.Pos, r.End)})
	}
	for _, fix := range f.SuggestedFixes {
		if edits, ok := s.edits(fix.TextEdits); ok {
			out.Fixes = append(out.Fixes, report.Fix{Message: fix.Message, Edits: edits})
		}
	}
	if f.Suppressed != nil {
		out.Suppressed = &report.Suppression{Kind: f.Suppressed.Kind, Reason: f.Suppressed.Reason}
	}
	return out
}

// isOwn reports whether a file is one of the package's own, and not what cgo or another tool
// made of it elsewhere.
func (s *sources) isOwn(f *token.File) bool { return filepath.Dir(f.Name()) == s.dir }

// position returns where a part lies: in the file that was read if it is the package's own,
// else in the one that its line comments name.
func (s *sources) position(pos, end token.Pos) report.Position {
	f := s.pass.Fset.File(pos)
	if f == nil {
		return report.Position{}
	}
	if end < pos || int(end) > f.Base()+f.Size() {
		end = pos
	}
	adjusted := !s.isOwn(f)
	from, to := s.pass.Fset.PositionFor(pos, adjusted), s.pass.Fset.PositionFor(end, adjusted)
	if from.Filename != to.Filename {
		to = from
	}
	return report.Position{
		File: from.Filename,
		Line: from.Line, Column: max(from.Column, 1), EndLine: to.Line, EndColumn: max(to.Column, 1),
		Offset: from.Offset, EndOffset: to.Offset,
	}
}

// edits returns the edits of a fix; ok is false where they change other files than the
// package's own.
func (s *sources) edits(list []analysis.TextEdit) (edits []report.Edit, ok bool) {
	for _, e := range list {
		f := s.pass.Fset.File(e.Pos)
		if f == nil || !s.isOwn(f) || s.read(f.Name()) == nil {
			return nil, false
		}
		end := max(e.End, e.Pos)
		edits = append(edits, report.Edit{File: f.Name(), Start: f.Offset(e.Pos), End: f.Offset(end), New: string(e.NewText)})
	}
	return edits, len(edits) > 0
}

func (s *sources) read(name string) []byte {
	content, ok := s.content[name]
	if !ok {
		content, _ = s.pass.ReadFile(name) // unreadable: no source is shown, nothing is fixed
		s.content[name] = content
	}
	return content
}

// expression returns the source of a part as one line, whatever the blanks in it.
func (s *sources) expression(pos, end token.Pos) string {
	f := s.pass.Fset.File(pos)
	if f == nil || end < pos || int(end) > f.Base()+f.Size() {
		return ""
	}
	content := s.read(f.Name())
	from, to := f.Offset(pos), f.Offset(end)
	if to > len(content) {
		return ""
	}
	text := strings.Join(strings.Fields(string(content[from:to])), " ")
	if len(text) > report.MaxExpression {
		text = strings.ToValidUTF8(text[:report.MaxExpression], "")
	}
	return text
}

// function names the function that pos lies in; closures are numbered as the compiler does.
func (s *sources) function(pos token.Pos) string {
	for _, f := range s.pass.Files {
		if pos < f.FileStart || f.FileEnd < pos {
			continue
		}
		for _, d := range f.Decls {
			if d.Pos() <= pos && pos < d.End() {
				name := ""
				if fn, ok := d.(*ast.FuncDecl); ok {
					name = policy.FuncName(fn)
				}
				return closure(d, name, pos)
			}
		}
	}
	return ""
}

// closure returns the name of the innermost function literal in n around pos, or name.
func closure(n ast.Node, name string, pos token.Pos) string {
	count, inner := 0, name
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		count++
		if lit.Pos() <= pos && pos < lit.End() {
			prefix := "func"
			if name != "" {
				prefix = name + ".func"
			}
			inner = closure(lit.Body, fmt.Sprint(prefix, count), pos)
		}
		return false
	})
	return inner
}
