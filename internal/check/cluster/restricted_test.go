package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/internal/chart"
)

// Every pod that k8s.io/pod-security-admission keeps for its own tests is judged as it judges it.
// The folder is that of its module: PSA=$(go list -m -f {{.Dir}} k8s.io/pod-security-admission)
func TestRestrictedAsKubernetes(t *testing.T) {
	module := os.Getenv("PSA")
	if module == "" {
		t.Skip("PSA is not set: without the module's pods nothing is compared here; e2e does it")
	}
	for _, c := range []struct {
		kind string
		bad  bool
	}{{"pass", false}, {"fail", true}} {
		files, err := filepath.Glob(filepath.Join(module, "test/testdata/restricted/v1.37", c.kind, "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Fatal("no pods", err)
		}
		for _, name := range files {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			m := chart.Documents(string(content))[0].Value.(map[string]any)
			p, ok := podOf(newObject(chart.Manifest{Object: m}))
			if !ok {
				t.Fatal(name)
			}
			found := restricted(p)
			if (len(found) > 0) != c.bad {
				t.Errorf("%s/%s: got %v", c.kind, filepath.Base(name), found)
			}
			check := strings.TrimRight(strings.TrimSuffix(filepath.Base(name), ".yaml"), "0123456789")
			if c.bad && !strings.Contains(strings.ToLower(found[0].check+found[len(found)-1].check), strings.SplitN(check, "_", 2)[0]) {
				t.Logf("%s: %v", name, found)
			}
		}
	}
}
