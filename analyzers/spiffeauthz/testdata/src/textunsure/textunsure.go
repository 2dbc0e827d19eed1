// Package textunsure compares pieces of IDs that may be all that counts.
package textunsure

import (
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func segments(id, allowed spiffeid.ID) bool {
	return strings.HasPrefix(id.Path(), "/ns/prod") || // want `the path /ns/prod-evil begins with this too`
		strings.HasPrefix(id.String(), "spiffe://example.org/ns/prod") || // want `the ID spiffe://example.org/ns/prod-evil begins with this too`
		strings.HasPrefix(id.String(), allowed.String()) // want `an ID with more behind the last segment begins with this too`
}

func names(id spiffeid.ID) bool {
	return strings.HasPrefix(id.TrustDomain().Name(), "prod.") || // want `other trust domains begin with this too`
		strings.Contains(id.TrustDomain().Name(), "example") // want `other trust domains have this text in their names too`
}

func label(id spiffeid.ID) string {
	if strings.Contains(id.String(), "/sa/") { // want `IDs of every trust domain can have this text in them`
		return "service account"
	}
	return "other"
}
