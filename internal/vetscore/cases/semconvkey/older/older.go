// A package that lives on an older version of the conventions: its constants have the old keys.
//
// Evidence: R14, dapr's consts.

// Package older has a case of constants of an older version.
package older

import (
	semconv "go.opentelemetry.io/otel/semconv/v1.25.0"
	"go.opentelemetry.io/otel/trace"
)

// Annotate describes a statement.
func Annotate(span trace.Span, statement string) {
	span.SetAttributes(semconv.DBStatementKey.String(statement)) // BAD semconvkey.renamed
}
