// A source for each request of a handler.
//
// Evidence: rule.

package spiffesource

import (
	"net/http"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

type server struct{ audience string }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	src, err := workloadapi.NewX509Source(r.Context()) // BAD spiffesource.perrequest
	if err != nil {
		http.Error(w, "no identity", http.StatusServiceUnavailable)
		return
	}
	defer src.Close()
	if svid, err := src.GetX509SVID(); err == nil {
		_, _ = w.Write([]byte(svid.ID.String()))
	}
}
