// A Key of the old name beside the new one, and both are emitted.
//
// Evidence: R14, jaeger otelsemconv's shape.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

var (
	systemKey     = attribute.Key("db.system") // BAD semconvkey.renamed|semconvkey.twice @a
	systemNameKey = attribute.Key("db.system.name")
)

func system(name string) []attribute.KeyValue {
	return []attribute.KeyValue{systemKey.String(name), systemNameKey.String(name)} // BAD semconvkey.renamed|semconvkey.twice @a
}
