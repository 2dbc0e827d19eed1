// Package objects reads manifests as the API server would.
package objects

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Object is one document of a manifest.
type Object struct {
	Source     string // where it was read, for messages
	APIVersion string
	Kind       string
	Name       string
	Namespace  string
	JSON       []byte
	Value      map[string]any // numbers are json.Number
}

// String names the object for a message.
func (o Object) String() string {
	return fmt.Sprintf("%s: %s %s %q", o.Source, o.APIVersion, o.Kind, o.Name)
}

// GVK is group/version and kind in one.
func (o Object) GVK() string { return o.APIVersion + " " + o.Kind }

// Read returns the objects of a manifest. A key that is there twice is an error, and so is an
// object without apiVersion, kind or name.
func Read(source string, manifest []byte) ([]Object, error) {
	var all []Object
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(manifest)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		if isEmpty(document) {
			continue
		}
		o, err := read(source, document)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
}

// isEmpty reports whether a document has comments alone.
func isEmpty(document []byte) bool {
	for line := range bytes.Lines(document) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && string(line) != "---" {
			return false
		}
	}
	return true
}

func read(source string, document []byte) (Object, error) {
	asJSON, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return Object{}, fmt.Errorf("%s: %w\n%s", source, err, document)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return Object{}, fmt.Errorf("%s: %w", source, err)
	}
	fields, isObject := value.(map[string]any)
	if !isObject {
		return Object{}, fmt.Errorf("%s: a document is no object: %s", source, document)
	}
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(asJSON, &head); err != nil {
		return Object{}, fmt.Errorf("%s: %w\n%s", source, err, document)
	}
	o := Object{source, head.APIVersion, head.Kind, head.Metadata.Name, head.Metadata.Namespace, asJSON, fields}
	if o.APIVersion == "" || o.Kind == "" || o.Name == "" {
		return Object{}, fmt.Errorf("%s: an object without apiVersion, kind or name:\n%s", source, document)
	}
	return o, nil
}

// At returns what stands in the object at the path of keys, nil for nothing.
func (o Object) At(path ...string) any { return At(o.Value, path...) }

// At returns what stands in a value at the path of keys, nil for nothing.
func At(value any, path ...string) any {
	for _, key := range path {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[key]
	}
	return value
}

// Group is the API group, "" for the core.
func (o Object) Group() string {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// PodTemplate is the pod that an object makes, with the metadata that it gives it.
type PodTemplate struct {
	Of       Object
	Metadata map[string]any
	Spec     map[string]any
}

// Pods returns the pods that the objects make.
func Pods(all []Object) []PodTemplate {
	var pods []PodTemplate
	for _, o := range all {
		var at []string
		switch o.Kind {
		case "Pod":
			at = []string{}
		case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Rollout":
			at = []string{"spec", "template"}
		case "CronJob":
			at = []string{"spec", "jobTemplate", "spec", "template"}
		default:
			continue
		}
		template := At(o.Value, at...)
		spec, _ := At(template, "spec").(map[string]any)
		metadata, _ := At(template, "metadata").(map[string]any)
		if spec != nil {
			pods = append(pods, PodTemplate{o, metadata, spec})
		}
	}
	return pods
}
