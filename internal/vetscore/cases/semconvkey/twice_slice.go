// A list of attributes has one key twice.
//
// Evidence: rule.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

func twiceSlice(code int) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.Int("app.code", code), // BAD semconvkey.twice @a
		attribute.String("app.area", "orders"),
		attribute.Key("app.code").Int(code + 1), // BAD semconvkey.twice @a
	}
}
