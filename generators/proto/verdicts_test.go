package proto

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bufVersion is the release whose own cases buf and we judge. PROTO_ORACLE=1 asks for it, with buf
// on the PATH.
const bufVersion = "github.com/bufbuild/buf@v1.75.0"

// bufFindings are what buf says in a folder, as path:line:column RULE.
func bufFindings(t *testing.T, dir string, args ...string) []string {
	t.Helper()
	cmd := exec.Command("buf", append(args, "--error-format", "json")...)
	cmd.Dir = dir
	out, _ := cmd.Output() // it fails when there are findings
	var list []string
	for line := range strings.Lines(string(out)) {
		var f struct {
			Path   string `json:"path"`
			Line   int    `json:"start_line"`
			Column int    `json:"start_column"`
			Type   string `json:"type"`
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		list = append(list, fmt.Sprintf("%s:%d:%d %s", f.Path, f.Line, f.Column, f.Type))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// ourFindings are what Look says of all files below a folder.
func ourFindings(t *testing.T, dir string, c Choices) ([]string, error) {
	t.Helper()
	c.Root = "."
	found, err := Look(t.Context(), Site{Dir: dir, Environ: append(os.Environ(), "GOWORK=off")}, c, "./...")
	var list []string
	for _, f := range found {
		name, err := filepath.Rel(dir, f.File)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s:%d:%d %s", filepath.ToSlash(name), f.Line, f.Column, f.Rule))
	}
	slices.Sort(list)
	return slices.Compact(list), err
}

// bufCase copies a case of buf's into a module, with a configuration of ours.
func bufCase(t *testing.T, from, dir, config string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(from), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".proto" {
			text, err := os.ReadFile(filepath.Join(from, name))
			if err != nil {
				return err
			}
			put(t, filepath.Join(dir, name), text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "go.mod"), []byte("module example.com/m\n"))
	put(t, filepath.Join(dir, "buf.yaml"), []byte("version: v2\n"+config))
}

func bufCases(t *testing.T, in string) []string {
	t.Helper()
	oracle(t, "buf")
	dirs, err := filepath.Glob(filepath.Join(download(t, bufVersion), "private/bufpkg/bufcheck/testdata", in, "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	return slices.DeleteFunc(dirs, func(dir string) bool { // plugins of buf's, and rules of expressions
		base := filepath.Base(dir)
		return strings.Contains(base, "protovalidate") || strings.HasPrefix(base, "custom") || strings.HasPrefix(base, "policy")
	})
}

// Lint says what buf says, at the same places.
func TestBufLint(t *testing.T) {
	cases, findings := 0, 0
	for _, from := range bufCases(t, "lint") {
		t.Run(filepath.Base(from), func(t *testing.T) {
			dir := t.TempDir()
			bufCase(t, from, dir, "lint:\n  use: [STANDARD]\n  except: [PROTOVALIDATE]\n")
			want := bufFindings(t, dir, "lint")
			got, err := ourFindings(t, dir, Choices{Lint: true})
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%v: -want +got:\n%s", err, diff)
			}
			cases++
			findings += len(want)
		})
	}
	t.Logf("%d folders, %d findings, the same", cases, findings)
}

// Breaking says what buf says, by rule, but for what is explained.
func TestBufBreaking(t *testing.T) {
	cases, same := 0, 0
	explained := map[string]int{}
	for _, from := range bufCases(t, "breaking/current") {
		t.Run(filepath.Base(from), func(t *testing.T) {
			dir, before := t.TempDir(), t.TempDir()
			const config = "breaking:\n  use: [PACKAGE]\n  except: [FIELD_SAME_CPP_STRING_TYPE, FIELD_SAME_JAVA_UTF8_VALIDATION]\n"
			previous := strings.Replace(from, "/current/", "/previous/", 1)
			bufCase(t, previous, before, config)
			bufCase(t, previous, dir, config)
			commit(t, dir)
			for _, name := range protoFiles(t, os.DirFS(dir)) {
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			bufCase(t, from, dir, config)
			want := rulesOf(bufFindings(t, dir, "breaking", "--against", before))
			list, err := ourFindings(t, dir, Choices{Breaking: "HEAD"})
			if err != nil {
				explained[fmt.Sprintf("cannot be compiled: %v", Faults(err)[0].Problem)]++
				return
			}
			got := rulesOf(list)
			for rule := range maps.Keys(want) {
				if got[rule] == 0 {
					explained["buf alone says "+rule+" in "+filepath.Base(from)]++
					continue
				}
				same++
			}
			for rule := range maps.Keys(got) {
				if want[rule] == 0 {
					t.Errorf("buf does not say %s", rule)
				}
			}
			cases++
		})
	}
	t.Logf("%d folders, %d rules broken in a folder, the same", cases, same)
	for _, about := range slices.Sorted(maps.Keys(explained)) {
		t.Logf("%s (%d)", about, explained[about])
	}
	if len(explained) > 12 {
		t.Error("more is not the same than is explained")
	}
}

// rulesOf counts the rules of findings.
func rulesOf(list []string) map[string]int {
	rules := map[string]int{}
	for _, f := range list {
		rules[f[strings.LastIndexByte(f, ' ')+1:]]++
	}
	return rules
}

// commit makes a repository of a folder.
func commit(t *testing.T, dir string) {
	t.Helper()
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "first"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}
