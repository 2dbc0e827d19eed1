package check

import (
	"bytes"
	"encoding/json"
	"go/build"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The log is valid by the part of the schema in our own words, and by OASIS' own where it is in
// the module cache or named by SARIF_SCHEMA; see package report.
func TestSARIF(t *testing.T) {
	var log, empty bytes.Buffer
	src := func(string) ([]byte, error) { return []byte("a\nb\nc: d\n"), nil }
	if err := SARIF(&log, sample(), "svc", src); err != nil {
		t.Fatal(err)
	}
	if err := SARIF(&empty, Report{}, ".", nil); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"part": filepath.FromSlash("../report/testdata/sarif-part.schema.json"), "official": official(t)} {
		t.Run(name, func(t *testing.T) {
			if file == "" {
				t.Skip("the official schema is not in the module cache")
			}
			s := schema(t, file)
			for _, text := range [][]byte{log.Bytes(), empty.Bytes()} {
				doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
				if err == nil {
					err = s.Validate(doc)
				}
				if err != nil {
					t.Errorf("%v\n%s", err, text)
				}
			}
		})
	}
	var got struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID, HelpURI string }
				}
			}
			Invocations []struct{ ExecutionSuccessful bool }
			Results     []struct {
				RuleID, Level string
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
				PartialFingerprints map[string]string
			}
		}
	}
	if err := json.Unmarshal(log.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	if run.Tool.Driver.Name != "gen check" || len(run.Tool.Driver.Rules) != 2 || run.Tool.Driver.Rules[0].HelpURI != Page+"#cluster" {
		t.Errorf("driver: %+v", run.Tool.Driver)
	}
	if run.Invocations[0].ExecutionSuccessful {
		t.Error("an area failed, and the run is called a success")
	}
	seen := map[string]bool{}
	for _, r := range run.Results {
		if len(r.Locations) != 1 || r.Locations[0].PhysicalLocation.Region.StartLine < 1 || len(r.PartialFingerprints) == 0 {
			t.Errorf("%s has no place: %+v", r.RuleID, r)
		}
		for _, print := range r.PartialFingerprints {
			if seen[print] {
				t.Errorf("%s: a fingerprint comes twice", r.RuleID)
			}
			seen[print] = true
		}
	}
	if len(run.Results) != 4 || run.Results[2].Level != "error" || run.Results[3].Locations[0].PhysicalLocation.ArtifactLocation.URI != "svc/mintwright.yaml" {
		t.Errorf("results: %+v", run.Results)
	}
}

func schema(t *testing.T, file string) *jsonschema.Schema {
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

// official returns the file of OASIS' schema, which a peer's module has among its tests; "" where
// there is none.
func official(t *testing.T) string {
	t.Helper()
	if file := os.Getenv("SARIF_SCHEMA"); file != "" {
		return file
	}
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		cache = filepath.Join(filepath.SplitList(build.Default.GOPATH)[0], "pkg", "mod")
	}
	found, err := filepath.Glob(filepath.Join(cache, "github.com/securego/gosec/v2@*/report/sarif/testdata/sarif-schema-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		return ""
	}
	return found[len(found)-1]
}
