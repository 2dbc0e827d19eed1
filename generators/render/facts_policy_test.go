package render

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
)

// policy is the part of a policy that every engine has.
type policy struct {
	Conditions  []map[string]string
	Variables   []map[string]string
	Validations []map[string]string
}

// What the engines judge by is the same, word for word: three packs, and one set of rules.
func TestPoliciesAgree(t *testing.T) {
	a := answers.Defaults("payments", "example.com/acme/payments")
	a.Owner = "team-payments"
	for _, theme := range append(facts{}.PolicyThemes(), "identity") {
		vap := policyOf(t, objects(t, a, "deploy/policy/vap/"+theme+".yaml.tmpl")[0])
		kyverno := policyOf(t, objects(t, a, "deploy/policy/kyverno/"+theme+".yaml.tmpl")[0])
		gatekeeper := policyOf(t, objects(t, a, "deploy/policy/gatekeeper/templates/"+theme+".yaml")[0])
		if want, got := words(t, vap), words(t, kyverno); want != got {
			t.Errorf("%s: Kyverno:\n%s\nwant\n%s", theme, got, want)
		}
		for i := range vap.Validations {
			delete(vap.Validations[i], "reason") // Gatekeeper has none
		}
		// What differs between services are parameters there.
		isParameter := func(v map[string]string) bool {
			return slices.Contains([]string{"hostPaths", "repositories", "isService", "missing"}, v["name"])
		}
		vap.Variables = slices.DeleteFunc(vap.Variables, isParameter)
		gatekeeper.Variables = slices.DeleteFunc(gatekeeper.Variables, isParameter)
		if want, got := words(t, vap), words(t, gatekeeper); want != got {
			t.Errorf("%s: Gatekeeper:\n%s\nwant\n%s", theme, got, want)
		}
	}
}

func policyOf(t *testing.T, object map[string]any) policy {
	t.Helper()
	spec := object["spec"].(map[string]any)
	conditions := "matchConditions"
	if object["kind"] == "ConstraintTemplate" {
		code := spec["targets"].([]any)[0].(map[string]any)["code"].([]any)[0].(map[string]any)
		spec, conditions = code["source"].(map[string]any), "matchCondition"
	}
	var p policy
	for key, into := range map[string]*[]map[string]string{conditions: &p.Conditions, "variables": &p.Variables, "validations": &p.Validations} {
		content, err := yaml.Marshal(spec[key])
		if err == nil {
			err = yaml.Unmarshal(content, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(p.Conditions) == 0 || len(p.Validations) == 0 {
		t.Fatalf("no rules in %v", object)
	}
	return p
}

func words(t *testing.T, p policy) string {
	t.Helper()
	content, err := yaml.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// objects are those of a file of the blueprints, filled in for a.
func objects(t *testing.T, a answers.Answers, name string) []map[string]any {
	t.Helper()
	content, err := fs.ReadFile(blueprints.FS(), path.Join("files", name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".tmpl") {
		if content, err = text(name, content, newFacts(a, "devel")); err != nil {
			t.Fatal(err)
		}
	}
	var all []map[string]any
	for d := yaml.NewDecoder(bytes.NewReader(content)); ; {
		var object map[string]any
		err := d.Decode(&object)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, content)
		}
		all = append(all, object)
	}
}

// Names that YAML reads as something else, and long ones, stay names; each is one that every
// engine takes.
func TestPlatformNames(t *testing.T) {
	for _, name := range []string{"on", "e1", strings.Repeat("a", 62) + "b"} {
		a := answers.Defaults(name, "example.com/acme/"+name)
		a.Deploy.Namespace, a.Owner, a.Description = "1e3", "@acme/0x1", `{{ x }} "q" 'p' %`
		a.Identity.Federates = []string{"a_b", "a-b", "-x.example", strings.Repeat("a", 63) + "." + strings.Repeat("b.", 95) + "c"}
		for _, file := range []string{
			"deploy/namespace.yaml.tmpl", "deploy/policy/vap/bindings.yaml.tmpl", "deploy/policy/kyverno/signature.yaml.tmpl",
			"deploy/policy/gatekeeper/constraints/identity.yaml.tmpl", "deploy/spire/federation.yaml.tmpl",
			"deploy/argocd/appproject.yaml.tmpl", "deploy/argocd/application.yaml.tmpl", "deploy/argocd/applicationset.yaml.tmpl",
			"deploy/flux/release.yaml.tmpl", "deploy/extras/rollout.yaml.tmpl", "deploy/extras/stress-chaos.yaml.tmpl",
			"deploy/extras/workload-api-injection.yaml.tmpl",
		} {
			seen := map[string]bool{}
			for _, object := range objects(t, a, file) {
				metadata := object["metadata"].(map[string]any)
				got, isText := metadata["name"].(string)
				key := object["kind"].(string) + " " + got
				if most := 253; !isText || got == "" || len(got) > most || seen[key] {
					t.Errorf("%s: the name of a %s: %v", file, object["kind"], metadata["name"])
				}
				seen[key] = true
				if namespace, has := metadata["namespace"]; has && namespace != "1e3" && namespace != "argocd" {
					t.Errorf("%s: the namespace %v", file, namespace)
				}
			}
		}
		f := newFacts(a, "devel")
		for _, theme := range append(f.PolicyThemes(), "identity", "signature", "workload-api") {
			if scoped := f.Scoped(theme); len(scoped) > maxScoped || !strings.HasPrefix(scoped, theme+".") {
				t.Errorf("%s: %q", theme, scoped)
			}
		}
	}
}
