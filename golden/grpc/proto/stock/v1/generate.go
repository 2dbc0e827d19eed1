// Package stockv1 is the service's gRPC contract as Go, made of the .proto files beside it.
// After a change of those, run go generate in this folder.
package stockv1

//go:generate gen proto
