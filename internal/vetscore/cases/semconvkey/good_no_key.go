// The old names as other strings.
//
// Evidence: R14 look-alike.

package semconvkey

import "net/http"

func goodNoKey(r *http.Request) map[string]string {
	return map[string]string{
		"http.method":   r.Method, // GOOD: a log field of ours
		"net.peer.name": r.RemoteAddr,
	}
}
