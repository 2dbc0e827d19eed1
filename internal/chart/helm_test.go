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
			compare(t, sorted(c.FromHelm(string(out))), sorted(r.Manifests))
		})
	}
}

// TestHelmEmitted compares what Helm makes of the charts of the golden services, for each of
// their values files: HELM=/path/to/helm go test -run TestHelmEmitted ./internal/chart
func TestHelmEmitted(t *testing.T) {
	helm := os.Getenv("HELM")
	if helm == "" {
		t.Skip("HELM is not set: nothing is compared here; e2e does it")
	}
	apis := []string{"monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "monitoring.coreos.com/v1/PodMonitor", "monitoring.coreos.com/v1/PrometheusRule"}
	digest := map[string]any{"image": map[string]any{"digest": "sha256:" + strings.Repeat("1", 64)}}
	for _, service := range []string{"full", "http", "grpc", "worker"} {
		dir := filepath.Join("../../golden", service, "deploy/chart")
		c, err := Load(os.DirFS(dir), ".")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"values.yaml", "values-dev.yaml", "values-staging.yaml", "values-prod.yaml"} {
			t.Run(service+"/"+name, func(t *testing.T) {
				content, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				values, err := ReadValues(content)
				if err != nil {
					t.Fatal(err)
				}
				args := []string{"template", "r", dir, "-n", "ns", "--kube-version", "1.37.0", "-f", filepath.Join(dir, name), "--set", "image.digest=sha256:" + strings.Repeat("1", 64)}
				for _, api := range apis {
					args = append(args, "--api-versions", api)
				}
				out, err := exec.Command(helm, args...).Output()
				if err != nil {
					t.Fatal(err)
				}
				r, err := c.Render(t.Context(), c.Values(values, digest), Release{Name: "r", Namespace: "ns", APIVersions: apis})
				if err != nil || len(r.Skipped) > 0 {
					t.Fatal(err, r)
				}
				compare(t, sorted(c.FromHelm(string(out))), sorted(r.Manifests))
			})
		}
	}
}

func compare(t *testing.T, want, got []Manifest) {
	t.Helper()
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
