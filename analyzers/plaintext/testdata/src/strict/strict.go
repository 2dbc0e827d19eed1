// Package strict is of a service that allows no plaintext.
package strict

import "net/http"

func serve(h http.Handler) error {
	return http.ListenAndServe(":8080", h) // want `the server speaks plaintext`
}

func chosen(h http.Handler, dev bool) {
	if dev {
		_ = http.ListenAndServe(":8080", h) // want `the server speaks plaintext`
	}
}

