// Package plaintext has cases of servers and clients without TLS.
package plaintext

import (
	"net/http"

	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

type orders struct {
	healthpb.UnimplementedHealthServer
}

func handler() http.Handler { return http.NotFoundHandler() }
