package check

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mintwright/mintwright/internal/report/sariftest"
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
	for name, get := range map[string]func(*testing.T) *jsonschema.Schema{
		"part": func(t *testing.T) *jsonschema.Schema {
			return sariftest.Schema(t, "../report/testdata/sarif-part.schema.json")
		},
		"official": func(t *testing.T) *jsonschema.Schema { return sariftest.Official(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s := get(t)
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
