// Old keys are looked for in what others have sent.
//
// Evidence: R14 look-alike: readers of old telemetry.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

func methodOf(attrs []attribute.KeyValue) string {
	for _, kv := range attrs {
		switch kv.Key {
		case "http.request.method", "http.method": // GOOD: read, not sent
			return kv.Value.AsString()
		}
	}
	return ""
}
