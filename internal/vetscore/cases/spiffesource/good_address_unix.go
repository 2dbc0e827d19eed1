// The socket of the agent.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func goodSocket(ctx context.Context) (*workloadapi.Client, error) {
	return workloadapi.New(ctx, workloadapi.WithAddr("unix:///run/spire/agent.sock")) // GOOD: a socket
}
