package api

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/payments/v2/internal/greetings"
	apiv1 "example.com/acme/payments/v2/proto/payments/v1"
)

// ArchiveService serves the contract of that name over gRPC.
func ArchiveService(archive *greetings.Archive) func(*grpc.Server) {
	return func(server *grpc.Server) { apiv1.RegisterArchiveServiceServer(server, &archiveService{archive: archive}) }
}

type archiveService struct {
	apiv1.UnimplementedArchiveServiceServer
	archive *greetings.Archive
}

// CreateGreeting implements apiv1.ArchiveServiceServer.
func (s *archiveService) CreateGreeting(ctx context.Context, request *apiv1.CreateGreetingRequest) (*apiv1.CreateGreetingResponse, error) {
	if request.GetRequestId() == "" {
		return nil, status.Error(codes.InvalidArgument, "request_id is missing: a call that is tried again would keep a second greeting")
	}
	greeting, err := s.archive.Compose(greetings.WithKey(ctx, request.GetRequestId()), request.GetName())
	if err != nil {
		return nil, statusOf(err, "name")
	}
	return &apiv1.CreateGreetingResponse{Greeting: message(greeting)}, nil
}

// ListGreetings implements apiv1.ArchiveServiceServer.
func (s *archiveService) ListGreetings(ctx context.Context, _ *apiv1.ListGreetingsRequest) (*apiv1.ListGreetingsResponse, error) {
	recent, err := s.archive.Recent(ctx)
	if err != nil {
		return nil, err
	}
	response := &apiv1.ListGreetingsResponse{}
	for _, greeting := range recent {
		response.Greetings = append(response.Greetings, message(greeting))
	}
	return response, nil
}
