// Package metrics serves what its name says.
package metrics

import (
	"net/http"

	"in/own"
)

func Run() error {
	_ = own.New()
	return http.ListenAndServe(":80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
}
