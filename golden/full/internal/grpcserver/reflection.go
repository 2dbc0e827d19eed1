package grpcserver

import (
	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
)

// Reflection is a Service that tells whoever was admitted at the handshake which methods
// and messages the server has.
func Reflection(s *grpc.Server) { reflection.Register(s) }
