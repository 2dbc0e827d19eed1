//go:build unix

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

// Whatever lies where a file should, gen check ends, says so, and never gives up.
func TestCheckHostile(t *testing.T) {
	fresh := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("do not show me"), 0o600); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]func(name string) error{
		"folder": func(name string) error { return os.Mkdir(name, 0o700) },
		"link":   func(name string) error { return os.Symlink(outside, name) },
		"loop":   func(name string) error { return os.Symlink(filepath.Base(name), name) },
		"pipe":   func(name string) error { return syscall.Mkfifo(name, 0o600) },
		"huge": func(name string) error {
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				return err
			}
			return os.Truncate(name, 1<<40)
		},
		"binary": func(name string) error { return os.WriteFile(name, []byte("\x00\xff\x1b[2J\n: - [{"), 0o600) },
		"empty":  func(name string) error { return os.WriteFile(name, nil, 0o600) },
	}
	for kind, put := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, fresh.FS.(fstest.MapFS)); err != nil {
				t.Fatal(err)
			}
			alone := kind == "pipe" || kind == "binary" // the others are told apart before they are read
			for _, name := range hostileFiles() {
				name = filepath.Join(dir, filepath.FromSlash(name))
				kept, err := os.ReadFile(name)
				if err == nil {
					err = os.Remove(name)
				}
				if err == nil || os.IsNotExist(err) {
					err = put(name)
				}
				if err != nil {
					t.Fatal(err)
				}
				if alone && !testing.Short() {
					judged(t, dir, name)
					if err := errors.Join(os.Remove(name), os.WriteFile(name, kept, 0o600)); err != nil {
						t.Fatal(err)
					}
				}
			}
			judged(t, dir, "all of them")
		})
	}
}

// hostileFiles are those in whose place something else lies.
func hostileFiles() []string {
	return []string{
		"mintwright.lock", "go.mod", "Dockerfile", ".dockerignore", "deploy/chart/Chart.yaml", "deploy/chart/values.yaml",
		"deploy/chart/values.schema.json", "deploy/chart/README.md", "deploy/chart/templates/deployment.yaml", "deploy/chart/files/alerts.yaml",
		"deploy/namespace.yaml", "deploy/policy/vap/bindings.yaml", "deploy/argocd/application.yaml", "deploy/spire/values.yaml",
		".github/workflows/ci.yml", ".github/dependabot.yml", ".golangci.yml", "CODEOWNERS", "SECURITY.md", "README.md", "LICENSE",
		"proto/payments/v1/greetings.proto", "proto/payments/v1/generate.go", "internal/config/config.go",
	}
}

// judged runs the cheap areas, and fails when one hangs, gives up, or shows what lies outside.
func judged(t *testing.T, dir, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, root, err := check.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	r, err := check.Run(ctx, s, cheapAreas())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var out strings.Builder
	if err := check.Text(&out, r, false); err != nil {
		t.Fatal(err)
	}
	switch text := out.String(); {
	case strings.Contains(text, "gave up"):
		t.Errorf("%s:\n%s", name, text)
	case strings.Contains(text, "do not show me"), strings.Contains(text, "\x1b"):
		t.Errorf("%s is shown:\n%s", name, text)
	case r.Failed():
		t.Logf("%s: %+v", name, r.Unchecked())
	}
}
