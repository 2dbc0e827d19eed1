package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func change(path, old, new string) Change { return Change{path, []byte(old), []byte(new)} }

func TestRewrite(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a/one b.go"), "old")
	put(t, filepath.Join(dir, "a/same.go"), "same")
	put(t, filepath.Join(dir, "a/.generated.gen-0123456789abcdef"), "of a killed run")
	put(t, filepath.Join(dir, "two.go"), "old")
	if err := os.Chmod(filepath.Join(dir, "two.go"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	written, err := Rewrite(t.Context(), dir, []Change{change("two.go", "old", "new"), change("a/same.go", "same", "same"), change("a/one b.go", "old", "new")})
	if want := []string{"a/one b.go", "two.go"}; err != nil || !slices.Equal(want, written) {
		t.Errorf("want %q, got %q, %v", want, written, err)
	}
	checkContents(t, dir, map[string]string{
		"a/": "", "a/one b.go": "-rw-r--r-- new", "a/same.go": "-rw-r--r-- same", "two.go": "-rwxr-x--- new", "link": "link",
	})
	// A link to a folder inside is a way like another.
	if written, err := Rewrite(t.Context(), dir, []Change{change("link/same.go", "same", "other")}); err != nil || len(written) != 1 {
		t.Errorf("got %q, %v", written, err)
	}
	if written, err := Rewrite(t.Context(), dir, nil); err != nil || len(written) != 0 {
		t.Errorf("nothing to do: got %q, %v", written, err)
	}
}

// Whatever is refused, no file has changed.
func TestRewriteRefuses(t *testing.T) {
	outside := t.TempDir()
	put(t, filepath.Join(outside, "x.go"), "old")
	dir := t.TempDir()
	for _, name := range []string{"a.go", "changed.go", "readonly.go", "folder/x.go"} {
		put(t, filepath.Join(dir, name), "old")
	}
	if err := os.Chmod(filepath.Join(dir, "readonly.go"), 0o444); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"link.go": "a.go", "out.go": filepath.Join(outside, "x.go"), "out": outside} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := contents(t, dir)
	for _, c := range []struct {
		change Change
		reason error
	}{
		{change("changed.go", "other", "new"), ErrChanged},
		{change("readonly.go", "old", "new"), ErrReadOnly},
		{change("link.go", "old", "new"), ErrSymlink},
		{change("out.go", "old", "new"), ErrSymlink},
		{change("out/x.go", "old", "new"), nil},
		{change("gone.go", "old", "new"), fs.ErrNotExist},
		{change("a.go/x.go", "old", "new"), nil},
		{change("folder", "old", "new"), nil},
		{change("../a.go", "old", "new"), nil},
		{change("/a.go", "old", "new"), nil},
		{change("a.go", "old", "newer"), nil}, // a second time
	} {
		written, err := Rewrite(t.Context(), dir, []Change{change("a.go", "old", "new"), c.change})
		if err == nil || len(written) > 0 || c.reason != nil && !errors.Is(err, c.reason) {
			t.Errorf("%s: want %v, got %q, %v", c.change.Path, c.reason, written, err)
		}
		checkContents(t, dir, before)
	}
	if content, err := os.ReadFile(filepath.Join(outside, "x.go")); string(content) != "old" {
		t.Errorf("a file outside: %q, %v", content, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if written, err := Rewrite(ctx, dir, []Change{change("a.go", "old", "new")}); !errors.Is(err, context.Canceled) || len(written) > 0 {
		t.Errorf("cancelled: %q, %v", written, err)
	}
	checkContents(t, dir, before)
}

// A folder that cannot be written to keeps its file, and says so.
func TestRewriteReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a/a.go"), "old")
	put(t, filepath.Join(dir, "b/b.go"), "old")
	if err := os.Chmod(filepath.Join(dir, "b"), 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "b"), 0o755) })
	before := contents(t, dir)
	_, err := Rewrite(t.Context(), dir, []Change{change("a/a.go", "old", "new"), change("b/b.go", "old", "new")})
	if !errors.Is(err, ErrReadOnly) {
		t.Errorf("got %v", err)
	}
	checkContents(t, dir, before)
}

// Of runs at once one wins, whole; the others see that the files have changed.
func TestRewriteAtOnce(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.go"), "old")
	put(t, filepath.Join(dir, "b.go"), "old")
	var runs sync.WaitGroup
	for _, content := range []string{"one", "two", "three", "four"} {
		runs.Go(func() {
			_, err := Rewrite(t.Context(), dir, []Change{change("a.go", "old", content), change("b.go", "old", content)})
			if err != nil && !errors.Is(err, ErrChanged) {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	got := contents(t, dir)
	if len(got) != 2 || got["a.go"] != got["b.go"] || got["a.go"] == "-rw-r--r-- old" {
		t.Errorf("got %q", got)
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.json")
	for _, content := range []string{"one", "two"} {
		if err := Save(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
		checkContents(t, dir, map[string]string{"a.json": "-rw-r--r-- " + content})
	}
	if err := os.Symlink("a.json", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	if err := Save(filepath.Join(dir, "link"), nil); !errors.Is(err, ErrSymlink) {
		t.Errorf("a link: %v", err)
	}
	if err := Save(filepath.Join(dir, "missing/a.json"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	checkContents(t, dir, before)
}
