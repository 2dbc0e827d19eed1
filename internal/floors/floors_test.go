package floors

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHouse(t *testing.T) {
	faults, err := Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// sound is a house with one good file in each room.
func sound() fstest.MapFS {
	src := fstest.MapFS{}
	for _, r := range house() {
		dir := strings.TrimSuffix(r.path, "/...")
		src[dir+"/sound.go"] = &fstest.MapFile{Data: []byte("package x\n")}
	}
	return src
}

func TestCheckIsSilent(t *testing.T) {
	src := sound()
	for name, content := range map[string]string{
		"cmd/gen/main.go":              "package main\nimport \"os\"\nfunc main() { os.Exit(1) }",
		"cmd/gen/prompt_rich.go":       "package main\nimport _ \"github.com/AlecAivazis/survey/v2\"",
		"cmd/gen/new.go":               "package main\nimport _ \"github.com/mintwright/mintwright/internal/disk\"",
		"generators/plan/a.go":         "package plan\nimport _ \"github.com/spiffe/go-spiffe/v2/spiffeid\"",
		"generators/plan/a_test.go":    "package plan\nimport _ \"github.com/mintwright/mintwright/internal/disk\"",
		"analyzers/spanend/a.go":       "package spanend\nvar Analyzer = &analysis.Analyzer{Name: \"spanend\"}",
		"blueprints/service/env/a.go":  "package env\nimport _ \"github.com/mintwright/mintwright/blueprints/service/identity\"",
		"internal/tree/testdata/a.go":  "this is not Go",
		"golden/http/go.mod":           "module m",
		"golden/http/main.go":          "package main\nfunc init() {}",
		"internal/names/table.go":      "package names\nvar table = [...]string{\"a\"}\nvar _ error = nil\nfunc f() { table := 1; table = 2; _ = table }",
		"internal/names/lazy.go":       "package names\nvar index = sync.OnceValue(func() map[string]bool { return nil })\nvar ErrA, errB = errors.New(\"a\"), fmt.Errorf(\"b\")",
		"blueprints/embed.go":          "package blueprints\nimport \"embed\"\n//go:embed all:files\nvar files embed.FS",
		"internal/names/method.go":     "package names\ntype T struct{}\nfunc (T) init() {}",
		"internal/lockrecord/main.go":  "package main\nimport \"os\"\nfunc main() { os.Exit(1) }",
		"internal/names/range_test.go": "package names\nvar counter int\nfunc f() { counter++ }",
	} {
		src[name] = &fstest.MapFile{Data: []byte(content)}
	}
	faults, err := Check(src)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

func TestCheckReports(t *testing.T) {
	ours := func(dir string) string { return "package x\nimport _ \"github.com/mintwright/mintwright/" + dir + "\"" }
	theirs := func(pkg string) string { return "package x\nimport _ \"" + pkg + "\"" }
	for _, c := range []struct{ name, content, want string }{
		{"generators/plan/a.go", ours("analyzers/spanend"), "generators/plan may not import analyzers/spanend"},
		{"generators/plan/a.go", ours("internal/disk"), "may not import internal/disk"},
		{"generators/plan/a.go", ours("cmd/gen"), "may not import cmd/gen"},
		{"generators/answers/a.go", ours("generators/plan"), "may not import generators/plan"},
		{"generators/render/a.go", theirs("github.com/spiffe/go-spiffe/v2/workloadapi"), "may not import github.com/spiffe"},
		{"generators/render/a.go", theirs("github.com/spiffe/go-spiffe/v2/spiffeid/below"), "may not import github.com/spiffe"},
		{"generators/render/a.go", theirs("golang.org/x/tools/go/packages"), "which is for generators/source"},
		{"generators/answers/a.go", theirs("github.com/AlecAivazis/survey/v2"), "which is for cmd/gen/prompt*.go"},
		{"cmd/gen/new.go", theirs("github.com/AlecAivazis/survey/v2/terminal"), "which is for cmd/gen/prompt*.go"},
		{"cmd/gen/new_test.go", theirs("github.com/AlecAivazis/survey/v2"), "which is for cmd/gen/prompt*.go"},
		{"analyzers/a/a.go", ours("generators/plan"), "may not import generators/plan"},
		{"analyzers/a/a.go", theirs("go.opentelemetry.io/otel/trace"), "may not import go.opentelemetry.io"},
		{"analyzers/a/a.go", theirs("crypto/tls"), "may not import crypto/tls"},
		{"analyzers/a/a.go", theirs("github.com/spiffe/go-spiffe/v2/spiffeid"), "may not import github.com/spiffe"},
		{"blueprints/service/env/a.go", ours("internal/names"), "may not import internal/names"},
		{"blueprints/service/env/a_test.go", ours("internal/dev/authority"), "may not import internal/dev/authority"},
		{"blueprints/service/env/a.go", ours("blueprints"), "may not import blueprints"},
		{"internal/tree/a.go", ours("internal/names"), "may not import internal/names"},
		{"internal/tree/a.go", theirs("golang.org/x/mod/module"), "the standard library alone"},
		{"internal/lock/a.go", theirs("golang.org/x/mod/module"), "the standard library alone"},
		{"internal/snapshot/a.go", theirs("github.com/klauspost/compress/gzip"), "the standard library alone"},
		{"internal/names/a.go", theirs("golang.org/x/text/cases"), "the standard library alone"},
		{"internal/dev/a.go", ours("generators/answers"), "may not import generators/answers"},
		{"internal/attic/a.go", "package attic", "internal/attic: the room has no line"},
		{"internal/tree/below/a.go", "package below", "internal/tree/below: the room has no line"},
		{"a.go", "package x", ".: the room has no line"},
		{"cmd/gen/new.go", "package x\nfunc f() { os.Exit(1) }", "cmd/gen/new.go:2:12: os.Exit is for main.go"},
		{"internal/disk/a.go", "package x\nvar _ = os.Exit", "os.Exit is for main.go"},
		{"internal/disk/a.go", "package x\nfunc f() { log.Fatalf(\"x\") }", "log.Fatalf is for main.go"},
		{"internal/disk/a.go", "package x\nfunc init() {}", "an init function"},
		{"blueprints/service/env/a.go", "package x\nfunc init() {}", "an init function"},
		{"internal/disk/a_test.go", "package x\nfunc init() {}", "an init function"},
		{"internal/disk/a.go", "package x\nvar count int", "the package variable count"},
		{"internal/disk/a.go", "package x\nvar index = map[string]int{}", "the package variable index"},
		{"internal/disk/a.go", "package x\nvar index = []map[string]int{{}}", "the package variable index"},
		{"internal/disk/a.go", "package x\nvar re = regexp.MustCompile(`x`)", "the package variable re"},
		{"internal/disk/a.go", "package x\nvar made = make([]int, 3)", "the package variable made"},
		{"internal/disk/a.go", "package x\nvar shared = &T{}", "the package variable shared"},
		{"internal/disk/a.go", "package x\nvar a, errB = 1, errors.New(\"b\")", "the package variable a is"},
		{"internal/disk/a.go", "package x\nvar table = [...]int{1}\nfunc f() { table[0] = 2 }", "changes the package variable table"},
		{"internal/disk/a.go", "package x\nvar table = [...]int{1}\nfunc f() { table[0]++ }", "changes the package variable table"},
		{"internal/disk/a.go", "package x\nvar table = []T{{}}\nfunc (t T) f() { (table[0]).x = 2 }", "changes the package variable table"},
	} {
		t.Run(c.want, func(t *testing.T) {
			src := sound()
			src[c.name] = &fstest.MapFile{Data: []byte(c.content)}
			faults, err := Check(src)
			if err != nil {
				t.Fatal(err)
			}
			if len(faults) != 1 || !strings.Contains(faults[0], c.want) {
				t.Errorf("want one fault with %q, got %q", c.want, faults)
			}
		})
	}
}

// A variable is known in the other files of its package, whichever comes first.
func TestCheckReportsAcrossFiles(t *testing.T) {
	src := sound()
	src["internal/disk/a.go"] = &fstest.MapFile{Data: []byte("package x\nfunc f() { table[0] = 2 }")}
	src["internal/disk/b.go"] = &fstest.MapFile{Data: []byte("package x\nvar table = [...]int{1}")}
	faults, err := Check(src)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"internal/disk/a.go:2:12: changes the package variable table"}; !slices.Equal(want, faults) {
		t.Errorf("want %q, got %q", want, faults)
	}
}

func TestCheckReportsAnEmptyRoom(t *testing.T) {
	src := sound()
	delete(src, "internal/tree/sound.go")
	faults, err := Check(src)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"rooms.go: the room internal/tree has a line and no folder"}; !slices.Equal(want, faults) {
		t.Errorf("want %q, got %q", want, faults)
	}
}

func TestCheckFailsOnWhatIsNotGo(t *testing.T) {
	src := sound()
	src["internal/disk/a.go"] = &fstest.MapFile{Data: []byte("pakage x")}
	if _, err := Check(src); err == nil {
		t.Error("want an error, got none")
	}
}
