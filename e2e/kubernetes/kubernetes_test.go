package kubernetes

import (
	"strings"
	"testing"

	"github.com/mintwright/mintwright/e2e/objects"
)

const pod = `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: app
      image: registry.example/a:1
      ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]
      resources: {limits: {memory: 64Mi, cpu: 1}}
`

// TestCheck: the schemas let a right object pass and name what is wrong in others.
func TestCheck(t *testing.T) {
	for name, c := range map[string]struct{ replace, by, want string }{
		"right":      {"", "", ""},
		"typo":       {"image:", "imagePullPolcy: Always\n      image:", "imagePullPolcy"},
		"type":       {"name: app", "name: 1", "name"},
		"null":       {"ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]", "ports:", "ports"},
		"port twice": {", protocol: UDP", "", "same key"},
	} {
		found, err := objects.Read(name, []byte(strings.Replace(pod, c.replace, c.by, 1)))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range Versions(t) {
			err := v.Check(found[0])
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, Kubernetes %s: %v", name, v.Name, err)
			}
		}
	}
	unknown := objects.Object{APIVersion: "apps/v1beta1", Kind: "Deployment"}
	for _, v := range Versions(t) {
		if v.Has(unknown) {
			t.Errorf("Kubernetes %s serves %s", v.Name, unknown.GVK())
		}
	}
}
