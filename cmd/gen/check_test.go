package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/areas"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

// cheapAreas are those that need no go.
func cheapAreas() []check.Area {
	return slices.DeleteFunc(areas.All(), func(a check.Area) bool { return a.Name == "code" })
}

// What gen new has just emitted has nothing to mend, whatever was chosen.
func TestCheckIsSilent(t *testing.T) { checktest.Silent(t, cheapAreas()...) }

// Each rule is of its area, is told in the forms that reports rely on, and comes once.
func TestCheckRules(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range areas.All() {
		if a.Summary == "" || strings.HasSuffix(a.Summary, ".") || seen[a.Name] {
			t.Errorf("area %q: summary %q", a.Name, a.Summary)
		}
		seen[a.Name] = true
		if len(a.Rules) == 0 {
			t.Errorf("area %s has no rules", a.Name)
		}
		for _, r := range a.Rules {
			switch {
			case r.Area() != a.Name, seen[r.ID], strings.ToLower(r.ID) != r.ID:
				t.Errorf("area %s: rule %q", a.Name, r.ID)
			case r.Severity != check.Finding && r.Severity != check.Note:
				t.Errorf("%s: severity %q", r.ID, r.Severity)
			}
			seen[r.ID] = true
			for what, text := range map[string]string{"summary": r.Summary, "remedy": r.Remedy, "criterion": r.Criterion} {
				if text == "" && what != "criterion" || strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\n\t") || text != strings.TrimSpace(text) {
					t.Errorf("%s: %s %q", r.ID, what, text)
				}
			}
			if r.Why != "" && !strings.HasSuffix(r.Why, ".") {
				t.Errorf("%s: why %q is no sentence", r.ID, r.Why)
			}
		}
	}
}

// serviceFolder is a service of its answers alone.
func serviceFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text := "version: 1\nname: orders\nmodule: example.com/orders\n"
	if err := os.WriteFile(filepath.Join(dir, check.AnswersFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// An interrupt ends it, and is told as such.
func TestCheckIsInterrupted(t *testing.T) {
	dir := serviceFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	env := &Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: dir, IsTerminal: func(any) bool { return false }}
	if code := run(ctx, env, []string{"check"}); code != exitInterrupted || stdout.Len() > 0 || stderr.String() != "gen: interrupted\n" {
		t.Errorf("exit code %d, %q, %q", code, &stdout, &stderr)
	}
}

// Colour is for terminals alone.
func TestCheckColour(t *testing.T) {
	dir := serviceFolder(t)
	for _, c := range []struct {
		terminal bool
		environ  []string
		want     bool
	}{{true, nil, true}, {false, nil, false}, {true, []string{"NO_COLOR=1"}, false}, {true, []string{"TERM=dumb"}, false}} {
		var stdout bytes.Buffer
		env := &Env{
			Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: io.Discard, Dir: dir, Environ: c.environ,
			IsTerminal: func(any) bool { return c.terminal },
		}
		code := run(t.Context(), env, []string{"check", "--only", "answers"})
		if got := strings.Contains(stdout.String(), "\x1b["); code != exitDone || got != c.want {
			t.Errorf("%+v: exit code %d, colour %t", c, code, got)
		}
	}
}

// What cannot be written is an error of every form.
func TestCheckOutputFails(t *testing.T) {
	dir := serviceFolder(t)
	for _, form := range []string{"--quiet", "--json", "--sarif"} {
		env := &Env{Stdin: strings.NewReader(""), Stdout: full{}, Stderr: io.Discard, Dir: dir, IsTerminal: func(any) bool { return false }}
		if code := run(t.Context(), env, []string{"check", "--only", "answers", form}); code != exitFailed {
			t.Errorf("%s: exit code %d", form, code)
		}
	}
}

// BenchmarkCheck judges a whole service in memory, without its code.
func BenchmarkCheck(b *testing.B) {
	s := checktest.Service(b, checktest.Answers(b, checktest.Full()...))
	for _, a := range cheapAreas() {
		b.Run(a.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := a.Check(b.Context(), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := check.Run(b.Context(), s, cheapAreas()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
