// Options of the caller's.
//
// Evidence: look-alike: unknown.

package plaintext

import "google.golang.org/grpc"

func goodServer(options ...grpc.ServerOption) *grpc.Server {
	options = append([]grpc.ServerOption{grpc.MaxRecvMsgSize(1 << 20)}, options...)
	return grpc.NewServer(options...) // GOOD: unknown here
}
