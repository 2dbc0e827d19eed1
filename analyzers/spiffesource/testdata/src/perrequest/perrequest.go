// Package perrequest makes sources for requests.
package perrequest

import (
	"context"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"identity"
)

func handle(w http.ResponseWriter, r *http.Request) {
	source, err := workloadapi.NewX509Source(r.Context()) // want `workloadapi.NewX509Source makes a connection to the Workload API for each request`
	if err != nil {
		return
	}
	defer source.Close()
}

func mux() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		source, err := identity.New(r.Context()) // want `identity.New makes a connection to the Workload API for each request`
		if err != nil {
			return
		}
		defer source.Close()
	})
	return m
}

type UnimplementedGreeterServer struct{}

type greeter struct{ UnimplementedGreeterServer }

type message struct{}

func (g *greeter) Hello(ctx context.Context, in *message) (*message, error) {
	c, err := workloadapi.New(ctx) // want `workloadapi.New makes a connection to the Workload API for each call`
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return in, nil
}

func (g *greeter) start(ctx context.Context) error {
	c, err := workloadapi.New(ctx)
	if err != nil {
		return err
	}
	return c.Close()
}

var kept *workloadapi.X509Source

func keeps(w http.ResponseWriter, r *http.Request) {
	if kept == nil {
		source, err := workloadapi.NewX509Source(context.Background())
		if err != nil {
			return
		}
		kept = source
	}
}
