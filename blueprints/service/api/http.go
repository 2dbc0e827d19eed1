// Package api is what this service offers its callers; who may call what stands in Access.
package api

import (
	"errors"
	"net/http"

	"github.com/mintwright/mintwright/blueprints/service/greetings"
	"github.com/mintwright/mintwright/blueprints/service/httpserver"
)

// Routes returns what is served over HTTP.
func Routes(composer *greetings.Composer) []httpserver.Route {
	get := func(w http.ResponseWriter, r *http.Request) error {
		greeting, err := composer.Compose(r.Context(), r.PathValue("name"))
		if err != nil {
			return problem(err)
		}
		return httpserver.WriteJSON(w, http.StatusOK, greeting)
	}
	return []httpserver.Route{{Pattern: "GET /v1/greetings/{name}", Handle: get}}
}

// problem says to an HTTP caller what is wrong with the request.
func problem(err error) error {
	if errors.Is(err, greetings.ErrBadName) {
		return &httpserver.Problem{Status: http.StatusBadRequest, Detail: err.Error()}
	}
	return err
}
