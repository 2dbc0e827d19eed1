// Package sariftest has the schemas by which tests judge logs of SARIF.
package sariftest

import (
	"bytes"
	"go/build"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema compiles a schema, formats asserted.
func Schema(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("https://example.com/schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://example.com/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Official returns the schema of OASIS. It is not ours to copy; the module of gosec, a peer
// that `make vet-score` fetches, has it among its tests. SARIF_SCHEMA names another file.
func Official(t testing.TB) *jsonschema.Schema {
	t.Helper()
	file := os.Getenv("SARIF_SCHEMA")
	if file == "" {
		cache := os.Getenv("GOMODCACHE")
		if cache == "" {
			cache = filepath.Join(filepath.SplitList(build.Default.GOPATH)[0], "pkg", "mod")
		}
		found, err := filepath.Glob(filepath.Join(cache, "github.com/securego/gosec/v2@*/report/sarif/testdata/sarif-schema-2.1.0.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Skip("the official schema is not in the module cache; see docs/evidence/sarif.md")
		}
		file = found[len(found)-1]
	}
	return Schema(t, file)
}
