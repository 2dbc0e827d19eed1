// The same in a function literal of a route.
//
// Evidence: rule.

package spiffesource

import (
	"net/http"

	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
)

func routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /token", func(w http.ResponseWriter, r *http.Request) {
		src, err := workloadapi.NewJWTSource(r.Context()) // BAD spiffesource.perrequest
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		defer src.Close()
		svid, err := src.FetchJWTSVID(r.Context(), jwtsvid.Params{Audience: "billing"})
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(svid.Marshal()))
	})
	return mux
}
