package ownwebtest

import (
	"net/http"

	"github.com/mintwright/mintwright/blueprints/client/ownweb"
)

const sampleServer = "spiffe://acme.example/ns/pay/sa/api"

// routes stands for what is made from annotations.
func routes(ownweb.Sample) http.Handler { return http.NotFoundHandler() }
