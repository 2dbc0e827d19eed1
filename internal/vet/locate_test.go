package vet

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree makes files below a new folder; the content stands after the name and an equals sign.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name, content, _ := strings.Cut(f, "=")
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLocate(t *testing.T) {
	dir := tree(t,
		"alone/go.mod=module alone\n", "alone/sub/x.go=package sub\n",
		"work/go.work=go 1.26\nuse (\n\t./b\n\t./a\n\t../alone\n)\n", "work/a/go.mod=module a\n", "work/b/go.mod=module b\n",
		"bad/go.work=what is this\n", "bad/go.mod=module bad\n",
	)
	at := func(names ...string) string { return filepath.Join(append([]string{dir}, names...)...) }
	workspace := []string{at("alone"), at("work", "a"), at("work", "b")}
	for _, tc := range []struct {
		name, in, gowork string
		want             Place
	}{
		{"a module", at("alone", "sub"), "", Place{Module: at("alone"), Modules: []string{at("alone")}}},
		{"a workspace", at("work"), "", Place{Workspace: at("work"), Modules: workspace}},
		{"a module of a workspace", at("work", "a"), "", Place{Workspace: at("work"), Module: at("work", "a"), Modules: workspace}},
		{"a workspace that is off", at("work", "a"), "off", Place{Module: at("work", "a"), Modules: []string{at("work", "a")}}},
		{"a workspace by name", at("alone"), at("work", "go.work"), Place{Workspace: at("work"), Module: at("alone"), Modules: workspace}},
		{"nothing", dir, "", Place{}},
	} {
		got, err := Locate(tc.in, func(key string) string { return map[string]string{"GOWORK": tc.gowork}[key] })
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if got.Workspace != tc.want.Workspace || got.Module != tc.want.Module || !slices.Equal(got.Modules, tc.want.Modules) {
			t.Errorf("%s: got %+v, want %+v", tc.name, got, tc.want)
		}
	}
	if _, err := Locate(at("bad"), os.Getenv); err == nil || !strings.Contains(err.Error(), "go.work:1") {
		t.Errorf("a workspace that is none: %v", err)
	}
}

func TestIsWoven(t *testing.T) {
	for _, tc := range []struct {
		name, goflags string
		files         []string
		want          bool
	}{
		{"nothing", "", []string{"go.mod=module m\n"}, false},
		{"no module", "", nil, false},
		{"a tool", "", []string{"go.mod=module m\n\ngo 1.26\n\ntool github.com/DataDog/orchestrion\n"}, true},
		{"another tool", "", []string{"go.mod=module m\n\ngo 1.26\n\ntool example.com/stringer\n"}, false},
		{"a requirement alone", "", []string{"go.mod=module m\n\ngo 1.26\n\nrequire github.com/DataDog/orchestrion v1.15.0\n"}, false},
		{"orchestrion's file", "", []string{"go.mod=module m\n", "orchestrion.tool.go=package tools\n"}, true},
		{"toolexec", "-toolexec=orchestrion", []string{"go.mod=module m\n"}, true},
		{"another toolexec", "-toolexec=time", []string{"go.mod=module m\n"}, false},
		{"a go.mod that is none", "", []string{"go.mod=what\n"}, false},
	} {
		got, err := isWoven(tree(t, tc.files...), func(string) string { return tc.goflags })
		if got != tc.want || err != nil {
			t.Errorf("%s: got %v, %v", tc.name, got, err)
		}
	}
}

func TestIdentity(t *testing.T) {
	dir := tree(t, "go.work=go 1.26\nuse (\n\t./a\n\t./b\n)\n", "a/go.mod=module a\n", "b/go.mod=module b\n")
	identity := func() string {
		t.Helper()
		place, err := Locate(filepath.Join(dir, "a"), func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		id, err := place.Identity([]string{"spanend.leak"}, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	seen := []string{identity()}
	// The file beside another module of the workspace counts, and that beside go.work.
	for _, change := range []struct{ name, text string }{
		{"b/mintwright-vet.yaml", "version: 1\nstrict: true\n"},
		{"b/mintwright-vet.yaml", "version: 1\nrules: {spanend.leak: off}\n"},
		{"mintwright-vet.yaml", "version: 1\nrules: {spanend: info}\n"},
		{"a/orchestrion.tool.go", "package tools\n"},
	} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(change.name)), []byte(change.text), 0o644); err != nil {
			t.Fatal(err)
		}
		id := identity()
		if slices.Contains(seen, id) {
			t.Errorf("%s %q changes nothing", change.name, change.text)
		}
		seen = append(seen, id)
	}
}
