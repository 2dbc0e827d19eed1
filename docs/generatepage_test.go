package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/generate"
)

// TestGeneratePage makes what docs/generate.md shows of what it shows: the Go of the store is
// whole there (UPDATE=1 writes it), and names that the text gives to other things are in them.
func TestGeneratePage(t *testing.T) {
	name := filepath.Join(root, "docs", "generate.md")
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/acme/shop\n\ngo 1.26\n")
	write("keys/keys.go", "// Package keys names what the shop's telemetry is about.\npackage keys\n\n//go:generate gen attrs registry.yaml\n")
	for _, m := range regexp.MustCompile("(?ms)^<!-- file: (\\S+) -->\n```[a-z]+\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		write(m[1], m[2])
	}
	found, err := generate.Find(generate.Search{Dir: dir, Patterns: []string{"./..."}, Environ: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	made, err := generate.Make(t.Context(), generate.Options{}, found.Directives)
	if err != nil {
		t.Fatal(err)
	}
	output := map[string]string{}
	for _, r := range made.Results {
		for _, f := range r.Files {
			output[f.Path] = string(f.Content)
		}
	}
	block := regexp.MustCompile("(?ms)^(<!-- made: (\\S+) -->\n```go\n)(.*?)^```$")
	want := block.ReplaceAllStringFunc(string(page), func(old string) string {
		m := block.FindStringSubmatch(old)
		if output[m[2]] == "" {
			t.Fatalf("generate.md shows %s, which nothing makes", m[2])
		}
		return m[1] + output[m[2]] + "```"
	})
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("docs/generate.md does not show what is made; make docs writes it\n%s", firstDifference(want, string(page)))
	}
	for file, words := range map[string][]string{
		"pay/payments_api_client.go":             {"func NewPaymentsAPIClient(", "type PaymentsAPIError struct"},
		"pay/paymentsapitest/paymentsapitest.go": {"package paymentsapitest"},
		"keys/registry_attrs.go":                 {"func ShopOrderID(", "ShopOrderStatePaid ", "func NewShopOrderValue("},
	} {
		for _, word := range words {
			if !strings.Contains(output[file], word) {
				t.Errorf("generate.md speaks of %q, which is not in %s", word, file)
			}
		}
	}
}
