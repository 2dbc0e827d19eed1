// go-spiffe's own look at a gRPC peer.
//
// Evidence: rule.

package spiffeauthz

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/spiffegrpc/grpccredentials"
)

func goodPeer(ctx context.Context) error {
	id, ok := grpccredentials.PeerIDFromContext(ctx) // GOOD: the SPIFFE ID
	if !ok || !id.MemberOf(td) {
		return errDenied
	}
	return nil
}
