package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"example.com/acme/payments/v2/internal/greetings"
	"example.com/acme/payments/v2/internal/httpserver"
)

// ArchiveRoutes returns the routes of the greetings that are kept.
func ArchiveRoutes(archive *greetings.Archive) []httpserver.Route {
	post := func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Name string `json:"name"`
		}
		var tooLarge *http.MaxBytesError
		if err := json.NewDecoder(r.Body).Decode(&in); errors.As(err, &tooLarge) {
			return err
		} else if err != nil {
			return &httpserver.Problem{Status: http.StatusBadRequest, Detail: `the body is not JSON such as {"name":"Ada"}`, Cause: err}
		}
		ctx := greetings.WithKey(r.Context(), r.Header.Get("Idempotency-Key"))
		greeting, err := archive.Compose(ctx, in.Name)
		if err != nil {
			return archiveProblem(err)
		}
		return httpserver.WriteJSON(w, http.StatusCreated, greeting)
	}
	list := func(w http.ResponseWriter, r *http.Request) error {
		recent, err := archive.Recent(r.Context())
		if err != nil {
			return archiveProblem(err)
		}
		return httpserver.WriteJSON(w, http.StatusOK, recent)
	}
	return []httpserver.Route{
		{Pattern: "POST /v1/greetings", Handle: post},
		{Pattern: "GET /v1/greetings", Handle: list},
	}
}

// archiveProblem is problem, and knows what else may happen to an archive.
func archiveProblem(err error) error {
	switch {
	case errors.Is(err, greetings.ErrBadKey):
		return &httpserver.Problem{Status: http.StatusBadRequest, Detail: err.Error()}
	case errors.Is(err, greetings.ErrUnavailable):
		return &httpserver.Problem{Status: http.StatusServiceUnavailable, Detail: greetings.ErrUnavailable.Error(), Cause: err}
	}
	return problem(err)
}
