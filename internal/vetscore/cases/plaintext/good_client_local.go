// Targets on the machine.
//
// Evidence: look-alike: loopback, unix sockets.

package plaintext

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func goodLocal() ([]*grpc.ClientConn, error) {
	var conns []*grpc.ClientConn
	plain := grpc.WithTransportCredentials(insecure.NewCredentials())
	for _, dial := range []func() (*grpc.ClientConn, error){
		func() (*grpc.ClientConn, error) { return grpc.NewClient("localhost:9000", plain) }, // GOOD: loopback
		func() (*grpc.ClientConn, error) {
			return grpc.NewClient("unix:///run/plugin.sock", grpc.WithTransportCredentials(insecure.NewCredentials())) // GOOD: a socket
		},
	} {
		conn, err := dial()
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
	}
	return conns, nil
}
