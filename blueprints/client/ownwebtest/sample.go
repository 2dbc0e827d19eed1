package ownwebtest

import (
	"net/http"
	"testing"

	"github.com/mintwright/mintwright/blueprints/client/ownweb"
)

const sampleServer = "spiffe://acme.example/ns/pay/sa/api"

// reporter stands for that of webtest.
type reporter struct{ tb testing.TB }

func (r *reporter) end() {}

func (r *reporter) Write(line []byte) (int, error) {
	r.tb.Log(string(line))
	return len(line), nil
}

// routes stands for what is made from annotations.
func routes(*reporter, ownweb.Sample) http.Handler { return http.NotFoundHandler() }
