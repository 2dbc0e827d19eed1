package api

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/payments/v2/internal/greetings"
	"example.com/acme/payments/v2/internal/grpcserver"
	apiv1 "example.com/acme/payments/v2/proto/payments/v1"
)

// PeerService serves the contract of that name over gRPC.
func PeerService(peers greetings.Peers) func(*grpc.Server) {
	return func(server *grpc.Server) { apiv1.RegisterPeerServiceServer(server, &peerService{peers: peers}) }
}

type peerService struct {
	apiv1.UnimplementedPeerServiceServer
	peers greetings.Peers
}

// GetPeerGreeting implements apiv1.PeerServiceServer.
func (s *peerService) GetPeerGreeting(ctx context.Context, request *apiv1.GetPeerGreetingRequest) (*apiv1.GetPeerGreetingResponse, error) {
	greeting, err := s.peers.Ask(ctx, request.GetPeer(), request.GetName())
	switch {
	case errors.Is(err, greetings.ErrNoPeer):
		return nil, status.Error(codes.NotFound, err.Error())
	case err != nil:
		return nil, &grpcserver.Failure{Code: codes.Unavailable, Detail: "the peer did not answer as hoped", Cause: err}
	}
	return &apiv1.GetPeerGreetingResponse{Greeting: message(greeting)}, nil
}
