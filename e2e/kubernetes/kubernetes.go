// Package kubernetes holds the schemas of the versions of Kubernetes that a chart runs on, as
// Kubernetes itself publishes them (api/openapi-spec/swagger.json of each release).
package kubernetes

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/pins"
)

// Version is one minor of Kubernetes.
type Version struct {
	Name        string // v1.37.2
	definitions map[string]*definition
	names       map[string]string // "apps/v1 Deployment" -> the name of its definition
	document    any
	mu          sync.Mutex
	compiler    *jsonschema.Compiler
	compiled    map[string]*jsonschema.Schema
}

// definition is a schema of the swagger, with what is asked of it here.
type definition struct {
	Ref        string                 `json:"$ref"`
	Properties map[string]*definition `json:"properties"`
	Items      *definition            `json:"items"`
	Additional *definition            `json:"additionalProperties"`
	MapKeys    []string               `json:"x-kubernetes-list-map-keys"`
	ListType   string                 `json:"x-kubernetes-list-type"`
	Kinds      []struct {
		Group   string `json:"group"`
		Version string `json:"version"`
		Kind    string `json:"kind"`
	} `json:"x-kubernetes-group-version-kind"`
}

// Versions returns the minors, oldest first.
func Versions(t testing.TB) []*Version {
	t.Helper()
	all, err := versions()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var versions = sync.OnceValues(func() ([]*Version, error) {
	modules := pins.Kubernetes()
	all := make([]*Version, len(modules))
	err := pins.Each(modules, func(i int, m pins.Module) error {
		contents, err := pins.Read(m, "api/openapi-spec/swagger.json")
		if err != nil {
			return err
		}
		all[i], err = parse(m.Version, contents[0])
		return err
	})
	return all, err
})

func parse(name string, swagger []byte) (*Version, error) {
	v := &Version{Name: name, names: map[string]string{}, compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	var typed struct {
		Definitions map[string]*definition `json:"definitions"`
	}
	if err := json.Unmarshal(swagger, &typed); err != nil {
		return nil, fmt.Errorf("swagger of %s: %w", name, err)
	}
	var plain struct {
		Definitions map[string]any `json:"definitions"`
	}
	if err := json.Unmarshal(swagger, &plain); err != nil {
		return nil, fmt.Errorf("swagger of %s: %w", name, err)
	}
	v.definitions = typed.Definitions
	for at, d := range typed.Definitions {
		if len(d.Kinds) == 1 { // DeleteOptions and its like belong to every group
			k := d.Kinds[0]
			v.names[strings.TrimPrefix(k.Group+"/"+k.Version, "/")+" "+k.Kind] = at
		}
	}
	for at, d := range plain.Definitions {
		tighten(d)
		if strings.HasSuffix(at, ".api.resource.Quantity") {
			d.(map[string]any)["type"] = []any{"string", "number"}
		}
	}
	v.document = map[string]any{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": plain.Definitions}
	return v, v.compiler.AddResource("swagger.json", v.document)
}

// tighten makes a JSON Schema of a schema of the swagger: what is not named is refused, and a
// number or a string is both.
func tighten(schema any) {
	s, ok := schema.(map[string]any)
	if !ok {
		return
	}
	if s["format"] == "int-or-string" {
		s["type"] = []any{"string", "integer"}
	}
	delete(s, "format") // int32, byte, date-time: what matters of it is the decoder's
	if properties, ok := s["properties"].(map[string]any); ok {
		if _, open := s["additionalProperties"]; !open {
			s["additionalProperties"] = false
		}
		for _, p := range properties {
			tighten(p)
		}
	}
	tighten(s["items"])
	tighten(s["additionalProperties"])
}

// Has reports whether this version serves the kind.
func (v *Version) Has(o objects.Object) bool { return v.names[o.GVK()] != "" }

// Check returns what is wrong with an object of a kind that this version serves: against its
// schema, and a list in which two items have the same key, which Server-Side Apply refuses.
func (v *Version) Check(o objects.Object) error {
	at, found := v.names[o.GVK()]
	if !found {
		return fmt.Errorf("%s of Kubernetes serves no %s", v.Name, o.GVK())
	}
	schema, err := v.schema(at)
	if err != nil {
		return err
	}
	return errors.Join(schema.Validate(o.Value), v.twice("", v.definitions[at], o.Value))
}

func (v *Version) schema(at string) (*jsonschema.Schema, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s := v.compiled[at]; s != nil {
		return s, nil
	}
	s, err := v.compiler.Compile("swagger.json#/definitions/" + at)
	if err != nil {
		return nil, err
	}
	v.compiled[at] = s
	return s, nil
}

// twice returns the items of lists below value that have the same key.
func (v *Version) twice(path string, d *definition, value any) error {
	for d != nil && d.Ref != "" {
		d = v.definitions[strings.TrimPrefix(d.Ref, "#/definitions/")]
	}
	if d == nil {
		return nil
	}
	var faults []error
	switch value := value.(type) {
	case map[string]any:
		for key, field := range value {
			next := d.Properties[key]
			if next == nil {
				next = d.Additional
			}
			faults = append(faults, v.twice(path+"."+key, next, field))
		}
	case []any:
		seen := map[string]bool{}
		for i, item := range value {
			if key := keyOf(d, item); key != "" {
				if seen[key] {
					faults = append(faults, fmt.Errorf("%s[%d] has the same key as an item before it: %s", path, i, key))
				}
				seen[key] = true
			}
			faults = append(faults, v.twice(fmt.Sprintf("%s[%d]", path, i), d.Items, item))
		}
	}
	return errors.Join(faults...)
}

// keyOf is what tells an item from the others of its list, "" when nothing does.
func keyOf(list *definition, item any) string {
	if list.ListType == "set" {
		return fmt.Sprint(item)
	}
	fields, isObject := item.(map[string]any)
	if len(list.MapKeys) == 0 || !isObject {
		return ""
	}
	var parts []string
	for _, key := range list.MapKeys {
		value := fields[key]
		if value == nil && key == "protocol" {
			value = "TCP" // the default of ports
		}
		parts = append(parts, fmt.Sprintf("%s=%v", key, value))
	}
	return strings.Join(parts, ",")
}
