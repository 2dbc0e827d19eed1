// The function of the standard library on all interfaces.
//
// Evidence: rule.

package plaintext

import "net/http"

func serveFunction() error {
	return http.ListenAndServe(":8080", handler()) // BAD plaintext.server
}
