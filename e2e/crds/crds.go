// Package crds judges custom resources: by field lists of our own, written from what each
// project publishes (folder fields), and by the project's own definitions, where a module of
// it has them (package pins).
package crds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/pins"
)

// A Judge knows one kind at one version.
type Judge struct {
	GVK       string // apiVersion and kind, with a space between
	From      string // whose definition it is
	Published bool   // by the project itself
	props     *apiextensions.JSONSchemaProps
	structure *schema.Structural
	validator validation.SchemaValidator
	rules     *cel.Validator
}

// All returns the judges by GVK, those of our own first.
func All(t testing.TB) map[string][]*Judge {
	t.Helper()
	all, err := judges()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var judges = sync.OnceValues(func() (map[string][]*Judge, error) {
	own, err := ownDefinitions()
	if err != nil {
		return nil, err
	}
	all := map[string][]*Judge{}
	if err := add(all, "our field list", false, own); err != nil {
		return nil, err
	}
	published, err := Published()
	if err != nil {
		return nil, err
	}
	return all, add(all, "the project's definition", true, published)
})

func add(all map[string][]*Judge, from string, published bool, definitions []*apiextensionsv1.CustomResourceDefinition) error {
	for _, d := range definitions {
		made, err := Judges(d)
		if err != nil {
			return err
		}
		for _, j := range made {
			j.From, j.Published = from, published
			all[j.GVK] = append(all[j.GVK], j)
		}
	}
	return nil
}

// Published returns the definitions of the projects that have a module with them.
func Published() ([]*apiextensionsv1.CustomResourceDefinition, error) {
	sources := pins.Definitions()
	read := make([][]*apiextensionsv1.CustomResourceDefinition, len(sources))
	err := pins.Each(sources, func(i int, s pins.CRDs) error {
		contents, err := pins.Read(s.Module, s.Files...)
		if err != nil {
			return err
		}
		for n, content := range contents {
			d := &apiextensionsv1.CustomResourceDefinition{}
			if err := yaml.Unmarshal(content, d); err != nil {
				return fmt.Errorf("%s in %s: %w", s.Files[n], s.Module, err)
			}
			read[i] = append(read[i], d)
		}
		return nil
	})
	var all []*apiextensionsv1.CustomResourceDefinition
	for _, r := range read {
		all = append(all, r...)
	}
	return all, err
}

// Judges returns a judge for each version that a definition serves.
func Judges(d *apiextensionsv1.CustomResourceDefinition) ([]*Judge, error) {
	apiextensionsv1.SetDefaults_CustomResourceDefinition(d)
	internal := &apiextensions.CustomResourceDefinition{}
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(d, internal, nil); err != nil {
		return nil, fmt.Errorf("definition %s: %w", d.Name, err)
	}
	var all []*Judge
	for _, version := range internal.Spec.Versions {
		if !version.Served {
			continue
		}
		j := &Judge{GVK: d.Spec.Group + "/" + version.Name + " " + d.Spec.Names.Kind}
		if err := j.compile(internal, version.Name); err != nil {
			return nil, fmt.Errorf("definition of %s: %w", j.GVK, err)
		}
		all = append(all, j)
	}
	return all, nil
}

func (j *Judge) compile(d *apiextensions.CustomResourceDefinition, version string) error {
	s, err := apiextensions.GetSchemaForVersion(d, version)
	if err != nil {
		return err
	}
	j.props = s.OpenAPIV3Schema
	if j.structure, err = schema.NewStructural(j.props); err != nil {
		return err
	}
	if j.validator, _, err = validation.NewSchemaValidator(j.props); err != nil {
		return err
	}
	j.rules = cel.NewValidator(j.structure, true, celconfig.PerCallLimit)
	return nil
}

// Check returns what the API server would say against an object: unknown fields, values
// against the schema, keys that are there twice, CEL rules.
func (j *Judge) Check(o objects.Object) error {
	value := map[string]any{}
	if err := utiljson.Unmarshal(o.JSON, &value); err != nil {
		return err
	}
	var faults []error
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	if unknown := pruning.PruneWithOptions(runtime.DeepCopyJSON(value), j.structure, true, options); len(unknown) > 0 {
		faults = append(faults, fmt.Errorf("unknown fields: %s", strings.Join(unknown, ", ")))
	}
	defaulting.Default(value, j.structure)
	faults = append(faults, validation.ValidateCustomResource(nil, value, j.validator).ToAggregate())
	faults = append(faults, listtype.ValidateListSetsAndMaps(nil, j.structure, value).ToAggregate())
	if j.rules != nil {
		wrong, _ := j.rules.Validate(context.Background(), nil, j.structure, value, nil, celconfig.RuntimeCELCostBudget)
		faults = append(faults, wrong.ToAggregate())
	}
	if err := join(faults); err != nil {
		return fmt.Errorf("by %s: %w", j.From, err)
	}
	return nil
}

// join leaves out aggregates that are nil: a nil Aggregate is no nil error.
func join(faults []error) error {
	var real []error
	for _, f := range faults {
		if f != nil && fmt.Sprintf("%v", f) != "<nil>" {
			real = append(real, f)
		}
	}
	return errors.Join(real...)
}

// Constraint returns the judge of the constraints of a Gatekeeper template, which makes their
// definition from its own (open-policy-agent.github.io/gatekeeper, docs/howto).
func Constraint(template objects.Object) (*Judge, error) {
	kind, _ := template.At("spec", "crd", "spec", "names", "kind").(string)
	if kind == "" {
		return nil, fmt.Errorf("%s: names no kind", template)
	}
	d, err := definition(fmt.Appendf(nil, constraint, strings.ToLower(kind), kind))
	if err != nil {
		return nil, err
	}
	spec := &d.Spec.Versions[0].Schema.OpenAPIV3Schema
	if parameters := template.At("spec", "crd", "spec", "validation", "openAPIV3Schema"); parameters != nil {
		data, err := json.Marshal(parameters)
		if err != nil {
			return nil, err
		}
		var schema apiextensionsv1.JSONSchemaProps
		if err := json.Unmarshal(data, &schema); err != nil {
			return nil, fmt.Errorf("%s: %w", template, err)
		}
		(*spec).Properties["spec"].Properties["parameters"] = schema
	}
	made, err := Judges(d)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", template, err)
	}
	made[0].From = template.Source
	return made[0], nil
}

const constraint = `
source: open-policy-agent.github.io/gatekeeper, docs/howto
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: %[2]s
plural: %[1]s
cluster: true
shared:
  selector: &selector
    matchLabels: {"*": string}
    matchExpressions: [{key!: string, operator!: In | NotIn | Exists | DoesNotExist, values: [string]}]
fields:
  spec!:
    enforcementAction: deny | dryrun | warn | scoped
    scopedEnforcementActions: [{action: string, enforcementPoints: [{name: string}]}]
    match:
      source: All | Generated | Original
      kinds: [{apiGroups: [string], kinds: [string]}]
      scope: "* | Cluster | Namespaced"
      namespaces: [string]
      excludedNamespaces: [string]
      labelSelector: *selector
      namespaceSelector: *selector
      name: string
`
