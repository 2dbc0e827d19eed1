// Package bare serves the default mux.
package bare

import (
	"net/http"

	"in/own"
)

func Run() error {
	_ = own.New()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {})
	return http.ListenAndServe(":80", nil) // want `not instrumented`
}

func good() error { return http.ListenAndServe("localhost:80", nil) }
