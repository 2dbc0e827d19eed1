package disk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/mintwright/mintwright/internal/tree"
)

// service is a tree of sixty files in a dozen folders.
func service(t testing.TB) tree.Tree {
	t.Helper()
	files := []tree.File{
		{Path: "go.mod", Mode: 0o644, Owner: tree.Managed, Content: []byte("module m\n")},
		{Path: "README.md", Mode: 0o644, Owner: tree.Yours, Content: []byte("# orders\n")},
		{Path: ".gitignore", Mode: 0o644, Owner: tree.Yours, Content: []byte("bin/\n")},
		{Path: "run.sh", Mode: 0o755, Owner: tree.Yours, Content: []byte("#!/bin/sh\n")},
	}
	for i := range 56 {
		files = append(files, tree.File{
			Path:    fmt.Sprintf("internal/p%d/f%d.go", i%11, i),
			Mode:    0o644,
			Owner:   tree.Managed,
			Content: []byte(strings.Repeat(fmt.Sprintf("line %d\n", i), i)),
		})
	}
	made, err := tree.New(files...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// contents returns what lies under dir: files with mode and content, folders with a slash.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			found[rel+"/"] = ""
		case d.Type()&fs.ModeSymlink != 0:
			found[rel] = "link"
		default:
			content, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			found[rel] = fmt.Sprintf("%v %s", info.Mode().Perm(), content)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// expected is what contents returns for a tree under the usual umask of 022.
func expected(t tree.Tree) map[string]string {
	want := map[string]string{}
	for _, f := range t {
		want[f.Path] = fmt.Sprintf("%v %s", f.Mode, f.Content)
		for dir := f.Path; strings.Contains(dir, "/"); {
			dir = dir[:strings.LastIndex(dir, "/")]
			want[dir+"/"] = ""
		}
	}
	return want
}

func checkContents(t testing.TB, dir string, want map[string]string) {
	t.Helper()
	got := contents(t, dir)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if g, found := got[name]; !found {
			t.Errorf("%s is missing", name)
		} else if g != want[name] {
			t.Errorf("%s: want %q, got %q", name, want[name], g)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, found := want[name]; !found {
			t.Errorf("%s should not be there", name)
		}
	}
}

func put(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func checkReason(t testing.TB, err, want error, path string) {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) || !errors.Is(err, want) {
		t.Fatalf("want an Error that %q, got %v", want, err)
	}
	if path != "" && refused.Path != path {
		t.Errorf("path: want %q, got %q", path, refused.Path)
	}
	for _, secret := range []string{"staging", ".gen-"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("error speaks of our own files: %q", err)
		}
	}
}

func TestCreate(t *testing.T) {
	files := service(t)
	for _, below := range []string{"orders", "a/b/orders"} {
		t.Run(below, func(t *testing.T) {
			dir := t.TempDir()
			r, err := Create(t.Context(), filepath.Join(dir, below), files, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Written) != len(files) || len(r.Same)+len(r.Kept)+len(r.Differ) != 0 {
				t.Errorf("result: %+v", r)
			}
			checkContents(t, filepath.Join(dir, below), expected(files))
			top, _, _ := strings.Cut(below, "/")
			if got := names(t, dir); !slices.Equal(got, []string{top}) {
				t.Errorf("beside it: %q", got)
			}
			info, err := os.Stat(filepath.Join(dir, top))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o755 {
				t.Errorf("mode of the folder: %v", info.Mode())
			}
		})
	}
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestCreateInRelativeFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	files := service(t)
	if _, err := Create(t.Context(), "a/../orders/", files, Options{}); err != nil {
		t.Fatal(err)
	}
	checkContents(t, "orders", expected(files))
	if err := os.Mkdir("empty", 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir("empty")
	if _, err := Create(t.Context(), ".", files, Options{}); err != nil {
		t.Fatal(err)
	}
	checkContents(t, ".", expected(files))
}

func TestCreateKeepsWhatCountsAsEmpty(t *testing.T) {
	files := service(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, ".git/config"), "[core]\n")
	put(t, filepath.Join(dir, "README.md"), "mine\n")
	put(t, filepath.Join(dir, "LICENSE"), "mine\n")
	put(t, filepath.Join(dir, ".gitignore"), "bin/\n")
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	prepared := false
	r, err := Create(t.Context(), dir, files, Options{Prepare: func(string) error { prepared = true; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	if prepared {
		t.Error("Prepare ran although there is a .git")
	}
	if !slices.Equal(r.Kept, []string{"README.md"}) || !slices.Equal(r.Same, []string{".gitignore"}) || len(r.Written) != len(files)-2 {
		t.Errorf("result: %+v", r)
	}
	after, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) {
		t.Error("the folder was replaced")
	}
	want := expected(files)
	want[".git/"], want[".git/config"] = "", "-rw-r--r-- [core]\n"
	want["README.md"], want["LICENSE"] = "-rw-r--r-- mine\n", "-rw-r--r-- mine\n"
	checkContents(t, dir, want)
}

func TestCreateRefusesAFolderWithFiles(t *testing.T) {
	files := service(t)
	dir := filepath.Join(t.TempDir(), "orders")
	for i := range 11 {
		put(t, filepath.Join(dir, fmt.Sprintf("src/%d.txt", i)), "mine")
	}
	put(t, filepath.Join(dir, "notes.txt"), "mine")
	put(t, filepath.Join(dir, "README"), "not counted")
	put(t, filepath.Join(dir, ".git/HEAD"), "not counted")
	before := contents(t, dir)
	_, err := Create(t.Context(), dir, files, Options{})
	checkReason(t, err, ErrNotEmpty, dir)
	if want := "orders/ is not empty (12 files)"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("error: want %q, got %q", want, err)
	}
	_, err = Preview(dir, files, Options{})
	checkReason(t, err, ErrNotEmpty, dir)
	checkContents(t, dir, before)
}

func TestCreateRefusesEmptyFolders(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "LICENSES/MIT.txt"), "a folder is no LICENSE file")
	_, err := Create(t.Context(), dir, service(t), Options{})
	checkReason(t, err, ErrNotEmpty, dir)
	if err := os.Remove(filepath.Join(dir, "LICENSES/MIT.txt")); err != nil {
		t.Fatal(err)
	}
	_, err = Create(t.Context(), dir, service(t), Options{})
	checkReason(t, err, ErrNotEmpty, dir)
	if !strings.Contains(err.Error(), "(folders only)") {
		t.Errorf("error: %q", err)
	}
}

func TestForceOnlyAdds(t *testing.T) {
	files := service(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), "module mine\n")
	put(t, filepath.Join(dir, "README.md"), "mine\n")
	put(t, filepath.Join(dir, "run.sh"), "#!/bin/sh\n") // same content, other mode
	put(t, filepath.Join(dir, "internal/p0/own.go"), "package p0\n")
	put(t, filepath.Join(dir, "internal/p1"), "a file where a folder should be\n")
	before := contents(t, dir)
	o := Options{Force: true, Prepare: func(string) error { return errors.New("must not run here") }}
	preview, err := Preview(dir, files, o)
	if err != nil {
		t.Fatal(err)
	}
	checkContents(t, dir, before)
	r, err := Create(t.Context(), dir, files, o)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(preview) != fmt.Sprint(r) {
		t.Errorf("preview %v, result %v", preview, r)
	}
	var differ []string
	for _, f := range files {
		if f.Path == "go.mod" || f.Path == "README.md" || strings.HasPrefix(f.Path, "internal/p1/") {
			differ = append(differ, f.Path)
		}
	}
	if !slices.Equal(r.Differ, differ) || !slices.Equal(r.Same, []string{"run.sh"}) || len(r.Kept) != 0 {
		t.Errorf("want %q to differ, got %+v", differ, r)
	}
	want := expected(files)
	for name := range want {
		if strings.HasPrefix(name, "internal/p1/") {
			delete(want, name)
		}
	}
	maps.Copy(want, before)
	checkContents(t, dir, want)

	again, err := Create(t.Context(), dir, files, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Written) != 0 || !slices.Equal(again.Differ, differ) {
		t.Errorf("a second time: %+v", again)
	}
}

func TestPreviewWritesNothing(t *testing.T) {
	dir := t.TempDir()
	files := service(t)
	r, err := Preview(filepath.Join(dir, "a/orders"), files, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Written) != len(files) {
		t.Errorf("result: %+v", r)
	}
	if _, err := Preview(dir, files, Options{}); err != nil {
		t.Fatal(err)
	}
	checkContents(t, dir, nil)
}

func TestCreateRefusesPlaces(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "file"), "x")
	for link, to := range map[string]string{"link": "folder", "dangling": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	for _, c := range []struct {
		target string
		want   error
		path   string
	}{
		{"file", ErrNotDirectory, "file"},
		{"file/orders", ErrNotDirectory, "file"},
		{"file/a/orders", ErrNotDirectory, "file"},
		{"link", ErrSymlink, "link"},
		{"link/", ErrSymlink, "link"},
		{"dangling", ErrSymlink, "dangling"},
		{"dangling/orders", ErrSymlink, "dangling"},
	} {
		_, err := Create(t.Context(), dir+"/"+c.target, service(t), Options{Force: true})
		checkReason(t, err, c.want, filepath.Join(dir, c.path))
		_, err = Preview(dir+"/"+c.target, service(t), Options{})
		checkReason(t, err, c.want, filepath.Join(dir, c.path))
	}
	checkContents(t, dir, before)

	if _, err := Create(t.Context(), filepath.Join(dir, "link/orders"), service(t), Options{}); err != nil {
		t.Errorf("below a linked folder: %v", err)
	}
}

func TestForceNeverLeavesTheFolder(t *testing.T) {
	for _, to := range []string{"../outside", "nowhere"} {
		base := t.TempDir()
		dir := filepath.Join(base, "orders")
		put(t, filepath.Join(base, "outside/keep"), "x")
		put(t, filepath.Join(dir, "own"), "x")
		if err := os.Symlink(to, filepath.Join(dir, "internal")); err != nil {
			t.Fatal(err)
		}
		before := contents(t, base)
		_, err := Create(t.Context(), dir, service(t), Options{Force: true})
		checkReason(t, err, ErrSymlink, filepath.Join(dir, "internal"))
		checkContents(t, base, before)
	}
}

func TestForceGoesThroughALinkInside(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "src/own.go"), "x")
	if err := os.Symlink("src", filepath.Join(dir, "internal")); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(t.Context(), dir, service(t), Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "src/p0/f0.go")); err != nil {
		t.Error(err)
	}
}

func TestPrepare(t *testing.T) {
	files := service(t)
	git := func(root string) error {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
			return err
		}
		return errors.Join(os.MkdirAll(filepath.Join(root, ".git/refs/heads"), 0o755), os.WriteFile(filepath.Join(root, ".git/HEAD"), []byte("ref"), 0o644))
	}
	want := expected(files)
	want[".git/"], want[".git/refs/"], want[".git/refs/heads/"], want[".git/HEAD"] = "", "", "", "-rw-r--r-- ref"
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"new", "a/b/new", "there"} {
		if _, err := Create(t.Context(), filepath.Join(base, target), files, Options{Prepare: git}); err != nil {
			t.Fatal(err)
		}
		checkContents(t, filepath.Join(base, target), want)
	}
	checkContents(t, filepath.Join(base, "a/b"), prefixed("new/", want))
}

func prefixed(prefix string, want map[string]string) map[string]string {
	out := map[string]string{prefix: ""}
	for name, content := range want {
		out[prefix+name] = content
	}
	return out
}

// faults runs Create until it has failed at every one of its steps, for a folder that
// is missing and for one that exists, and checks that nothing is left each time.
func faults(t *testing.T, fail func(o *Options, at int) (context.Context, func() bool), check func(error)) {
	var files tree.Tree // some of each folder: the steps are many
	for i, f := range service(t) {
		if i%5 == 0 || f.Path == "run.sh" {
			files = append(files, f)
		}
	}
	for _, c := range []struct {
		name  string
		force bool
		set   func(base string)
	}{
		{"missing", false, func(string) {}},
		{"empty", false, func(base string) { put(t, filepath.Join(base, "orders/README.md"), "mine") }},
		{"force", true, func(base string) {
			put(t, filepath.Join(base, "orders/internal/p3/own.go"), "mine")
			if err := os.MkdirAll(filepath.Join(base, "orders/internal/p4"), 0o755); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for at := 0; ; at++ {
				base := t.TempDir()
				c.set(base)
				before := contents(t, base)
				o := Options{Force: c.force}
				ctx, failed := fail(&o, at)
				_, err := Create(ctx, filepath.Join(base, "orders"), files, o)
				if !failed() {
					if err != nil {
						t.Fatal(err)
					}
					if at < len(files) {
						t.Fatalf("only %d steps", at)
					}
					return
				}
				if err == nil {
					continue // after the point where it stands
				}
				check(err)
				checkContents(t, base, before)
				if t.Failed() {
					t.Fatalf("after the fault at step %d", at)
				}
			}
		})
	}
}

func TestNothingIsLeftAfterAnError(t *testing.T) {
	faults(t, func(o *Options, at int) (context.Context, func() bool) {
		n := 0
		o.step = func(effect string) error {
			if n++; n == at+1 {
				return &fs.PathError{Op: "write", Path: ".x.gen-y", Err: syscall.ENOSPC}
			}
			return nil
		}
		return t.Context(), func() bool { return n > at }
	}, func(err error) { checkReason(t, err, ErrFull, "") })
}

func TestNothingIsLeftAfterCancelling(t *testing.T) {
	faults(t, func(o *Options, at int) (context.Context, func() bool) {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		o.step = func(string) error {
			if n++; n == at+1 {
				cancel()
			}
			return nil
		}
		return ctx, func() bool { return n > at }
	}, func(err error) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("want context.Canceled, got %v", err)
		}
	})
}

func TestNothingIsLeftAfterPrepareFails(t *testing.T) {
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	before := contents(t, base)
	wrong := errors.New("git is not installed")
	for _, target := range []string{"there", "new", "a/b"} {
		_, err := Create(t.Context(), filepath.Join(base, target), service(t), Options{Prepare: func(string) error { return wrong }})
		if !errors.Is(err, wrong) {
			t.Errorf("%s: want Prepare's error, got %v", target, err)
		}
		checkContents(t, base, before)
	}
}

// Somebody else makes the folder, or a file in it, while we write.
func TestWhatAppearsMeanwhileIsNotReplaced(t *testing.T) {
	for _, moment := range []string{"rename", "renaming"} {
		base := t.TempDir()
		dir := filepath.Join(base, "orders")
		_, err := Create(t.Context(), dir, service(t), Options{step: func(effect string) error {
			if effect == moment {
				put(t, filepath.Join(dir, "mine"), "x")
			}
			return nil
		}})
		checkReason(t, err, ErrExists, dir)
		checkContents(t, base, map[string]string{"orders/": "", "orders/mine": "-rw-r--r-- x"})
	}

	for _, name := range []string{".gitignore", "run.sh"} { // the first to be moved, and a later one
		base := t.TempDir()
		dir := filepath.Join(base, "orders")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := Create(t.Context(), dir, service(t), Options{step: func(effect string) error {
			if effect == "move" {
				put(t, filepath.Join(dir, name), "mine")
			}
			return nil
		}})
		checkReason(t, err, ErrExists, filepath.Join(dir, name))
		checkContents(t, base, map[string]string{"orders/": "", "orders/" + name: "-rw-r--r-- mine"})
	}
}

// A killed run leaves the folder in between; what the user did since then stays.
func TestRollbackKeepsWhatWasEditedSince(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	stop := errors.New("stop")
	moves := 0
	o := Options{step: func(effect string) error {
		if effect == "move" {
			if moves++; moves == 4 {
				return stop
			}
		}
		return nil
	}}
	if err := add(t.Context(), root, dir, service(t), o); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	// .gitignore, README.md and go.mod were moved.
	r, err := Preview(dir, service(t), Options{})
	if err != nil || len(r.Written) != len(service(t)) {
		t.Errorf("preview over leftovers: %+v, %v", r, err)
	}
	put(t, filepath.Join(dir, "go.mod"), "module edited\n")
	_, err = Create(t.Context(), dir, service(t), Options{})
	checkReason(t, err, ErrNotEmpty, dir)
	checkContents(t, dir, map[string]string{"go.mod": "-rw-r--r-- module edited\n"})
}

// A .git that was moved before a kill is the user's as a whole once it is used.
func TestRollbackKeepsARepositoryInUse(t *testing.T) {
	for _, isUsed := range []bool{false, true} {
		dir := t.TempDir()
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		stop := errors.New("stop")
		err = add(t.Context(), root, dir, service(t), Options{
			Prepare: func(at string) error {
				put(t, filepath.Join(at, ".git/HEAD"), "ref: refs/heads/main\n")
				return os.MkdirAll(filepath.Join(at, ".git/refs/heads"), 0o755)
			},
			step: func(effect string) error {
				if effect == "commit" {
					return stop
				}
				return nil
			},
		})
		if err := errors.Join(root.Close(), err); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		want := expected(service(t))
		if isUsed {
			put(t, filepath.Join(dir, ".git/refs/heads/main"), "0123\n")
			want[".git/"], want[".git/HEAD"] = "", "-rw-r--r-- ref: refs/heads/main\n"
			want[".git/refs/"], want[".git/refs/heads/"], want[".git/refs/heads/main"] = "", "", "-rw-r--r-- 0123\n"
		}
		if _, err := Create(t.Context(), dir, service(t), Options{}); err != nil {
			t.Fatal(err)
		}
		checkContents(t, dir, want)
	}
}

func TestAJournalCannotReachOutside(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "orders")
	put(t, filepath.Join(base, "victim"), "")
	put(t, filepath.Join(dir, journalInside), `{"files":{"../victim":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"dirs":[]}`)
	if _, err := Create(t.Context(), dir, service(t), Options{}); err == nil {
		t.Error("want an error, got none")
	}
	if _, err := os.Stat(filepath.Join(base, "victim")); err != nil {
		t.Error(err)
	}
}

func TestBusy(t *testing.T) {
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"new", "there"} {
		dir := filepath.Join(base, target)
		tried := false
		_, err := Create(t.Context(), dir, service(t), Options{step: func(effect string) error {
			if effect == "write" && !tried {
				tried = true
				_, err := Create(t.Context(), dir, service(t), Options{})
				checkReason(t, err, ErrBusy, dir)
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		checkContents(t, dir, expected(service(t)))
	}
}

func TestFoldersOfOthersAreNotCleared(t *testing.T) {
	base := t.TempDir()
	for _, name := range []string{".orders.gen-0123456789abcde", ".orders.gen-mine", ".orders2.gen-0123456789abcdef", ".orders.gen-0123456789abcdeX"} {
		put(t, filepath.Join(base, name, "keep"), "x")
	}
	put(t, filepath.Join(base, ".orders.gen-0123456789abcdef/stale"), "x")
	if _, err := Create(t.Context(), filepath.Join(base, "orders"), service(t), Options{}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, base); len(got) != 5 || slices.Contains(got, ".orders.gen-0123456789abcdef") {
		t.Errorf("in the folder: %q", got)
	}
}

func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "go.work")
	put(t, name, "go 1.26\n")
	if err := os.Chmod(name, 0o664); err != nil {
		t.Fatal(err)
	}
	upper := func(old []byte) ([]byte, error) { return []byte(strings.ToUpper(string(old))), nil }
	if err := ReplaceFile(name, upper); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"go.work": "-rw-rw-r-- GO 1.26\n"}
	checkContents(t, dir, want)

	wrong := errors.New("wrong")
	if err := ReplaceFile(name, func([]byte) ([]byte, error) { return nil, wrong }); !errors.Is(err, wrong) {
		t.Errorf("want edit's error, got %v", err)
	}
	checkContents(t, dir, want)

	if err := ReplaceFile(filepath.Join(dir, "absent"), upper); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: got %v", err)
	}
	if err := os.Symlink("go.work", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	checkReason(t, ReplaceFile(filepath.Join(dir, "link"), upper), ErrSymlink, filepath.Join(dir, "link"))
	want["link"] = "link"
	checkContents(t, dir, want)
	if err := ReplaceFile(dir, upper); err == nil {
		t.Error("a folder: want an error, got none")
	}
}
