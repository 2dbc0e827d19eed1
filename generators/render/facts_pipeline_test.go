package render

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
)

// TestPins: what a pipeline runs of others is named so that it cannot change, once, and is used.
func TestPins(t *testing.T) {
	t.Parallel()
	var pipelines strings.Builder
	for _, dir := range []string{"files/github", "files/gitlab"} {
		err := fs.WalkDir(blueprints.FS(), dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(blueprints.FS(), name)
			pipelines.Write(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		pins   []pin
		what   string
		method string
	}{
		{actions(), `^[0-9a-f]{40}$`, "Action"},
		{tools(), `^[a-z0-9.-]+(/[\w.-]+)+$`, "Tool"},
		{images(), `^[a-z0-9./-]+:VERSION@sha256:[0-9a-f]{64}$`, "ToolImage"},
		{downloads(), `^[0-9a-f]{64}$`, "Sum"},
	} {
		names := make([]string, 0, len(test.pins))
		for _, p := range test.pins {
			names = append(names, p.name)
			if !semver.IsValid(p.version) || module.IsPseudoVersion(p.version) {
				t.Errorf("%s: %s is no release", p.name, p.version)
			}
			if want := strings.ReplaceAll(test.what, "VERSION", regexp.QuoteMeta(p.version)); !regexp.MustCompile(want).MatchString(p.what) {
				t.Errorf("%s: %q, want %s", p.name, p.what, want)
			}
			if call := "<% ." + test.method + ` "` + p.name + `"`; !strings.Contains(pipelines.String(), call) {
				t.Errorf("nothing has %s", call)
			}
		}
		if !slices.IsSorted(names) || len(slices.Compact(names)) != len(test.pins) {
			t.Errorf("%q are not in order, or not once", names)
		}
	}
	if use := regexp.MustCompile(`uses: [^<.\s]`).FindString(pipelines.String()); use != "" {
		t.Errorf("%q is not of the table", use)
	}
}

// TestBump runs what a release runs to write itself into the files that deploy it.
func TestBump(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("NOT TESTED: there is no sh")
	}
	image, chart := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	for ci, script := range map[string]string{"github": ".github/bump.sh", "gitlab": ".gitlab/bump.sh"} {
		for _, gitops := range []string{"none", "argocd", "flux"} {
			a := answers.Defaults("null", "example.com/acme/null")
			a.CI, a.Deploy.GitOps = ci, gitops
			dir := t.TempDir()
			before := write(t, a, dir)
			run := func(args ...string) error {
				cmd := exec.Command(sh, append([]string{script}, args...)...)
				cmd.Dir = dir
				return cmd.Run()
			}
			for _, bad := range [][]string{{}, {"image"}, {"image", "sha256:1"}, {"image", image + "\nx"}, {"chart", "1.2.3", "x"}, {"chart", `1.2.3";x`, chart}, {"x", image}} {
				if run(bad...) == nil {
					t.Errorf("%s: bump.sh %q is not refused", gitops, bad)
				}
			}
			if got := changed(t, dir, before); len(got) > 0 {
				t.Errorf("what was refused has changed %q", got)
			}
			if err := run("image", image); err != nil {
				t.Errorf("%s: image: %v", gitops, err)
			}
			if err := run("chart", "1.2.3-rc.1", chart); err != nil != (gitops == "none") {
				t.Errorf("%s: chart: %v", gitops, err)
			}
			want := map[string][]string{"deploy/chart/values-prod.yaml": {image}}
			switch gitops {
			case "argocd":
				want["deploy/argocd/application.yaml"] = []string{chart}
				want["deploy/argocd/applicationset.yaml"] = []string{chart}
			case "flux":
				want["deploy/flux/release.yaml"] = []string{chart, image}
			}
			got := changed(t, dir, before)
			if len(got) != len(want) {
				t.Errorf("%s: %q changed, want %q", gitops, got, want)
			}
			for name, digests := range want {
				content, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range digests {
					if strings.Count(string(content), d) != 1 {
						t.Errorf("%s has %s %d times", name, d, strings.Count(string(content), d))
					}
				}
				if old := before[name]; strings.Count(old, "\n") != strings.Count(string(content), "\n") {
					t.Errorf("%s has more lines or fewer", name)
				}
			}
			// What has no place for a digest is told, and not passed over.
			if err := os.RemoveAll(filepath.Join(dir, "deploy")); err != nil {
				t.Fatal(err)
			}
			if run("image", image) == nil || run("chart", "1.2.3", chart) == nil {
				t.Errorf("%s: nothing was written, and nothing said", gitops)
			}
			if left := changed(t, dir, before); len(left) > 0 {
				t.Errorf("%s: %q is left", gitops, left)
			}
		}
	}
}

// write puts a service into a folder and returns what stands in its files.
func write(t *testing.T, a answers.Answers, dir string) map[string]string {
	t.Helper()
	p, err := plan.Make(a)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Files(p, "devel")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Content, 0o644); err != nil {
			t.Fatal(err)
		}
		all[f.Path] = string(f.Content)
	}
	return all
}

// changed returns the names of files that differ from what they were, or that are new.
func changed(t *testing.T, dir string, before map[string]string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		if was, ok := before[filepath.ToSlash(rel)]; !ok || was != string(content) {
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
