package in

import (
	"net/http"
	"testing"
)

func Test(t *testing.T) { _ = http.ListenAndServe(":80", http.HandlerFunc(hello)) }
