package project

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestNewServicesHaveNotesAlone(t *testing.T) {
	t.Parallel()
	checktest.Silent(t, Area())
}

func TestNewService(t *testing.T) {
	t.Parallel()
	s := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	results, unchecked := checktest.Judge(t, Area(), s)
	want := []string{
		"project.changelog: there is no CHANGELOG.md", "project.code-of-conduct: there is no CODE_OF_CONDUCT.md",
		"project.contributing: there is no CONTRIBUTING.md", "project.governance: there is no GOVERNANCE.md",
		"project.license: there is no LICENSE", "project.maintainers: there is no MAINTAINERS.md",
	}
	if got := checktest.Lines(results); !slices.Equal(got, want) {
		t.Errorf("want %q\ngot  %q", want, got)
	}
	for _, r := range results {
		if r.Severity != check.Note || r.Criterion == "" {
			t.Errorf("%+v", r)
		}
	}
	if len(unchecked) != 4 { // three that cannot be seen, and the modules: there is no cache
		t.Errorf("%v", unchecked)
	}
}

func TestPapers(t *testing.T) {
	t.Parallel()
	src := fstest.MapFS{}
	s := &check.Service{FS: src}
	results, _ := checktest.Judge(t, Area(), s)
	broken := map[string]bool{dependency.ID: true} // see TestDependencies
	for _, r := range results {
		broken[r.Rule] = true
	}
	for _, r := range rules() {
		if !broken[r.ID] {
			t.Errorf("%s is not told of an empty folder", r.ID)
		}
	}
	for _, name := range []string{
		"LICENSES/MIT.txt", ".github/Security.md", ".gitlab/CODEOWNERS", "OWNERS", "docs/CONTRIBUTING.md",
		"code-of-conduct.md", "GOVERNANCE.rst", "CHANGES", "renovate.json",
	} {
		src[name] = &fstest.MapFile{Data: []byte("mail security@acme.example")}
	}
	src[".github/workflows/x.yml"] = &fstest.MapFile{Data: []byte("run: cosign sign x")}
	if results, _ := checktest.Judge(t, Area(), s); len(results) != 0 {
		t.Errorf("%q", checktest.Lines(results))
	}
	src[".github/Security.md"] = &fstest.MapFile{Data: []byte("We care.")}
	results, _ = checktest.Judge(t, Area(), s)
	if got := checktest.Lines(results); !slices.Equal(got, []string{"project.security .github/Security.md: it names no private way to report"}) {
		t.Errorf("%q", got)
	}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	for name, text := range map[string]string{
		"example.com/!a/fine@v1.0.0/LICENSE":                "Apache License\n                Version 2.0, January 2004",
		"example.com/gpl@v1.0.0/COPYING":                    "GNU GENERAL PUBLIC LICENSE\n Version 3",
		"example.com/two@v1.0.0/LICENSE":                    "Permission is hereby granted, free of charge, to any person obtaining a copy … The above copyright notice and this permission notice shall be included in all copies …",
		"example.com/two@v1.0.0/LICENSE-MPL":                "Mozilla Public License, version 2.0",
		"example.com/odd@v1.0.0/LICENSE":                    "Ask me.",
		"example.com/none@v1.0.0/README":                    "",
		"example.com/other@v2.0.0+incompatible/COPYING.txt": "Business Source License 1.1",
	} {
		file := filepath.Join(cache, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	mod := "module example.com/x\n\nrequire (\n\texample.com/A/fine v1.0.0\n\texample.com/gpl v1.0.0\n\texample.com/two v1.0.0\n\texample.com/odd v1.0.0\n" +
		"\texample.com/none v1.0.0 // indirect\n\texample.com/away v1.0.0\n\texample.com/old v1.0.0\n\texample.com/here v1.0.0\n)\n\n" +
		"replace example.com/old => example.com/other v2.0.0+incompatible\nreplace example.com/here => ./here\n"
	s := &check.Service{FS: fstest.MapFS{"go.mod": {Data: []byte(mod)}}, Environ: []string{"GOMODCACHE=" + cache}}
	results, unchecked := checktest.Judge(t, Area(), s)
	results = slices.DeleteFunc(results, func(r check.Result) bool { return r.Rule != dependency.ID })
	want := []string{
		"project.dependency-license go.mod:5: example.com/gpl is under GPL",
		"project.dependency-license go.mod:6: example.com/two is under MPL-2.0",
		"project.dependency-license go.mod:10: example.com/other is under BUSL",
	}
	if got := checktest.Lines(results); !slices.Equal(got, want) {
		t.Errorf("want %q\ngot  %q", want, got)
	}
	var why []string
	for _, u := range unchecked {
		if u.What == "licences of modules" {
			why = append(why, u.Why)
		}
	}
	if want := []string{
		"example.com/here is replaced by a folder", "no licence that is known: example.com/odd, example.com/none",
		"not in the module cache (go mod download): example.com/away",
	}; !slices.Equal(why, want) {
		t.Errorf("want %q\ngot  %q", want, why)
	}
}

// TestOwnDependencies: what services require may be linked, by CNCF's list. The modules are those of
// this module's own cache.
func TestOwnDependencies(t *testing.T) {
	t.Parallel()
	s := checktest.Service(t, checktest.Answers(t, checktest.Full()...))
	s.Environ, s.LookPath = os.Environ(), exec.LookPath
	results, unchecked := checktest.Judge(t, Area(), s)
	for _, r := range results {
		if r.Rule == dependency.ID {
			t.Error(checktest.Lines([]check.Result{r})[0])
		}
	}
	for _, u := range unchecked {
		if strings.HasPrefix(u.What, "licences") {
			t.Error(u.Why)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add([]byte("Apache License, Version 2.0"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, l := range recognise(content) {
			if l.id == "" {
				t.Error("no name")
			}
		}
	})
}
