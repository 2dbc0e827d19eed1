package analyzers_test

import (
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestGoDistribution runs the suite over the Go distribution: every file and every folder of
// test/ as a package of its own, and every package of src/ without its tests. It takes minutes:
// make vet-torture, whose result stands in docs/evidence/vet-torture.md.
func TestGoDistribution(t *testing.T) {
	if os.Getenv("VET_TORTURE") == "" {
		t.Skip("VET_TORTURE is not set")
	}
	mustStub(t) // all rules
	w, err := worldOf("std", "cmd/...")
	if err != nil {
		t.Fatal(err)
	}
	w.roots = nil
	const most = 2 * time.Minute
	var looked, skipped int
	findings := map[string]int{}
	look := func(name, importPath string, files []string) {
		sources := map[string][]byte{}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			sources[f] = text
		}
		u, err := w.check(importPath, sources)
		if u != nil {
			defer u.close()
		}
		if err != nil {
			skipped++
			return
		}
		looked++
		done := make(chan *result, 1)
		go func() { done <- w.run(u, w.suite) }()
		select {
		case r := <-done:
			if r.err != nil {
				t.Errorf("%s: %v", name, r.err)
			}
			for _, f := range r.found {
				findings[f.Category]++
				t.Logf("%s: %s: %s", u.fset.Position(f.Pos), f.Category, f.Message)
			}
			for a, d := range r.spent {
				if d > 10*time.Second {
					t.Errorf("%s: %s took %v", name, a, d)
				}
			}
		case <-time.After(most):
			t.Fatalf("%s: not done after %v", name, most)
		}
	}
	folders := map[string][]string{}
	root := goroot()
	err = filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil || relErr != nil:
			return err
		case e.IsDir() && (rel == "pkg" || rel == "bin" || strings.HasSuffix(rel, "/testdata") && strings.HasPrefix(rel, "src/cmd/go")):
			return filepath.SkipDir
		case filepath.Ext(name) != ".go" || !strings.HasPrefix(rel, "src/") && !strings.HasPrefix(rel, "test/") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		if strings.HasPrefix(rel, "test/") {
			look(rel, "p", []string{name})
		}
		folders[filepath.Dir(name)] = append(folders[filepath.Dir(name)], name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("files of test/: %d looked at, %d whose types are not whole", looked, skipped)
	looked, skipped = 0, 0
	for dir, files := range folders {
		rel, _ := filepath.Rel(root, dir)
		rel = filepath.ToSlash(rel)
		if rel == "test" {
			continue
		}
		files = slices.DeleteFunc(files, func(f string) bool { ok, err := buildable(f); return err != nil || !ok })
		if len(files) > 0 {
			look(rel, strings.TrimPrefix(rel, "src/"), files)
		}
	}
	t.Logf("folders: %d looked at, %d whose types are not whole", looked, skipped)
	t.Log("findings by rule: " + fmt.Sprint(findings))
}

// buildable reports whether a file is built on this machine.
func buildable(name string) (bool, error) {
	return build.Default.MatchFile(filepath.Dir(name), filepath.Base(name))
}
