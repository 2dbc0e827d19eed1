package api

import (
	"errors"
	"net/http"

	"example.com/acme/payments/v2/internal/greetings"
	"example.com/acme/payments/v2/internal/httpserver"
)

// PeerRoutes returns the routes that ask the services that this one calls.
func PeerRoutes(peers greetings.Peers) []httpserver.Route {
	get := func(w http.ResponseWriter, r *http.Request) error {
		greeting, err := peers.Ask(r.Context(), r.PathValue("peer"), r.PathValue("name"))
		switch {
		case errors.Is(err, greetings.ErrNoPeer):
			return &httpserver.Problem{Status: http.StatusNotFound, Detail: err.Error()}
		case err != nil:
			return &httpserver.Problem{Status: http.StatusBadGateway, Detail: "the peer did not answer as hoped", Cause: err}
		}
		return httpserver.WriteJSON(w, http.StatusOK, greeting)
	}
	return []httpserver.Route{{Pattern: "GET /v1/peers/{peer}/greetings/{name}", Handle: get}}
}
