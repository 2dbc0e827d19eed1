package spanmissing

import (
	"fmt"
	"go/ast"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
)

// require looks at the functions that the configuration requires spans of.
func (c *checker) require() {
	for i := range c.policy.Config.Require {
		r := &c.policy.Config.Require[i]
		if !isWithin(r.Packages, strings.TrimSuffix(c.pass.Pkg.Path(), "_test")) {
			continue
		}
		for _, f := range c.pass.Files {
			for _, d := range f.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil && isNamed(r.Functions, policy.FuncName(fd)) {
					c.requireSpan(fd, r)
				}
			}
		}
	}
}

func (c *checker) requireSpan(d *ast.FuncDecl, r *policy.Requirement) {
	if c.evaluator().hasSpan(d.Body, false) {
		return
	}
	message := fmt.Sprintf("%s starts no span though the configuration requires one", policy.FuncName(d))
	if r.Reason != "" {
		message += ": " + strings.Join(strings.Fields(r.Reason), " ")
	}
	c.policy.Report(c.pass, &required, rule.High, analysis.Diagnostic{Pos: d.Name.Pos(), End: d.Name.End(), Message: message})
}

// isWithin reports whether a package is among patterns: import paths as go list has them, with
// "..." for anything.
func isWithin(patterns []string, pkg string) bool {
	for _, p := range patterns {
		if below, ok := strings.CutSuffix(p, "/..."); ok && pkg == below {
			return true // as in go list, "p/..." matches p itself
		}
		if glob(strings.Split(p, "..."), pkg, "") {
			return true
		}
	}
	return false
}

// isNamed reports whether a function is among patterns: "F" and "(*T).M", with "*" for any part
// of a name. It is the same whether the receiver is a pointer.
func isNamed(patterns []string, function string) bool {
	function = withoutPointer(function)
	for _, p := range patterns {
		if glob(strings.Split(withoutPointer(p), "*"), function, ".") {
			return true
		}
	}
	return false
}

// withoutPointer returns "T.M" for "(*T).M" and for "(T).M"; a pattern without a type, "(*).M",
// is for all.
func withoutPointer(name string) string {
	rest, ok := strings.CutPrefix(name, "(")
	if !ok {
		return name
	}
	t, m, _ := strings.Cut(rest, ")")
	if t = strings.TrimPrefix(t, "*"); t == "" {
		t = "*"
	}
	return t + m
}

// glob reports whether text is made of parts, in this order and with anything in between but
// the bytes of stop.
func glob(parts []string, text, stop string) bool {
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok || len(parts) == 1 {
		return ok && text == ""
	}
	for skip := 0; skip <= len(text); skip++ {
		if strings.ContainsAny(text[:skip], stop) {
			return false
		}
		if glob(parts[1:], text[skip:], stop) {
			return true
		}
	}
	return false
}
