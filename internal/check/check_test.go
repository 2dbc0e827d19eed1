package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	wrong = Rule{ID: "cluster.network-call", Severity: Finding, Summary: "a call has no way out", Why: "It is dropped.", Remedy: "open it", Criterion: "Somebody, 1.2"}
	known = Rule{ID: "lock.edited", Severity: Note, Summary: "a file was edited", Remedy: "nothing"}
)

// sample is a report with everything that can be in one.
func sample() Report {
	return Report{Service: "orders", Release: "v1.2.3", Areas: []Judged{
		{Area: Area{Name: "lock", Summary: "what differs", Rules: []Rule{known}}, Results: []Result{
			known.At("a.go", 0, "changed since gen wrote it"),
			known.At("b\x1b[2J.go", 0, "changed since gen wrote it"),
			known.At("", 0, "nothing is pinned"),
		}},
		{
			Area:      Area{Name: "cluster", Summary: "the chart", Rules: []Rule{wrong}},
			Results:   []Result{wrong.At("deploy/chart/values.yaml", 3, "ledger cannot be called").Do("add %q", "ledger")},
			Unchecked: []Unchecked{{"cluster", "the render of Helm", "there is no helm in PATH"}},
		},
		{Area: Area{Name: "image", Summary: "the Dockerfile"}, Unchecked: []Unchecked{{"image", All, "there is no Dockerfile"}}},
		{Area: Area{Name: "code", Summary: "the code"}},
		{Area: Area{Name: "versions", Summary: "versions"}, Err: errors.New("reading go.mod: broken")},
	}}
}

func TestText(t *testing.T) {
	const want = `lock      ok, 3 notes
cluster   1 finding, 1 not checked
image     unchecked
code      ok
versions  unchecked

findings
  deploy/chart/values.yaml:3: ledger cannot be called [cluster.network-call]
      asked for by Somebody, 1.2
      add "ledger"

notes
  a.go,
  b\x1b[2J.go:
    changed since gen wrote it [lock.edited]
      nothing
  nothing is pinned [lock.edited]
      nothing

not checked
  cluster: the render of Helm: there is no helm in PATH
  image: all of it: there is no Dockerfile
  versions: all of it: reading go.mod: broken
`
	var got bytes.Buffer
	if err := Text(&got, sample(), false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got.Reset()
	if err := Text(&got, sample(), true); err != nil || !strings.Contains(got.String(), red+"1 finding, 1 not checked\x1b[0m") || strings.Contains(got.String(), "\x1b[2J") {
		t.Errorf("in colour: %v\n%q", err, got.String())
	}
}

func TestJSON(t *testing.T) {
	var empty, got bytes.Buffer
	if err := errors.Join(JSON(&empty, Report{}), JSON(&got, sample())); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(empty.String(), "null") {
		t.Errorf("a list is null:\n%s", empty.String())
	}
	for _, want := range []string{
		`"version": 1,`, `"name": "gen check",`, `"service": "orders"`, `"failed": true`,
		`"message": "ledger cannot be called",`, `"criterion": "Somebody, 1.2"`, `"why": "there is no helm in PATH"`, `"line": 3,`,
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("there is no %s in\n%s", want, got.String())
		}
	}
}

func TestGitHub(t *testing.T) {
	const want = `::notice file=svc/a.go,line=1,title=lock.edited::changed since gen wrote it; nothing
::notice file=svc/b\x1b[2J.go,line=1,title=lock.edited::changed since gen wrote it; nothing
::error file=svc/deploy/chart/values.yaml,line=3,title=cluster.network-call::ledger cannot be called; add "ledger"
::notice file=svc/mintwright.yaml,line=1,title=lock.edited::nothing is pinned; nothing
`
	var got bytes.Buffer
	if err := GitHub(&got, sample(), "svc", nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A full disk or a closed pipe is an error of every printer.
func TestPrintersFail(t *testing.T) {
	for name, err := range map[string]error{
		"text": Text(broken{}, sample(), false), "json": JSON(broken{}, sample()),
		"sarif": SARIF(broken{}, sample(), ".", nil), "github": GitHub(broken{}, sample(), ".", nil),
	} {
		if err == nil {
			t.Errorf("%s: no error from a writer that has one", name)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

// Whatever the order in which areas find things, and however often, the report is the same.
func TestRunSorts(t *testing.T) {
	all := []Result{
		wrong.At("b", 2, "x"), wrong.At("b", 1, "x"), wrong.At("b", 1, "y"), wrong.At("a", 9, "x"),
		known.At("a", 1, "x"), known.At("", 0, "x"),
	}
	rapid.Check(t, func(t *rapid.T) {
		results := rapid.Permutation(append(all, all[rapid.IntRange(0, len(all)-1).Draw(t, "twice")])).Draw(t, "results")
		area := Area{Name: "a", Check: func(context.Context, *Service) ([]Result, []Unchecked, error) { return results, nil, nil }}
		r, err := Run(context.Background(), &Service{}, []Area{area})
		if err != nil {
			t.Fatal(err)
		}
		want := []Result{all[3], all[1], all[2], all[0], all[5], all[4]}
		if diff := cmp.Diff(want, r.Areas[0].Results); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func TestRun(t *testing.T) {
	area := func(name string, alone bool, f func() error) Area {
		return Area{Name: name, Alone: alone, Check: func(context.Context, *Service) ([]Result, []Unchecked, error) { return nil, nil, f() }}
	}
	areas := []Area{
		area("sound", true, func() error { return nil }),
		area("broken", true, func() error { return errors.New("no luck") }),
		area("torn", true, func() error { return errors.Join(errors.New("two"), errors.New("one"), errors.New("two")) }),
		area("mad", true, func() error { panic("what is this") }),
		area("hanging", false, func() error { t.Error("asked without answers"); return nil }),
	}
	r, err := Run(t.Context(), &Service{Faulty: errors.New("bad")}, areas)
	if err != nil {
		t.Fatal(err)
	}
	want := []Unchecked{
		{"broken", All, "no luck"},
		{"torn", All, "one; two"},
		{"mad", All, "gen gave up on something unusual: what is this"},
		{"hanging", All, "mintwright.yaml could not be read"},
	}
	if diff := cmp.Diff(want, r.Unchecked()); diff != "" || !r.Failed() {
		t.Errorf("failed %t (-want +got):\n%s", r.Failed(), diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, &Service{}, areas[:1]); !errors.Is(err, context.Canceled) {
		t.Errorf("after an interrupt: %v", err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Open(dir); !errors.Is(err, ErrNoService) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	for content, ok := range map[string]bool{"version: 1\nname: orders\nmodule: example.com/orders\n": true, "version: 1\n": false} {
		if err := os.WriteFile(filepath.Join(dir, AnswersFile), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s, root, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		root.Close()
		if ok != (s.Faulty == nil) || ok != (s.Answers.Name == "orders") {
			t.Errorf("%q: %+v", content, s)
		}
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int{"most": MaxFile, "more": MaxFile + 1} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "folder"), 0o700), os.Symlink("most", filepath.Join(dir, "link")), os.Symlink("/etc/passwd", filepath.Join(dir, "out"))); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	s := &Service{FS: Below(root)}
	for name, want := range map[string]error{
		"most": nil, "link": nil, "more": ErrTooLarge, "folder": ErrNoFile, "none": fs.ErrNotExist, "../x": fs.ErrInvalid,
	} {
		if _, err := s.Read(name); !errors.Is(err, want) {
			t.Errorf("%s: want %v, got %v", name, want, err)
		}
		if s.Has(name) != (want == nil || name == "more") {
			t.Errorf("%s: is there: %t", name, s.Has(name))
		}
	}
	if content, err := s.Read("out"); err == nil {
		t.Errorf("a link that leads out is followed: %q", content)
	}
	for name, want := range map[string]string{
		"out": "reading out: a link out of the folder", "none": "reading none: no such file or directory",
		"folder": "reading folder: no regular file", "more": "reading more: too large (4194305 bytes)",
	} {
		_, err := s.Read(name)
		if err == nil || err.Error() != want || "reading "+name+": "+Reason(err) != want {
			t.Errorf("%s: want %q, got %v", name, want, err)
		}
	}
}

func TestTogether(t *testing.T) {
	var list []Unchecked
	for name := range strings.SplitSeq("a b c d e f g", " ") {
		list = append(list, Unchecked{"lock", name, "denied"}, Unchecked{"lock", name, "about " + name})
	}
	SortUnchecked(list)
	got := together(append(list, Unchecked{"image", "x", "denied"}))
	if len(got) != 9 || got[0] != (Unchecked{"lock", "a", "about a"}) || got[1] != (Unchecked{"lock", "a, b, c, d, 3 more", "denied"}) || got[8].What != "x" {
		t.Errorf("%q", got)
	}
}

func TestSub(t *testing.T) {
	s := &Service{FS: fstest.MapFS{"a/b": {Data: []byte("x")}}}
	if content, err := fs.ReadFile(s.Sub("a"), "b"); string(content) != "x" || err != nil {
		t.Errorf("%q, %v", content, err)
	}
	if info, err := fs.Stat(s.Sub("."), "a/b"); err != nil || info.Size() != 1 {
		t.Errorf("%v, %v", info, err)
	}
	for _, f := range []func() error{
		func() error { _, err := s.Sub("a").Open("../a/b"); return err },
		func() error { _, err := fs.Stat(s.Sub("a"), "../a/b"); return err },
	} {
		if err := f(); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("outside: %v", err)
		}
	}
}

func TestList(t *testing.T) {
	s := &Service{FS: fstest.MapFS{"a/b.go": {}, "a.go": {}, "a/.git/config": {}, "vendor/x/y.go": {}, "c/d/e": {}, "c/link": {Mode: fs.ModeSymlink}}}
	for dir, want := range map[string][]string{".": {"a.go", "a/b.go", "c/d/e"}, "c": {"c/d/e"}, "none": nil} {
		got, err := s.List(dir)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", dir, err, diff)
		}
	}
	many := fstest.MapFS{}
	for i := range maxFiles + 1 {
		many[fmt.Sprint(i)] = &fstest.MapFile{}
	}
	if _, err := (&Service{FS: many}).List("."); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many files: %v", err)
	}
}

func TestLookup(t *testing.T) {
	roots, err := Parse([]byte("---\n---\na: &x\n  b: [c, {d: e}]\nf: *x\ng: null\n---\nh: i\n"))
	if err != nil || len(roots) != 2 {
		t.Fatalf("%d documents, %v", len(roots), err)
	}
	for path, want := range map[string]string{"a b 0": "c", "a b 1 d": "e", "f b 0": "c", "g": "", "a": "", "a b 2": "", "x": "", "a b x": ""} {
		if got, _ := LookupString(roots[0], strings.Fields(path)...); got != want {
			t.Errorf("%s: want %q, got %q", path, want, got)
		}
	}
	for path, want := range map[string]int{"a b 1 d": 4, "a b 7": 4, "g": 6, "x y z": 3} {
		if _, got := LookupString(roots[0], strings.Fields(path)...); got != want {
			t.Errorf("%s: want line %d, got %d", path, want, got)
		}
	}
	if n := Lookup(nil, "a"); n != nil {
		t.Errorf("in nothing: %v", n)
	}
}

// Files are foreign: nothing that may stand in one brings gen down.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "a: &x [*x]\n", "a: &a [1]\nb: *a\n", "- - - -\n", "? {a: b}\n: c\n", "%YAML 1.1\n---\n", "\x00", "a: b\n---\n:\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		roots, _ := Parse([]byte(text))
		for _, n := range roots {
			Lookup(n, "a", "0", "b")
			LookupString(n, "a", "x")
		}
	})
}
