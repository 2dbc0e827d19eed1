// Package fixtest runs an analyzer over its testdata, and puts its fixes to the proof.
package fixtest

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
)

// Options say how the analyzer runs. The zero Options show every finding of every rule that is
// on by default, whatever its severity and confidence.
type Options struct {
	Config policy.Config
	// Shown leaves only what a user sees without asking: warnings and errors of high
	// confidence.
	Shown bool
	// AnyFacts lets facts be that no comment wants. Those that are wanted have to be there.
	AnyFacts bool
}

// Run analyses packages of testdata/src as analysistest does, with stubs of other people's
// packages beside them. The diagnostics have to be those of the "want" comments; where there is
// a fix, the file with all of them applied has to be that of the .golden file, has to compile,
// and has to have no fix any more.
func Run(t *testing.T, a *analysis.Analyzer, o Options, packages ...string) []*analysistest.Result {
	t.Helper()
	configure(t, o)
	dir := tree(t, "")
	results := analysistest.RunWithSuggestedFixes(listener(t, o), dir, a, packages...)
	if t.Failed() || !hasFix(results) {
		return results
	}
	fixed := tree(t, ".golden")
	after := analysistest.Run(silent{}, fixed, a, packages...)
	if len(after) != len(results) {
		t.Errorf("after the fix: want %d packages, have %d", len(results), len(after))
	}
	for _, r := range after {
		for _, err := range r.Action.Package.Errors {
			t.Errorf("after the fix: %v", err)
		}
		for _, d := range r.Diagnostics {
			if len(d.SuggestedFixes) > 0 && !ast.IsGenerated(file(r.Pass, d)) {
				t.Errorf("after the fix there is still one to make: %s: %s", r.Pass.Fset.Position(d.Pos), d.Message)
			}
		}
	}
	return results
}

// listener returns what hears of the differences between comments and findings.
func listener(t *testing.T, o Options) analysistest.Testing {
	if o.AnyFacts {
		return indifferent{t}
	}
	return t
}

// indifferent takes no notice of facts that no comment wants.
type indifferent struct{ *testing.T }

func (t indifferent) Errorf(format string, args ...any) {
	if message := fmt.Sprintf(format, args...); !strings.Contains(message, ": unexpected fact: ") {
		t.T.Helper()
		t.T.Error(message)
	}
}

// configure sets the flags of all analyzers for the time of the test.
func configure(t *testing.T, o Options) {
	t.Helper()
	config, err := json.Marshal(o.Config)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range [...][3]string{{"config", string(config), "{}"}, {"all", fmt.Sprint(!o.Shown), "false"}} {
		if err := policy.Analyzer.Flags.Set(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := policy.Analyzer.Flags.Set(f[0], f[2]); err != nil {
				t.Error(err)
			}
		})
	}
}

// tree makes a GOPATH of the stubs and of testdata. A file that has one of the same name and
// the ending golden beside it is replaced by that.
func tree(t *testing.T, golden string) string {
	t.Helper()
	dir := t.TempDir()
	_, here, _, _ := runtime.Caller(0)
	for _, from := range []string{filepath.Join(filepath.Dir(here), "testdata", "src"), "testdata/src"} {
		if err := os.CopyFS(filepath.Join(dir, "src"), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	if golden == "" {
		return dir
	}
	err := filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != golden {
			return err
		}
		return os.Rename(name, name[:len(name)-len(golden)])
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func hasFix(results []*analysistest.Result) bool {
	for _, r := range results {
		for _, d := range r.Diagnostics {
			if len(d.SuggestedFixes) > 0 {
				return true
			}
		}
	}
	return false
}

func file(pass *analysis.Pass, d analysis.Diagnostic) *ast.File {
	for _, f := range pass.Files {
		if f.FileStart <= d.Pos && d.Pos <= f.FileEnd {
			return f
		}
	}
	return &ast.File{}
}

// silent takes no notice: the comments want what is mended by now.
type silent struct{}

func (silent) Errorf(string, ...any) {}

// Confidence checks that all findings of a Run without Shown are of that confidence.
func Confidence(t *testing.T, want rule.Confidence, results []*analysistest.Result) {
	t.Helper()
	for _, r := range results {
		for _, d := range r.Diagnostics {
			if !strings.HasSuffix(d.Category, "confidence "+want.String()) {
				t.Errorf("%s: %s: want confidence %s, have %s", r.Pass.Fset.Position(d.Pos), d.Message, want, d.Category)
			}
		}
	}
}
