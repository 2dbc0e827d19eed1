// A list of attributes has one key twice.
//
// Evidence: rule.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

func twiceSlice(code int) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.Int("shop.code", code), // BAD semconvkey.twice @a
		attribute.String("shop.area", "orders"),
		attribute.Key("shop.code").Int(code + 1), // BAD semconvkey.twice @a
	}
}
