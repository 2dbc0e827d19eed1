// Target and credentials have names.
//
// Evidence: peers: grpc-client-insecure-connection.

package plaintext

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const billingTarget = "billing.example.com:443"

func dialConstant() (*grpc.ClientConn, error) {
	creds := insecure.NewCredentials()                                         // BAD plaintext.grpcclient @a
	return grpc.NewClient(billingTarget, grpc.WithTransportCredentials(creds)) // BAD plaintext.grpcclient @a
}
