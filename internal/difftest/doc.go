// Package difftest holds the service's own instrumentation against OpenTelemetry's: the same
// requests go through both, and what they tell must be the same, attribute by attribute,
// but for differences that are listed with their reasons.
//
// It has tests only. They are not emitted: they would bring otelhttp and otelgrpc into the
// module of every service.
package difftest
