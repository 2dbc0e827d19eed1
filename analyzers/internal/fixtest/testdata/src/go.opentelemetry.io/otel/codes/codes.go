// Package codes has the constants of OpenTelemetry's.
package codes

type Code uint32

const (
	Unset Code = iota
	Error
	Ok
)
