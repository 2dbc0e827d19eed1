// The key is put together of constants.
//
// Evidence: R14.

package semconvkey

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
)

const httpPrefix = "http."

func renamedConcat(r *http.Request) attribute.KeyValue {
	return attribute.String(httpPrefix+"user_agent", r.UserAgent()) // BAD semconvkey.renamed
}
