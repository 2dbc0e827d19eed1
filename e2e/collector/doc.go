// Package collector runs the OpenTelemetry Collector of a release, with no more in it than the
// emitted configurations name, against the configurations of deploy/collector.
package collector
