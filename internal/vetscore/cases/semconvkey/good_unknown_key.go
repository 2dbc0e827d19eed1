// The key is a parameter.
//
// Evidence: rule.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

func goodUnknown(key, value string) attribute.KeyValue {
	return attribute.String(key, value) // GOOD: unknown here
}
