package identity

import "github.com/spiffe/go-spiffe/v2/spiffeid"

// Anyone are all callers with a valid SVID, of every trust domain whose bundle the service has.
func Anyone() Who {
	return Who{has: func(id spiffeid.ID) bool { return !id.IsZero() }, parts: []string{"anyone with a valid SVID"}}
}
