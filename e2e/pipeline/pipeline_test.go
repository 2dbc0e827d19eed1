// Package pipeline lets actionlint, with shellcheck for the scripts, judge the workflows of
// each service, and holds the file for GitLab to the keys that GitLab documents.
package pipeline

import (
	"io"
	"os/exec"
	"path"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"

	"github.com/mintwright/mintwright/e2e/services"
)

// shellcheck returns the shellcheck that everything here needs.
func shellcheck(t *testing.T) string {
	t.Helper()
	name, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Fatal("shellcheck is not on PATH, and without it the scripts are not judged: apt-get install shellcheck, or brew install shellcheck")
	}
	return name
}

// TestWorkflows: actionlint and shellcheck find nothing.
func TestWorkflows(t *testing.T) {
	l, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{Shellcheck: shellcheck(t)})
	if err != nil {
		t.Fatal(err)
	}
	files, distinct := 0, map[string]bool{}
	for _, s := range services.All(t) {
		for _, name := range s.Below(".github/workflows") {
			files++
			content := s.Files[name].Data
			if distinct[string(content)] {
				continue
			}
			distinct[string(content)] = true
			faults, err := l.Lint(path.Base(name), content, nil)
			if err != nil {
				t.Errorf("%s: %s: %v", s.Name, name, err)
			}
			for _, f := range faults {
				t.Errorf("%s: %s:%d:%d: %s [%s]", s.Name, name, f.Line, f.Column, f.Message, f.Kind)
			}
		}
	}
	t.Logf("%d workflows, %d of them distinct, by actionlint with shellcheck", files, len(distinct))
	if files < 30 {
		t.Error("too few")
	}
}

// TestScripts: shellcheck finds nothing in what is a script of its own.
func TestScripts(t *testing.T) {
	tool := shellcheck(t)
	files, distinct := 0, map[string]bool{}
	for _, s := range services.All(t) {
		for _, name := range s.Below(".") {
			content := string(s.Files[name].Data)
			if path.Ext(name) != ".sh" && !strings.HasPrefix(content, "#!") {
				continue
			}
			files++
			if distinct[content] {
				continue
			}
			distinct[content] = true
			cmd := exec.CommandContext(t.Context(), tool, "-")
			cmd.Stdin = strings.NewReader(content)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %s: %v\n%s", s.Name, name, err, out)
			}
		}
	}
	t.Logf("%d scripts, %d of them distinct, by shellcheck", files, len(distinct))
}

// TestBites: the linters do find what they are here for.
func TestBites(t *testing.T) {
	l, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{Shellcheck: shellcheck(t)})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := l.Lint("ci.yml", []byte(`
on: pull_request
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{ github.event.pull_request.title }}
      - run: rm $UNQUOTED
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, f := range faults {
		kinds[f.Kind] = true
	}
	if !kinds["expression"] || !kinds["shellcheck"] {
		t.Errorf("found: %v", faults)
	}
}
