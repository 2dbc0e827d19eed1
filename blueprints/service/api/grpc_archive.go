package api

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/mintwright/mintwright/blueprints/service/greetings"
	"github.com/mintwright/mintwright/blueprints/service/grpcserver"
	apiv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// ArchiveService serves the contract of that name over gRPC.
func ArchiveService(archive *greetings.Archive) func(*grpc.Server) {
	return func(server *grpc.Server) {
		apiv1.RegisterArchiveServiceServer(server, &archiveService{archive: archive})
	}
}

type archiveService struct {
	apiv1.UnimplementedArchiveServiceServer
	archive *greetings.Archive
}

// CreateGreeting implements apiv1.ArchiveServiceServer.
func (s *archiveService) CreateGreeting(ctx context.Context, request *apiv1.CreateGreetingRequest) (*apiv1.CreateGreetingResponse, error) {
	if request.GetRequestId() == "" {
		return nil, invalid(errors.New("request_id is missing: a call that is tried again would keep a second greeting"), "request_id")
	}
	greeting, err := s.archive.Compose(greetings.WithKey(ctx, request.GetRequestId()), request.GetName())
	if err != nil {
		return nil, archiveStatus(err)
	}
	return &apiv1.CreateGreetingResponse{Greeting: message(greeting)}, nil
}

// ListGreetings implements apiv1.ArchiveServiceServer.
func (s *archiveService) ListGreetings(ctx context.Context, _ *apiv1.ListGreetingsRequest) (*apiv1.ListGreetingsResponse, error) {
	recent, err := s.archive.Recent(ctx)
	if err != nil {
		return nil, archiveStatus(err)
	}
	response := &apiv1.ListGreetingsResponse{}
	for _, greeting := range recent {
		response.Greetings = append(response.Greetings, message(greeting))
	}
	return response, nil
}

// archiveStatus is statusOf, and knows what else may happen to an archive.
func archiveStatus(err error) error {
	switch {
	case errors.Is(err, greetings.ErrBadKey):
		return invalid(err, "request_id")
	case errors.Is(err, greetings.ErrUnavailable):
		return &grpcserver.Failure{Code: codes.Unavailable, Detail: greetings.ErrUnavailable.Error(), Cause: err}
	}
	return statusOf(err, "name")
}
