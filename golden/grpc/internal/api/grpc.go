package api

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/stock/internal/greetings"
	apiv1 "example.com/acme/stock/proto/stock/v1"
)

// GreetingService serves the contract of that name over gRPC.
func GreetingService(composer *greetings.Composer) func(*grpc.Server) {
	return func(server *grpc.Server) {
		apiv1.RegisterGreetingServiceServer(server, &greetingService{composer: composer})
	}
}

type greetingService struct {
	apiv1.UnimplementedGreetingServiceServer
	composer *greetings.Composer
}

// GetGreeting implements apiv1.GreetingServiceServer.
func (s *greetingService) GetGreeting(ctx context.Context, request *apiv1.GetGreetingRequest) (*apiv1.GetGreetingResponse, error) {
	greeting, err := s.composer.Compose(ctx, request.GetName())
	if err != nil {
		return nil, statusOf(err, "name")
	}
	return &apiv1.GetGreetingResponse{Greeting: message(greeting)}, nil
}

// mostNames bounds what a stream holds in memory for as long as its reader takes.
const mostNames = 1000

// StreamGreetings implements apiv1.GreetingServiceServer.
func (s *greetingService) StreamGreetings(request *apiv1.StreamGreetingsRequest, stream grpc.ServerStreamingServer[apiv1.StreamGreetingsResponse]) error {
	if n := len(request.GetNames()); n > mostNames {
		return invalid(fmt.Errorf("%d names, of at most %d", n, mostNames), "names")
	}
	for _, name := range request.GetNames() {
		greeting, err := s.composer.Compose(stream.Context(), name)
		if err != nil {
			return statusOf(err, "names")
		}
		if err := stream.Send(&apiv1.StreamGreetingsResponse{Greeting: message(greeting)}); err != nil {
			return err
		}
	}
	return nil
}

func message(g greetings.Greeting) *apiv1.Greeting {
	return &apiv1.Greeting{Message: g.Message, Caller: g.Caller}
}

// statusOf says to a gRPC caller what is wrong with the request; field is where the name stands.
func statusOf(err error, field string) error {
	if errors.Is(err, greetings.ErrBadName) {
		return invalid(err, field)
	}
	return err
}

// invalid is the status of a request with a field that is wrong.
func invalid(err error, field string) error {
	refusal := status.New(codes.InvalidArgument, err.Error())
	if detailed, err := refusal.WithDetails(&errdetails.BadRequest{
		FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: field, Description: err.Error()}},
	}); err == nil {
		refusal = detailed
	}
	return refusal.Err()
}
