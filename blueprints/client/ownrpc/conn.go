// Package ownrpc is what a generated client is made of that calls a service by gRPC and stands
// in a service of ours, on whose packages it stands.
package ownrpc

import (
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/mintwright/mintwright/blueprints/service/grpcclient"
	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// SampleConn implements HealthClient over connections to the service with the SPIFFE ID sampleServer.
type SampleConn struct {
	grpc_health_v1.HealthClient
	conn *grpc.ClientConn
}

var _ grpc_health_v1.HealthClient = (*SampleConn)(nil)

// NewSampleConn returns a client of the service at address, host:port, which has to prove that
// it is sampleServer. It connects when it is used, and is closed by its owner. Methods that the
// contract calls idempotent are called again where no server answers.
func NewSampleConn(address string, source identity.Source, telemetry stats.Handler) (*SampleConn, error) {
	service, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(grpc_health_v1.Health_ServiceDesc.ServiceName))
	if err != nil {
		return nil, err
	}
	conn, err := grpcclient.New(grpcclient.Options{
		Address:   address,
		Server:    spiffeid.RequireFromString(sampleServer),
		Source:    source,
		Telemetry: telemetry,
		Files:     []protoreflect.FileDescriptor{service.ParentFile()},
	})
	if err != nil {
		return nil, err
	}
	return &SampleConn{grpc_health_v1.NewHealthClient(conn), conn}, nil
}

// Close ends the connections and the calls on them.
func (c *SampleConn) Close() error { return c.conn.Close() }
