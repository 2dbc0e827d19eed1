// One source for all requests.
//
// Evidence: rule.

package spiffesource

import (
	"net/http"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

type shared struct{ src *workloadapi.X509Source }

func (s *shared) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	svid, err := s.src.GetX509SVID() // GOOD: the one of the server
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte(svid.ID.String()))
}
