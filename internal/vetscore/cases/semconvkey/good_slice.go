// A list where the conventions have a list.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodSlice(span trace.Span, args []string) {
	span.SetAttributes(attribute.StringSlice("process.command_args", args)) // GOOD: a list of strings
}
