package trace

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
)

// The systems and architectures by which the name of a file leaves it out of other builds.
//
// Source: Go 1.26, internal/syslist.
var (
	systems       = []string{"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows", "zos"}
	architectures = []string{"386", "amd64", "amd64p32", "arm", "arm64", "arm64be", "armbe", "loong64", "mips", "mips64", "mips64le", "mips64p32", "mips64p32le", "mipsle", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm"}
)

// constraint is the condition under which all interfaces are there that the package declares
// itself; "" when they are always.
func (f *file) constraint() string {
	var all []string
	for _, d := range f.decorators {
		syntax := f.syntax(d.of.Pos.Filename)
		if syntax == nil {
			continue
		}
		all = append(all, nameTags(d.of.Pos.Filename)...)
		if importsC(syntax) {
			all = append(all, "cgo")
		}
		if e := buildLine(syntax); e != nil {
			text := e.String()
			if _, isOr := e.(*constraint.OrExpr); isOr {
				text = "(" + text + ")"
			}
			all = append(all, text)
		}
	}
	var each []string
	for _, text := range all {
		if !slices.Contains(each, text) {
			each = append(each, text)
		}
	}
	if len(each) == 0 {
		return ""
	}
	e, err := constraint.Parse("//go:build " + strings.Join(each, " && "))
	if err != nil {
		panic(err) // it is made of constraints
	}
	return e.String()
}

// buildLine is the //go:build line of a file, nil when it has none.
func buildLine(syntax *ast.File) constraint.Expr {
	for _, g := range syntax.Comments {
		if g.Pos() > syntax.Package {
			break
		}
		for _, c := range g.List {
			if !constraint.IsGoBuild(c.Text) {
				continue
			}
			if e, err := constraint.Parse(c.Text); err == nil {
				return e
			}
		}
	}
	return nil
}

func importsC(syntax *ast.File) bool {
	return slices.ContainsFunc(syntax.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
}

// nameTags returns the system and the architecture that the name of a file asks for.
func nameTags(name string) []string {
	words := strings.Split(strings.TrimSuffix(strings.TrimSuffix(filepath.Base(name), ".go"), "_test"), "_")
	n := len(words)
	switch {
	case n > 2 && slices.Contains(systems, words[n-2]) && slices.Contains(architectures, words[n-1]):
		return words[n-2:]
	case n > 1 && (slices.Contains(systems, words[n-1]) || slices.Contains(architectures, words[n-1])):
		return words[n-1:]
	}
	return nil
}

// leftOut says that the output's name leaves it out of builds in which its interfaces are.
func (f *file) leftOut() *fault.Fault {
	tags := nameTags(f.output)
	for _, d := range f.decorators {
		if len(tags) > 0 && !slices.Equal(tags, nameTags(d.of.Pos.Filename)) {
			return &fault.Fault{
				Problem: fmt.Sprintf("the output's name, %s, keeps it out of builds that are not for %s", f.output, list(tags)),
				Remedy:  "give it another name with -o",
			}
		}
	}
	return nil
}
