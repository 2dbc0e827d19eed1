package crds

import (
	"strings"
	"testing"

	"github.com/mintwright/mintwright/e2e/objects"
)

// TestCheck: a judge lets a right object pass and names what is wrong in others.
func TestCheck(t *testing.T) {
	const right = `
apiVersion: spire.spiffe.io/v1alpha1
kind: ClusterSPIFFEID
metadata: {name: a}
spec:
  spiffeIDTemplate: spiffe://example.org/a
  ttl: 1h
  podSelector: {matchLabels: {app: a}, matchExpressions: [{key: b, operator: Exists}]}
`
	for name, c := range map[string]struct{ replace, by, want string }{
		"right":   {"", "", ""},
		"typo":    {"ttl:", "tll:", "unknown fields: spec.tll"},
		"type":    {"ttl: 1h", "ttl: 1", "spec.ttl"},
		"missing": {"  spiffeIDTemplate: spiffe://example.org/a\n", "", "spec.spiffeIDTemplate"},
		"choice":  {"Exists", "Is", "operator"},
	} {
		found, err := objects.Read(name, []byte(strings.Replace(right, c.replace, c.by, 1)))
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range All(t)[found[0].GVK()] {
			err := j.Check(found[0])
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestRules: the rules in CEL of a published definition are run.
func TestRules(t *testing.T) {
	found, err := objects.Read("route", []byte(`
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: a}
spec:
  hostnames: ["1.2.3.4"]
  rules: [{backendRefs: [{name: a, port: 443}]}]
`))
	if err != nil {
		t.Fatal(err)
	}
	refused := false
	for _, j := range All(t)[found[0].GVK()] {
		err := j.Check(found[0])
		refused = refused || err != nil && strings.Contains(err.Error(), "IP")
	}
	if !refused {
		t.Error("a host name that is an IP address is let in")
	}
}

// TestFieldLists: what our lists say of a kind, the project's own definition says too.
func TestFieldLists(t *testing.T) {
	compared := 0
	for gvk, judges := range All(t) {
		for _, own := range judges {
			for _, published := range judges {
				if own.Published || !published.Published {
					continue
				}
				compared++
				for _, fault := range beyond(gvk, own.props, published.props) {
					t.Error(fault)
				}
			}
		}
	}
	t.Logf("%d field lists are parts of what the projects publish", compared)
}
