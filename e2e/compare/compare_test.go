package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/services"
)

// page is what the comparison is written into.
const page = "../../docs/charts.md"

// update writes parts of the page, each between two marks.
func update(t *testing.T, parts map[string]string) {
	t.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for name, part := range parts {
		before, rest, found := strings.Cut(text, "<!-- "+name+" -->\n")
		_, after, ends := strings.Cut(rest, "<!-- end -->")
		if !found || !ends {
			t.Fatalf("%s has no place for %s", page, name)
		}
		text = before + "<!-- " + name + " -->\n" + part + "<!-- end -->" + after
	}
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// own writes the chart of golden/full into a folder.
func own(t *testing.T) *study {
	t.Helper()
	s := ours()
	s.folder = filepath.Join(t.TempDir(), "payments")
	for _, f := range charts.Files(services.Named(t, "golden/full")) {
		name := filepath.Join(s.folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	st, err := newStudy(s, newTools(t))
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// TestOurs: our column of docs/charts.md is what the chart is today.
func TestOurs(t *testing.T) {
	studies := []*study{own(t)}
	all, err := ask(studies)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all {
		c := line.cells[0]
		want := fmt.Sprintf("\n| %s | %s |", line.name, c.text)
		if !strings.Contains(string(content), want) {
			t.Errorf("docs/charts.md does not say %q; make charts writes it", want)
		}
		if c.rank < 1 && !c.none {
			t.Logf("%s: %s", line.name, c.text)
		}
	}
}

// TestFamous compares ours with the charts in the folder CHARTS. UPDATE=1 writes the page.
func TestFamous(t *testing.T) {
	folder := os.Getenv("CHARTS")
	if folder == "" {
		t.Skip("CHARTS names no folder with other charts: see docs/charts.md")
	}
	first := own(t)
	studies := []*study{first}
	for _, s := range famous() {
		from := filepath.Join(folder, s.name)
		if _, err := os.Stat(filepath.Join(from, "Chart.yaml")); errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("no chart in %s", from)
		}
		s.folder = filepath.Join(t.TempDir(), s.name)
		if err := os.CopyFS(s.folder, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		missing, err := prepare(s.folder, s.tag)
		if err != nil {
			t.Fatal(err)
		}
		s.missing = missing
		if len(missing) > 0 {
			t.Logf("%s without %q", s.name, missing)
		}
		st, err := newStudy(s, first.tools)
		if err != nil {
			t.Fatal(err)
		}
		studies = append(studies, st)
	}
	all, err := ask(studies)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Print(table(studies, all))
	if os.Getenv("UPDATE") != "" {
		update(t, map[string]string{"sources": sources(), "table": table(studies, all)})
	}
	for _, fault := range behind(studies, all) {
		t.Error(fault)
	}
}
