// Package agreement compares the light judges of gen check with the tools that they stand for.
package agreement

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/podsecurity"
	"github.com/mintwright/mintwright/e2e/services"
	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check/cluster"
)

// TestPodSecurity: on every pod that Kubernetes keeps to try its own library, gen check and the
// library say the same.
func TestPodSecurity(t *testing.T) {
	judge, err := podsecurity.New()
	if err != nil {
		t.Fatal(err)
	}
	pods, refused := 0, 0
	// Only the newest minor: what was allowed in an older one is not asked here.
	for _, level := range []string{"baseline", "restricted"} {
		folder := newest(t, level)
		err := fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".yaml" {
				return err
			}
			content, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				return err
			}
			found, err := objects.Read(level+"/"+name, content)
			if err != nil {
				return err
			}
			for _, p := range objects.Pods(found) {
				setDefaults(p.Spec)
				why, err := judge.Refused(p)
				if err != nil {
					return err
				}
				pods++
				if why != "" {
					refused++
				}
				value, err := chart.ReadYAML(string(content))
				if err != nil {
					return err
				}
				if ours := cluster.Restricted(value.(map[string]any)); (len(ours) > 0) != (why != "") {
					t.Errorf("%s/%s: the library says %q, gen check %q", level, name, why, ours)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d pods, %d of them refused: gen check says what k8s.io/pod-security-admission says", pods, refused)
	if pods < 100 || refused < 50 {
		t.Error("too few")
	}
}

// setDefaults does what the API server does before it asks the library: a volume of nothing is
// an emptyDir.
func setDefaults(pod map[string]any) {
	volumes, _ := pod["volumes"].([]any)
	for _, v := range volumes {
		if v, is := v.(map[string]any); is && len(v) == 1 {
			v["emptyDir"] = map[string]any{}
		}
	}
}

// newest is the folder of the library's own pods for the newest minor of Kubernetes.
func newest(t *testing.T, level string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "test", "testdata", level, "v1.*"))
	if err != nil || len(all) == 0 {
		t.Fatal("the library has no pods to try it with", err)
	}
	minor := func(name string) (n int) {
		_, _ = fmt.Sscanf(filepath.Base(name), "v1.%d", &n)
		return n
	}
	return slices.MaxFunc(all, func(a, b string) int { return minor(a) - minor(b) })
}

// TestRenderer: the renderer of gen check makes the objects that Helm makes, in each use of
// each chart, and leaves nothing out.
func TestRenderer(t *testing.T) {
	all := charts.All(t)
	var mu sync.Mutex
	compared := 0
	charts.Each(all, func(r *charts.Rendering) {
		ours, err := rendered(t.Context(), r.Service, r.Use)
		if err != nil {
			t.Errorf("%s, %s: %v", r.Service.Name, r.Use.Name, err)
			return
		}
		helms := map[string]any{}
		for _, o := range r.Objects {
			var plain any
			if err := json.Unmarshal(o.JSON, &plain); err != nil {
				t.Error(err)
			}
			helms[o.GVK()+" "+o.Name] = plain
		}
		for _, key := range slices.Sorted(maps.Keys(helms)) {
			if !reflect.DeepEqual(helms[key], ours[key]) {
				t.Errorf("%s, %s: %s differs\nHelm: %v\nours: %v", r.Service.Name, r.Use.Name, key, helms[key], ours[key])
			}
		}
		if len(ours) != len(helms) {
			t.Errorf("%s, %s: Helm makes %d objects, we %d", r.Service.Name, r.Use.Name, len(helms), len(ours))
		}
		mu.Lock()
		compared += len(helms)
		mu.Unlock()
	})
	t.Logf("%d objects of %d renderings are as Helm makes them", compared, len(all))
}

// rendered are the objects that package chart makes, by kind and name.
func rendered(ctx context.Context, s services.Service, u charts.Use) (map[string]any, error) {
	c, err := chart.Load(s.Files, services.ChartFolder)
	if err != nil {
		return nil, err
	}
	values, err := charts.ValuesOf(s, u)
	if err != nil {
		return nil, err
	}
	var plain map[string]any // as they would be read from a file: every number a float64
	data, err := json.Marshal(values)
	if err == nil {
		err = json.Unmarshal(data, &plain)
	}
	if err != nil {
		return nil, err
	}
	merged := c.Values(plain)
	problems, unknown, err := c.Validate(merged)
	if err != nil || len(problems) > 0 || len(unknown) > 0 {
		return nil, fmt.Errorf("the schema: %v %v %w", problems, unknown, err)
	}
	r, err := c.Render(ctx, merged, chart.Release{Name: u.Release, Namespace: u.Namespace, APIVersions: u.APIs})
	if err != nil {
		return nil, err
	}
	if len(r.Skipped) > 0 {
		return nil, fmt.Errorf("skipped: %v", r.Skipped)
	}
	all := map[string]any{}
	for _, m := range r.Manifests {
		data, err := json.Marshal(m.Object)
		if err != nil {
			return nil, err
		}
		var o any
		if err := json.Unmarshal(data, &o); err != nil {
			return nil, err
		}
		name, _ := objects.At(o, "metadata", "name").(string)
		all[fmt.Sprint(objects.At(o, "apiVersion"), " ", objects.At(o, "kind"), " ", name)] = o
	}
	return all, nil
}
