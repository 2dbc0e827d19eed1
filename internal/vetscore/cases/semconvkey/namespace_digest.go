// A Key without a namespace.
//
// Evidence: evidence: 38 of 57 literal keys.

package semconvkey

import "go.opentelemetry.io/otel/attribute"

var digestKey = attribute.Key("digest") // BAD(option) semconvkey.namespace @a

func namespaceDigest(d string) attribute.KeyValue {
	return digestKey.String(d) // BAD(option) semconvkey.namespace @a
}
