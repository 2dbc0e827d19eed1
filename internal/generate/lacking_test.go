package generate

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/tree"
)

func TestLacking(t *testing.T) {
	dir := t.TempDir()
	put := func(name, content string) {
		t.Helper()
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("go.work", "go 1.26\nuse ./a\nuse ./b\n")
	put("a/go.mod", "module example.com/a\ngo 1.26\nrequire go.opentelemetry.io/otel v1.47.0\n")
	put("b/go.mod", "module example.com/b\ngo 1.26\n")
	made := func(module string, imports ...string) Result {
		var content strings.Builder
		content.WriteString("package x\n")
		for _, pkg := range imports {
			content.WriteString("import _ \"" + pkg + "\"\n")
		}
		return Result{Module: filepath.Join(dir, module), Files: []tree.File{
			{Path: "x/x.go", Content: []byte(content.String())},
			{Path: "x/x.md", Content: []byte("import \"not.go/x\"")},
		}}
	}
	m := Made{Results: []Result{
		made("a", "context", "example.com/a/y", "example.com/b/z", "go.opentelemetry.io/otel/codes", "go.opentelemetry.io/otelx"),
		made("b", "go.opentelemetry.io/otel/codes", "example.com/b"),
		made("b", "go.opentelemetry.io/otel/codes"),
		made("none", "anything.example/x"),
	}}
	var got []string
	for _, l := range m.Lacking() {
		got = append(got, filepath.Base(l.Module)+" "+l.Package)
	}
	if want := []string{"a go.opentelemetry.io/otelx", "b go.opentelemetry.io/otel/codes"}; !slices.Equal(got, want) {
		t.Errorf("want %q, got %q", want, got)
	}
}
