// A comparison with an old key.
//
// Evidence: R14 look-alike: readers of old telemetry.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

func isStatement(kv attribute.KeyValue) bool {
	return kv.Key == attribute.Key("db.statement") || kv.Key == "db.query.text" // GOOD: compared
}
