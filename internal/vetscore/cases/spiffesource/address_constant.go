// A constant of the package.
//
// Evidence: rule.

package spiffesource

import (
	"context"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

const agent = "tcp://192.0.2.10:8081" // BAD spiffesource.address @a

func addressConstant(ctx context.Context) (*workloadapi.Client, error) {
	return workloadapi.New(ctx, workloadapi.WithAddr(agent)) // BAD spiffesource.address @a
}
