// Package insecure has the signatures of gRPC's, and nothing behind them.
package insecure

import "google.golang.org/grpc/credentials"

func NewCredentials() credentials.TransportCredentials { return nil }
func NewBundle() credentials.Bundle                    { return nil }
