// Package ownweb is what a generated client is made of that calls a service by HTTP and stands
// in a service of ours, on whose packages it stands. The methods are made from the annotations
// of an interface.
package ownweb

import (
	"net/http"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/blueprints/service/httpclient"
	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// SampleClient implements Sample by calling the service with the SPIFFE ID sampleServer.
type SampleClient struct {
	client *httpclient.Client
}

// NewSampleClient returns a client of the service at address, host:port, which has to prove that
// it is sampleServer. It connects when it is used. Any status but a 2xx is a
// *httpclient.StatusError.
func NewSampleClient(address string, source identity.Source, telemetry func(http.RoundTripper) (http.RoundTripper, error)) (*SampleClient, error) {
	client, err := httpclient.New(httpclient.Options{
		Address:   address,
		Server:    spiffeid.RequireFromString(sampleServer),
		Source:    source,
		Telemetry: telemetry,
	})
	if err != nil {
		return nil, err
	}
	return &SampleClient{client}, nil
}
