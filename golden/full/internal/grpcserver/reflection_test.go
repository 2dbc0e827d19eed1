package grpcserver

import (
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
)

// TestReflection answers where it is registered, and needs no rule.
func TestReflection(t *testing.T) {
	for want, services := range map[codes.Code][]Service{codes.Unimplemented: nil, codes.OK: {Reflection}} {
		w := start(t, time.Hour, methods{"open": echo}, services...)
		stream, err := grpc_reflection_v1.NewServerReflectionClient(w.friend(t)).ServerReflectionInfo(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_ = stream.Send(&grpc_reflection_v1.ServerReflectionRequest{MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{}})
		if _, err := stream.Recv(); status.Code(err) != want {
			t.Errorf("%d services: got %v, want %v", len(services), err, want)
		}
		_ = stream.CloseSend()
	}
}
