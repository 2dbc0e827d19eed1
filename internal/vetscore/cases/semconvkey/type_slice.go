// The arguments of a process are a list by the conventions.
//
// Evidence: rule.

package semconvkey

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

func typeSlice(args []string) attribute.KeyValue {
	return attribute.String("process.command_args", strings.Join(args, " ")) // BAD semconvkey.type
}
