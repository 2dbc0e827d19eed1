// Package codes has the constants of gRPC's.
package codes

type Code uint32

const (
	OK       Code = 0
	Canceled Code = 1
	Unknown  Code = 2
	NotFound Code = 5
)
