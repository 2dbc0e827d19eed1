package webtest

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/mintwright/mintwright/blueprints/client/web"
)

// answering returns a handler that answers what call returns.
func answering(test *reporter, call func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer test.recovered(w, r)
		value, err := call(r)
		if err != nil {
			refuse(test, w, r, err)
			return
		}
		write(test, w, r, http.StatusOK, "application/json", value)
	}
}

// doing returns a handler that answers whether call succeeded.
func doing(test *reporter, call func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer test.recovered(w, r)
		if err := call(r); err != nil {
			refuse(test, w, r, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// refuse answers err.
func refuse(test *reporter, w http.ResponseWriter, r *http.Request, err error) {
	problem := new(web.SampleError)
	if !errors.As(err, &problem) {
		problem = &web.SampleError{Status: http.StatusInternalServerError, Detail: err.Error()}
	}
	status := problem.Status
	if status < 400 || status > 599 {
		test.errorf("%s: %d is no status of an error: %+v", r.Pattern, status, *problem)
		status = http.StatusInternalServerError
	}
	write(test, w, r, status, "application/problem+json", problem)
}

func write(test *reporter, w http.ResponseWriter, r *http.Request, status int, media string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		test.errorf("%s: %v", r.Pattern, err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has gone
}

// body decodes the body of a request.
func body[T any](r *http.Request) (T, error) {
	var value T
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
		return value, bad("the body", errors.New("its type is not application/json"))
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal(content, &value); err != nil {
		return value, bad("the body", err)
	}
	return value, nil
}

// bad says that a part of a request is not what it should be.
func bad(part string, err error) error {
	return &web.SampleError{Status: http.StatusBadRequest, Detail: part + ": " + err.Error()}
}
