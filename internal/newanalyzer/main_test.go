package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A new analyzer is what gofmt and vet want, and passes its test, in a copy of the packages
// that it needs.
func TestNew(t *testing.T) {
	if testing.Short() {
		t.Skip("builds an analyzer")
	}
	const module = "../.."
	root := t.TempDir()
	for _, part := range []string{
		"go.mod", "go.sum", list, "analyzers/rule", "analyzers/policy", "analyzers/internal",
		"internal/knowledge", "internal/names", "internal/registry",
	} {
		copied(t, filepath.Join(module, filepath.FromSlash(part)), filepath.Join(root, filepath.FromSlash(part)))
	}
	var out bytes.Buffer
	if err := run(root, []string{"spanlink"}, &out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"\tspanlink.Analyzer,\n", "\tspanlink.Rules,\n"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("it does not print %q:\n%s", line, out.String())
		}
	}
	for _, args := range [][]string{{"go", "vet", "./analyzers/spanlink"}, {"go", "test", "./analyzers/spanlink"}, {"gofmt", "-l", "analyzers/spanlink"}} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		said, err := cmd.CombinedOutput()
		if err != nil || args[0] == "gofmt" && len(said) > 0 {
			t.Errorf("%v: %v\n%s", args, err, said)
		}
	}
	if err := run(root, []string{"spanlink"}, &out); err == nil || !strings.Contains(err.Error(), "there is analyzers/spanlink already") {
		t.Errorf("a second time: %v", err)
	}
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err == nil && info.IsDir() {
		err = os.CopyFS(to, os.DirFS(from))
	} else if err == nil {
		var text []byte
		if text, err = os.ReadFile(from); err == nil {
			if err = os.MkdirAll(filepath.Dir(to), 0o777); err == nil {
				err = os.WriteFile(to, text, 0o666)
			}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestRefused(t *testing.T) {
	root := t.TempDir()
	for name, want := range map[string]string{
		"":                      "no name given",
		"SpanLink":              "one word",
		"span-link":             "one word",
		"span_link":             "one word",
		"../span":               "one word",
		"9span":                 "one word",
		strings.Repeat("a", 25): "at most 24",
		"func":                  "no name for an analyzer",
		"testdata":              "it is a name with a meaning of its own",
		"all":                   "means something else",
		"mintwright":            "something else",
		"spanlink":              "not the root of Mintwright",
	} {
		if err := run(root, []string{name}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want %q, got %v", name, want, err)
		}
	}
	if left, err := os.ReadDir(root); err != nil || len(left) > 0 {
		t.Errorf("it has left %v, %v", left, err)
	}
}
