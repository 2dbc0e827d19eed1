package chart

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// What Helm makes of testdata/helm stands in testdata/helm.*.yaml. They are made anew by
//
//	HELM=/path/to/helm go test -run TestHelm ./internal/chart
func TestHelm(t *testing.T) {
	c, err := Load(os.DirFS("testdata"), "helm")
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range [][]string{{}, {"over.yaml"}} {
		name := "plain"
		var over []map[string]any
		args := []string{"template", "r", "testdata/helm", "-n", "ns", "--kube-version", "1.37.0", "--api-versions", "monitoring.coreos.com/v1"}
		for _, f := range files {
			name = f
			content, err := os.ReadFile(filepath.Join("testdata/helm", f))
			if err != nil {
				t.Fatal(err)
			}
			values, err := ReadValues(content)
			if err != nil {
				t.Fatal(err)
			}
			over, args = append(over, values), append(args, "-f", filepath.Join("testdata/helm", f))
		}
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", "helm."+filepath.Base(name)+".golden")
			if helm := os.Getenv("HELM"); helm != "" {
				out, err := exec.Command(helm, args...).Output()
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, out, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			out, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			r, err := c.Render(t.Context(), c.Values(over...), Release{Name: "r", Namespace: "ns", APIVersions: []string{"monitoring.coreos.com/v1"}})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Skipped) > 0 {
				t.Errorf("want nothing skipped, got %v", r.Skipped)
			}
			want, got := sorted(c.FromHelm(string(out))), sorted(r.Manifests)
			if len(want) != len(got) {
				t.Fatalf("want %d documents, got %d", len(want), len(got))
			}
			for i := range want {
				if want[i].Template != got[i].Template || want[i].Err != nil || got[i].Err != nil {
					t.Fatalf("want %s (%v), got %s (%v)", want[i].Template, want[i].Err, got[i].Template, got[i].Err)
				}
				if !reflect.DeepEqual(want[i].Object, got[i].Object) {
					t.Errorf("%s: -want +got\n%s", want[i].Template, gocmp.Diff(pretty(want[i].Object), pretty(got[i].Object)))
				}
			}
		})
	}
}

// sorted puts the documents of a template into an order of their own: Helm sorts them by kind.
func sorted(list []Manifest) []Manifest {
	slices.SortStableFunc(list, func(a, b Manifest) int {
		return cmp.Or(strings.Compare(a.Template, b.Template), strings.Compare(pretty(a.Object["kind"]), pretty(b.Object["kind"])))
	})
	return list
}

func pretty(v any) string {
	b, _ := json.MarshalIndent(v, "", "  ")
	return string(b)
}
