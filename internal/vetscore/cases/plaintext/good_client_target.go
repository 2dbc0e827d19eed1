// The target is the operator's.
//
// Evidence: look-alike: unknown.

package plaintext

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func goodTarget(target string) (*grpc.ClientConn, error) {
	return grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials())) // GOOD: unknown here
}
