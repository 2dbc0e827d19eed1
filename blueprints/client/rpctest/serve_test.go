package rpctest

import (
	"context"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

type service struct {
	grpc_health_v1.UnimplementedHealthServer
}

func (service) Check(context.Context, *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING}, nil
}

func TestNewConn(t *testing.T) {
	conn := NewConn(t, service{})
	if got, err := conn.Check(t.Context(), nil); err != nil || got.Status != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := conn.List(t.Context(), nil); status.Code(err) != codes.Unimplemented {
		t.Errorf("got %v", err)
	}
}
