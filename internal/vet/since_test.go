package vet

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/report"
)

func TestSince(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	environ := append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(git, args...)
		cmd.Dir, cmd.Env = dir, environ
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split("abcdefghij", "")
	text := strings.Join(lines, "\n") + "\n"
	write("same.go", text)
	write("changed.go", text)
	write("moved.go", text)
	write("sub/ä b.go", text)
	run("init", "-q")
	run("add", ".")
	run("commit", "-qm", "first")
	// What looks like a header inside a hunk is none.
	write("changed.go", strings.Replace(strings.Replace(text, "c\n", "++ b/same.go\n-- a/x\n", 1), "h\n", "", 1))
	run("mv", "moved.go", "there.go")
	write("there.go", strings.Replace(text, "e\n", "E\n", 1))
	write("sub/ä b.go", strings.Replace(text, "j\n", "J\n", 1))
	write("new.go", text)
	write("ignored.go", text)
	write(".gitignore", "ignored.go\n")
	run("add", "there.go")

	for _, from := range []string{"", "sub"} {
		changes, err := Since(t.Context(), git, filepath.Join(dir, from), "HEAD", environ)
		if err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			file     string
			from, to int
			want     bool
		}{
			{"same.go", 1, 10, false},
			{"changed.go", 3, 3, true},
			{"changed.go", 4, 4, true},
			{"changed.go", 1, 2, false},
			{"changed.go", 5, 7, false},
			{"changed.go", 8, 8, true}, // where a line went
			{"changed.go", 1, 10, true},
			{"there.go", 5, 5, true},
			{"there.go", 6, 6, false},
			{"sub/ä b.go", 10, 10, true},
			{"sub/ä b.go", 9, 9, false},
			{"new.go", 1, 1, true},
			{"ignored.go", 1, 1, false},
		} {
			p := report.Position{File: filepath.Join(dir, filepath.FromSlash(tc.file)), Line: tc.from, EndLine: tc.to}
			if got := changes.Touch(p); got != tc.want {
				t.Errorf("from %q: %s, lines %d to %d: got %v", from, tc.file, tc.from, tc.to, got)
			}
		}
	}
	for revision, want := range map[string]string{"nowhere": `git knows no revision "nowhere"`, "--output=x": "is no revision"} {
		if _, err := Since(t.Context(), git, dir, revision, environ); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", revision, err)
		}
	}
	if _, err := Since(t.Context(), git, t.TempDir(), "HEAD", environ); err == nil {
		t.Error("no repository, and no error")
	}
}
