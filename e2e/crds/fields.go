package crds

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

//go:embed fields/*.yaml
var fields embed.FS

// ownDefinitions returns the definitions of the field lists.
//
// A list names the kind, where its fields are published, and the fields as a tree. A name
// that ends in "!" is required, "*" stands for any name. A type is a word: string, integer,
// boolean, number, int-or-string, any; "a | b" is a choice of strings. [T] is a list of T.
func ownDefinitions() ([]*apiextensionsv1.CustomResourceDefinition, error) {
	names, err := fs.Glob(fields, "fields/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []*apiextensionsv1.CustomResourceDefinition
	for _, name := range names {
		content, err := fields.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d, err := definition(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, d)
	}
	return all, nil
}

func definition(content []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	var list struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Plural     string         `json:"plural"`
		Cluster    bool           `json:"cluster"`
		Source     string         `json:"source"`
		Shared     any            `json:"shared"` // anchors
		Fields     map[string]any `json:"fields"`
	}
	if err := yaml.UnmarshalStrict(content, &list); err != nil {
		return nil, err
	}
	if list.Source == "" || list.Plural == "" {
		return nil, fmt.Errorf("%s has no source or no plural", list.Kind)
	}
	list.Fields["apiVersion"], list.Fields["kind"], list.Fields["metadata"] = "string", "string", "metadata"
	root, err := typeOf(list.Fields)
	if err != nil {
		return nil, err
	}
	group, version, _ := strings.Cut(list.APIVersion, "/")
	scope := apiextensionsv1.NamespaceScoped
	if list.Cluster {
		scope = apiextensionsv1.ClusterScoped
	}
	return &apiextensionsv1.CustomResourceDefinition{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"},
		ObjectMeta: metav1.ObjectMeta{Name: list.Plural + "." + group},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: group, Scope: scope,
			Names: apiextensionsv1.CustomResourceDefinitionNames{
				Kind: list.Kind, ListKind: list.Kind + "List", Plural: list.Plural, Singular: strings.ToLower(list.Kind),
			},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: version, Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &root},
			}},
		},
	}, nil
}

func typeOf(what any) (apiextensionsv1.JSONSchemaProps, error) {
	switch what := what.(type) {
	case string:
		return word(what)
	case []any:
		if len(what) != 1 {
			return apiextensionsv1.JSONSchemaProps{}, fmt.Errorf("a list of %d types", len(what))
		}
		item, err := typeOf(what[0])
		return apiextensionsv1.JSONSchemaProps{Type: "array", Items: &apiextensionsv1.JSONSchemaPropsOrArray{Schema: &item}}, err
	case map[string]any:
		return object(what)
	default:
		return apiextensionsv1.JSONSchemaProps{}, fmt.Errorf("%v is no type", what)
	}
}

func object(fields map[string]any) (apiextensionsv1.JSONSchemaProps, error) {
	s := apiextensionsv1.JSONSchemaProps{Type: "object", Properties: map[string]apiextensionsv1.JSONSchemaProps{}}
	for name, what := range fields {
		field, err := typeOf(what)
		if err != nil {
			return s, fmt.Errorf("%s: %w", name, err)
		}
		if name == "*" {
			s.Properties, s.AdditionalProperties = nil, &apiextensionsv1.JSONSchemaPropsOrBool{Allows: true, Schema: &field}
			return s, nil
		}
		name, required := strings.CutSuffix(name, "!")
		if required {
			s.Required = append(s.Required, name)
		}
		s.Properties[name] = field
	}
	return s, nil
}

func word(what string) (apiextensionsv1.JSONSchemaProps, error) {
	yes := true
	switch what {
	case "string", "integer", "boolean", "number":
		return apiextensionsv1.JSONSchemaProps{Type: what}, nil
	case "metadata":
		return apiextensionsv1.JSONSchemaProps{Type: "object"}, nil
	case "int-or-string":
		return apiextensionsv1.JSONSchemaProps{XIntOrString: true, AnyOf: []apiextensionsv1.JSONSchemaProps{{Type: "integer"}, {Type: "string"}}}, nil
	case "any":
		return apiextensionsv1.JSONSchemaProps{XPreserveUnknownFields: &yes}, nil
	}
	values := strings.Split(what, " | ")
	if len(values) < 2 {
		return apiextensionsv1.JSONSchemaProps{}, fmt.Errorf("%q is no type", what)
	}
	s := apiextensionsv1.JSONSchemaProps{Type: "string"}
	for _, v := range values {
		s.Enum = append(s.Enum, apiextensionsv1.JSON{Raw: fmt.Appendf(nil, "%q", v)})
	}
	return s, nil
}

// beyond returns the fields of own that published does not have, or has with another type.
func beyond(at string, own, published *apiextensions.JSONSchemaProps) []string {
	switch {
	case own == nil || published == nil:
		return nil
	case published.XPreserveUnknownFields != nil && *published.XPreserveUnknownFields, published.XIntOrString == own.XIntOrString && own.XIntOrString:
		return nil
	case own.XPreserveUnknownFields != nil && *own.XPreserveUnknownFields && (published.Type == "object" || published.Type == "array" || published.Type == ""):
		return nil
	case own.Type != published.Type:
		return []string{fmt.Sprintf("%s is %q in our list and %q in the definition", at, own.Type, published.Type)}
	}
	var faults []string
	for name, field := range own.Properties {
		if published.Properties == nil && published.AdditionalProperties == nil && name == "metadata" {
			continue
		}
		theirs, found := published.Properties[name]
		if !found {
			faults = append(faults, fmt.Sprintf("%s.%s is in our list alone", at, name))
			continue
		}
		faults = append(faults, beyond(at+"."+name, &field, &theirs)...)
	}
	if own.AdditionalProperties != nil {
		if published.AdditionalProperties == nil {
			faults = append(faults, at+" has any names in our list alone")
		} else {
			faults = append(faults, beyond(at+".*", own.AdditionalProperties.Schema, published.AdditionalProperties.Schema)...)
		}
	}
	if own.Items != nil && published.Items != nil {
		faults = append(faults, beyond(at+"[]", own.Items.Schema, published.Items.Schema)...)
	}
	return faults
}

// Own returns the definitions made of our field lists.
func Own() ([]*apiextensionsv1.CustomResourceDefinition, error) { return ownDefinitions() }
