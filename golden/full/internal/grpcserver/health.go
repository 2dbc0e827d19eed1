package grpcserver

import (
	"context"
	"time"

	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// report tells the health service whether the server, and with it each of its services, is
// ready. After Drain nothing changes its mind.
func (s *Server) report() {
	state := grpc_health_v1.HealthCheckResponse_SERVING
	if s.ready() != nil {
		state = grpc_health_v1.HealthCheckResponse_NOT_SERVING
	}
	s.health.SetServingStatus("", state)
	for service := range s.grpc.GetServiceInfo() {
		s.health.SetServingStatus(service, state)
	}
}

// reportAlways reports each second until the end.
func (s *Server) reportAlways() {
	for ticker := time.NewTicker(time.Second); ; {
		select {
		case <-ticker.C:
			s.report()
		case <-s.ending.Done():
			return
		}
	}
}

// watched is a health service whose streams end when the server begins to: it would wait
// for them.
type watched struct {
	*health.Server
	ending context.Context
}

func (w watched) Watch(request *grpc_health_v1.HealthCheckRequest, stream grpc_health_v1.Health_WatchServer) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	defer context.AfterFunc(w.ending, cancel)()
	return w.Server.Watch(request, watch{stream, ctx})
}

type watch struct {
	grpc_health_v1.Health_WatchServer
	ctx context.Context
}

func (w watch) Context() context.Context { return w.ctx }
