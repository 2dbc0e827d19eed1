// Package docs holds the documentation to what it says: its links lead somewhere, its indexes
// are complete, and the output that it shows is output produced.
package docs

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = ".."

// pages returns every Markdown file of ours, by slash path from root. Those of the golden
// services speak of another place.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (p == ".git" || p == "golden" || p == "bin" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".md"):
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, p))
		found[p] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestLinks follows each relative link, to its heading too.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	all := pages(t)
	for page, text := range all {
		for _, match := range link.FindAllStringSubmatch(withoutCode(text), -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			to := page
			if target != "" {
				to = path.Join(path.Dir(page), target)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(to))); err != nil {
				t.Errorf("%s: link %q leads nowhere", page, match[1])
			} else if anchor != "" && !slices.Contains(anchors(all[to]), anchor) {
				t.Errorf("%s: link %q: no such heading in %s", page, match[1], to)
			}
		}
	}
}

// withoutCode drops fenced blocks and code spans.
func withoutCode(text string) string {
	text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	return regexp.MustCompile("`[^`\n]*`").ReplaceAllString(text, "code")
}

// anchors returns what GitHub makes of the headings of a page.
func anchors(text string) []string {
	var list []string
	dropped := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for line := range strings.Lines(withoutCode(text)) {
		if heading := strings.TrimLeft(line, "#"); heading != line && strings.HasPrefix(heading, " ") {
			heading = dropped.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), "")
			list = append(list, strings.ReplaceAll(heading, " ", "-"))
		}
	}
	return list
}

// TestDecisions holds the pages of decisions to their form: numbered without a gap, in the
// index by their titles, with the three parts, a page long at most.
func TestDecisions(t *testing.T) {
	const maxLines = 80
	index, err := os.ReadFile("decisions/README.md")
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob("decisions/[0-9]*.md")
	if err != nil || len(found) == 0 {
		t.Fatal("no decisions found", err)
	}
	var want bytes.Buffer
	for i, name := range found {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		number, _, _ := strings.Cut(base, "-")
		if want := fmt.Sprintf("%03d", i+1); number != want {
			t.Errorf("%s: want number %s", base, want)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		title, ok := strings.CutPrefix(first, "# "+number+": ")
		if !ok {
			t.Errorf("%s: want the first line to begin with %q", base, "# "+number+": ")
		}
		for _, part := range []string{"## Context", "## Decision", "## Consequences"} {
			if strings.Count(string(text), "\n"+part+"\n") != 1 {
				t.Errorf("%s: want one part %q", base, part)
			}
		}
		if lines := bytes.Count(text, []byte("\n")); lines > maxLines {
			t.Errorf("%s has %d lines; a page has %d", base, lines, maxLines)
		}
		want.WriteString("| [" + number + "](" + base + ") | " + title + " |\n")
	}
	if !strings.HasSuffix(string(index), "|---|---|\n"+want.String()) {
		t.Errorf("decisions/README.md: want it to end in this table:\n%s", want.String())
	}
}

// TestMakefileTargets compares the targets that the documentation names with those there are.
func TestMakefileTargets(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`(?m)^([a-z0-9-]+):.*## `)
	var targets []string
	for _, match := range rule.FindAllStringSubmatch(string(makefile), -1) {
		targets = append(targets, match[1])
	}
	_, phony, _ := strings.Cut(string(makefile), "\n.PHONY: ")
	phony, _, _ = strings.Cut(phony, "\n")
	if got := strings.Fields(phony); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(targets))) {
		t.Errorf("Makefile: .PHONY lists %v, the targets are %v", got, targets)
	}
	named := regexp.MustCompile("(?m)(?:^|`)make ([a-z0-9 -]+?)(?:`|$| +#)")
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "docs/decisions/007-offline-modules.md"} {
		matches := named.FindAllStringSubmatch(pages(t)[page], -1)
		if len(matches) == 0 {
			t.Errorf("%s names no target", page)
		}
		for _, match := range matches {
			for target := range strings.FieldsSeq(match[1]) {
				if !slices.Contains(targets, target) {
					t.Errorf("%s: there is no %q in the Makefile", page, "make "+target)
				}
			}
		}
	}
}

// TestEnvironment looks for each variable that a service reads in the decision that promises
// their names.
func TestEnvironment(t *testing.T) {
	configs, err := filepath.Glob(filepath.Join(root, "golden/*/internal/config/config.go"))
	if err != nil || len(configs) == 0 {
		t.Fatal("no service found", err)
	}
	deltas, err := filepath.Glob(filepath.Join(root, "golden/deltas/*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	promised, err := os.ReadFile("decisions/004-environment.md")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`^CALL_\w+_ADDRESS$`)
	read := regexp.MustCompile(`(?m)^\t\t\w+: +r\.(\w+)\("([A-Z_]+)"`)
	found := false
	for _, name := range slices.Concat(configs, deltas) {
		config, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range read.FindAllSubmatch(config, -1) {
			found = true
			variables := []string{string(match[2])}
			switch string(match[1]) {
			case "Secret", "SecretFile", "Level":
				variables = append(variables, variables[0]+"_FILE")
			}
			for _, v := range variables {
				if v = call.ReplaceAllString(v, "CALL_<NAME>_ADDRESS"); !bytes.Contains(promised, []byte("`"+v+"`")) {
					t.Errorf("decision 004 does not have %s of %s", v, name)
				}
			}
		}
	}
	if !found {
		t.Fatal("the services read no variables")
	}
}
