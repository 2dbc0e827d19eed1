package tree_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mintwright/mintwright/internal/tree"
)

func file(path string) tree.File {
	return tree.File{Path: path, Mode: 0o644, Owner: tree.Yours, Content: []byte(path)}
}

func TestNewSorts(t *testing.T) {
	got, err := tree.New(file("b"), file("a/z"), file("a.go"), file("a/b"))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range got {
		paths = append(paths, f.Path)
	}
	if want := []string{"a.go", "a/b", "a/z", "b"}; !slices.Equal(want, paths) {
		t.Errorf("paths: want %q, got %q", want, paths)
	}
}

func TestNewLeavesItsArgumentAlone(t *testing.T) {
	files := []tree.File{file("b"), file("a")}
	if _, err := tree.New(files...); err != nil {
		t.Fatal(err)
	}
	if files[0].Path != "b" {
		t.Error("the caller's slice was sorted")
	}
}

func TestNewRefuses(t *testing.T) {
	long := strings.Repeat("x", 256)
	for _, c := range []struct {
		name  string
		files []tree.File
		want  string
	}{
		{"twice", []tree.File{file("a"), file("a")}, `"a" is given twice`},
		{"case", []tree.File{file("README"), file("readme")}, "by case alone"},
		{"case of a folder", []tree.File{file("Docs/a"), file("docs/b")}, "by case alone"},
		{"file above a file", []tree.File{file("a"), file("a/b")}, `"a" is a file`},
		{"file above, other case", []tree.File{file("A"), file("a/b")}, `"A" is a file`},
		{"file above, sorted later", []tree.File{file("b/c"), file("B")}, `"B" is a file`},
		{"file after its folder", []tree.File{file("Z/a"), file("z")}, "by case alone"},
		{"empty", []tree.File{file("")}, "clean path"},
		{"dot", []tree.File{file(".")}, "clean path"},
		{"absolute", []tree.File{file("/etc/passwd")}, "clean path"},
		{"escape", []tree.File{file("../a")}, "clean path"},
		{"escape inside", []tree.File{file("a/../../b")}, "clean path"},
		{"unclean", []tree.File{file("a//b")}, "clean path"},
		{"trailing slash", []tree.File{file("a/")}, "clean path"},
		{"backslash", []tree.File{file(`a\b`)}, "not portable"},
		{"drive", []tree.File{file("C:a")}, "not portable"},
		{"NUL byte", []tree.File{file("a\x00b")}, "not portable"},
		{"umlaut", []tree.File{file("gr\u00fc\u00dfe")}, "not portable"},
		{"invalid UTF-8", []tree.File{file("a\xff")}, "clean path"},
		{"device", []tree.File{file("a/nul.txt")}, "device"},
		{"port", []tree.File{file("COM1")}, "device"},
		{"trailing dot", []tree.File{file("a./b")}, "dot or a space"},
		{"trailing space", []tree.File{file("a ")}, "dot or a space"},
		{"git", []tree.File{file(".GIT/hooks/pre-commit")}, "belongs to git"},
		{"git in a folder", []tree.File{file("a/.git/config")}, "belongs to git"},
		{"long", []tree.File{file(long)}, "too long"},
		{"mode", []tree.File{{Path: "a", Mode: 0o600, Owner: tree.Yours}}, "mode 0600"},
		{"setuid", []tree.File{{Path: "a", Mode: 0o755 | fs.ModeSetuid, Owner: tree.Yours}}, "neither 0644 nor 0755"},
		{"owner", []tree.File{{Path: "a", Mode: 0o644, Owner: "mine"}}, `owner "mine"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tree.New(c.files...)
			if err == nil {
				t.Fatal("want an error, got none")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error: want %q in it, got %q", c.want, err)
			}
		})
	}
}

func TestNewReportsEveryFault(t *testing.T) {
	_, err := tree.New(file("../a"), file("ok"), file("NUL"))
	if err == nil {
		t.Fatal("want an error, got none")
	}
	for _, want := range []string{`"../a"`, `"NUL"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error: want %s in it, got %q", want, err)
		}
	}
}

func TestNewAccepts(t *testing.T) {
	paths := []string{".gitignore", ".github/workflows/ci.yaml", "a/b", "a.b", "com0x", "null", "console.go", "a b/c"}
	var files []tree.File
	for _, p := range paths {
		files = append(files, file(p))
	}
	if _, err := tree.New(files...); err != nil {
		t.Error(err)
	}
}

// The order in which files are given never shows.
func TestNewIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		paths := rapid.SliceOfDistinct(rapid.StringMatching(`([ab]/){0,3}[a-c.]{1,3}`), rapid.ID).Draw(rt, "paths")
		var files []tree.File
		for _, p := range paths {
			files = append(files, file(p))
		}
		one, errOne := tree.New(files...)
		two, errTwo := tree.New(rapid.Permutation(files).Draw(rt, "order")...)
		if (errOne == nil) != (errTwo == nil) {
			rt.Fatalf("one order gives %v, another %v", errOne, errTwo)
		}
		if !slices.EqualFunc(one, two, func(a, b tree.File) bool { return a.Path == b.Path }) {
			rt.Fatalf("one order gives %v, another %v", one, two)
		}
		for _, f := range one {
			if got, found := one.Lookup(f.Path); !found || got.Path != f.Path {
				rt.Fatalf("Lookup(%q) found %v %v", f.Path, got, found)
			}
		}
		if _, found := one.Lookup("absent/file"); found {
			rt.Fatal("Lookup found what is not there")
		}
	})
}

// What CheckPath lets through stays inside the tree, and no part of it is a name that
// Windows or git keeps for itself.
func FuzzCheckPath(f *testing.F) {
	for _, seed := range []string{"a/b", "../a", "/a", "a/./b", `a\..\b`, "CON", "a/nul .txt", "Com1.go", "conin$", "a\x00", ".git", ".Git/x", "C:/x", "a./b", "é"} {
		f.Add(seed)
	}
	part := regexp.MustCompile(`^[ !#$%&'()+,\-.0-9;=@A-Z\[\]^_\x60a-z{}~]*[^ ./]$`)
	kept := regexp.MustCompile(`(?i)^(\.git|git~1|(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(\..*)?)$`)
	f.Fuzz(func(t *testing.T, p string) {
		if tree.CheckPath(p) != nil {
			return
		}
		if got := path.Join("/inside", p); got != "/inside/"+p {
			t.Errorf("CheckPath accepts %q, which means %q", p, got)
		}
		for name := range strings.SplitSeq(p, "/") {
			if !part.MatchString(name) || kept.MatchString(name) {
				t.Errorf("CheckPath accepts %q in %q", name, p)
			}
		}
	})
}
