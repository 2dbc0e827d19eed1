// Package knowledge states facts about APIs of others: their import paths, and which of their
// functions do what. The analyzers know these APIs by path, so that users of any version are
// covered and none of them becomes a requirement.
package knowledge

// Import paths of OpenTelemetry.
const (
	OTel          = "go.opentelemetry.io/otel"
	OTelAttribute = "go.opentelemetry.io/otel/attribute"
	OTelCodes     = "go.opentelemetry.io/otel/codes"
	OTelTrace     = "go.opentelemetry.io/otel/trace"
	OTelSDKTrace  = "go.opentelemetry.io/otel/sdk/trace"
	OTelTraceNoop = "go.opentelemetry.io/otel/trace/noop"
	OTelSemconv   = "go.opentelemetry.io/otel/semconv" // followed by a slash and the version
	OTelContrib   = "go.opentelemetry.io/contrib"
)
