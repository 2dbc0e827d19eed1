package proto

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Each archive in testdata/breaking has files as they were in before and as they are in after,
// and what breaks in want. UPDATE=1 writes it.
func TestBreaking(t *testing.T) {
	names, err := filepath.Glob("testdata/breaking/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	rules := map[string]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			before := compiledIn(t, a, "before/")
			b := &breaks{before: newIndex(before), now: newIndex(compiledIn(t, a, "after/"))}
			b.files(before)
			slices.SortFunc(b.found, compareFindings)
			var got strings.Builder
			for _, f := range b.found {
				rules[f.Rule] = true
				fmt.Fprintf(&got, "%s; %s\n", f.Fact(), f.Remedy)
			}
			i := len(a.Files) - 1
			if os.Getenv("UPDATE") != "" {
				a.Files[i].Data = []byte(got.String())
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(a.Files[i].Data), got.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			same := &breaks{before: b.before, now: b.before}
			if same.files(before); len(same.found) > 0 {
				t.Errorf("what is as it was breaks: %v", same.found)
			}
		})
	}
	if len(rules) < 35 {
		t.Errorf("the cases show %d rules only", len(rules))
	}
}

func compiledIn(t *testing.T, a *txtar.Archive, dir string) []protoreflect.FileDescriptor {
	t.Helper()
	src := fstest.MapFS{}
	var names []string
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, dir); ok {
			src[name] = &fstest.MapFile{Data: f.Data}
			names = append(names, name)
		}
	}
	c := newCompiler(reader(src))
	if err := c.all(names); err != nil {
		t.Fatal(err)
	}
	return c.descriptors(names)
}
