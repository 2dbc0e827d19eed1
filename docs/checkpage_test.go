package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/areas"
)

// TestCheckPage holds the areas and the rules of docs/check.md to those of gen check. UPDATE=1
// writes them.
func TestCheckPage(t *testing.T) {
	name := filepath.Join(root, "docs", "check.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	for part, content := range map[string]string{"example": example(t), "areas": areaTable(), "rules": ruleList()} {
		between := regexp.MustCompile(`(?s)(<!-- ` + part + ` -->\n).*?(<!-- end -->\n)`)
		if !between.MatchString(want) {
			t.Fatalf("docs/check.md has no part %q", part)
		}
		want = between.ReplaceAllStringFunc(want, func(old string) string {
			m := between.FindStringSubmatch(old)
			return m[1] + content + m[2]
		})
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("docs/check.md is not what the areas say; make docs writes it\n%s", firstDifference(want, string(text)))
	}
	// What it says of rules elsewhere holds too.
	for _, m := range regexp.MustCompile(`--explain ([a-z]+\.[a-z.-]+)`).FindAllStringSubmatch(want, -1) {
		if !hasRule(m[1]) {
			t.Errorf("check.md names the rule %s, which there is not", m[1])
		}
	}
}

// example is what a script of cmd/gen sees.
func example(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(root, filepath.FromSlash("cmd/gen/testdata/script/check_finds.txtar")))
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^exits 3 (gen check .*)\ncmp stdout \$WORK/want$`).FindSubmatch(script)
	_, output, found := strings.Cut(string(script), "\n-- want --\n")
	if command == nil || !found {
		t.Fatal("check_finds.txtar shows no output")
	}
	return "```console\n$ " + string(command[1]) + "\n" + output + "```\n"
}

func hasRule(id string) bool {
	for _, a := range areas.All() {
		for _, r := range a.Rules {
			if r.ID == id {
				return true
			}
		}
	}
	return false
}

func areaTable() string {
	var b strings.Builder
	b.WriteString("| area | what it looks at | rules |\n|---|---|---|\n")
	for _, a := range areas.All() {
		if a.Name == "code" { // whose rules stand elsewhere
			fmt.Fprintf(&b, "| code | %s | [analyzers.md](analyzers.md) |\n", a.Summary)
			continue
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %d |\n", a.Name, a.Name, cell(a.Summary), len(a.Rules))
	}
	return b.String()
}

func ruleList() string {
	var b strings.Builder
	for _, a := range areas.All() {
		fmt.Fprintf(&b, "\n### %s\n\n| rule | | what is wrong, and why it matters | remedy |\n|---|---|---|---|\n", a.Name)
		for _, r := range a.Rules {
			if a.Name == "code" && strings.Count(r.ID, ".") > 1 {
				continue
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.ID, r.Severity, cell(because(r)), cell(r.Remedy))
		}
	}
	return b.String() + "\n"
}

// because is what a rule finds, why, and who asks for it.
func because(r check.Rule) string {
	text := r.Summary + "."
	if first, _, _ := strings.Cut(text, " "); !strings.Contains(first, ".") { // no name of a file
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if r.Why != "" {
		text += " " + r.Why
	}
	if r.Criterion != "" {
		text += " *" + r.Criterion + "*"
	}
	return text
}

// cell is text in a cell of a table of Markdown.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `*`, "\n", " ").Replace(text)
}
