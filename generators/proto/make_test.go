package proto

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"golang.org/x/tools/txtar"
)

// Each archive in testdata/make is a module in main, other modules where they would lie, and
// the line that is run in main: its flags and arguments, and before them variables. What comes
// of it is in want: the names of files, findings, or faults. UPDATE=1 writes it.
func TestMake(t *testing.T) {
	names, err := filepath.Glob("testdata/make/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := made(t, a)
			i := len(a.Files) - 1
			if a.Files[i].Name != "want" {
				t.Fatal("want is not the last file")
			}
			if os.Getenv("UPDATE") != "" {
				a.Files[i].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(a.Files[i].Data), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// made runs what the last line of an archive's comment says.
func made(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	work, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		put(t, filepath.Join(work, f.Name), f.Data)
	}
	lines := strings.Split(strings.TrimSpace(string(a.Comment)), "\n")
	line := strings.ReplaceAll(lines[len(lines)-1], "$WORK", work)
	site := Site{Dir: filepath.Join(work, "main"), Environ: append(os.Environ(), "GOMODCACHE="+filepath.Join(work, "cache"), "GOENV=off", "GOFLAGS=", "GOWORK=", "GO111MODULE=")}
	var c Choices
	flags := pflag.NewFlagSet("gen proto", pflag.ContinueOnError)
	c.Flags(flags)
	words := strings.Fields(line)
	for words[0] != "proto" {
		site.Environ = append(site.Environ, words[0])
		words = words[1:]
	}
	if err := flags.Parse(words[1:]); err != nil {
		t.Fatal(err)
	}
	outputs, err := Make(t.Context(), site, c, flags.Args()...)
	var b strings.Builder
	for _, o := range outputs {
		for _, f := range o.Files {
			fmt.Fprintln(&b, filepath.Join(o.Dir, f.Path))
		}
	}
	faults := Faults(err)
	for _, f := range faults {
		fmt.Fprintf(&b, "%s\n\t%s\n", f.Fact(), f.Remedy)
	}
	if err != nil && faults == nil {
		fmt.Fprintf(&b, "%T: %v\n", err, err)
	}
	if len(outputs) > 0 && err != nil {
		t.Error("half a result")
	}
	return strings.ReplaceAll(b.String(), work, "$WORK")
}

func put(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
