// Package chart makes the files of a service's Helm chart that follow from its typed values:
// values.yaml with those of each environment, their JSON Schema, and the chart's README.
//
// There is one source: the table of values (values.go), whose rows say where a value stands,
// what it is for, what may stand there and what does. The README is made of values.yaml itself,
// so that it can be made again when that has been edited.
//
// Comments follow helm-docs ("# -- "), the schema is JSON Schema draft-07, the oldest that
// every Helm in use reads.
package chart

import (
	"fmt"

	"github.com/mintwright/mintwright/generators/answers"
)

// The files that are made, by their names in the chart.
const (
	ValuesFile = "values.yaml"
	SchemaFile = "values.schema.json"
	ReadmeFile = "README.md"
)

// File returns the file of that name in the chart of a service: values.yaml, values-dev.yaml,
// values-staging.yaml, values-prod.yaml, values.schema.json or README.md.
func File(a answers.Answers, name string) ([]byte, error) {
	switch name {
	case ValuesFile:
		return valuesYAML(a), nil
	case "values-dev.yaml", "values-staging.yaml", "values-prod.yaml":
		return environmentYAML(a, name), nil
	case SchemaFile:
		return schemaJSON(a)
	case ReadmeFile:
		return readme(a)
	default:
		return nil, fmt.Errorf("the chart has no file %q that is made of its values", name)
	}
}
