// Command byhand is what an emitted service is measured against: the same answer to the same
// request, written by hand with what a first page of documentation shows.
//
// Without -sampling it is bare: net/http and grpc-go over mutual TLS with certificates from
// files, and no telemetry. With -sampling it has the stock telemetry: otelhttp and otelgrpc, an
// own span and an own counter, exporters for OTLP. Either way it knows no trust domains, no
// rules, no rotation.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof" // at http.DefaultServeMux
	"os"
	"path/filepath"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	apiv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// pattern is the route of every service that is measured.
const pattern = "GET /v1/greetings/{name}"

type options struct {
	http, grpc, debug string  // addresses
	certs             string  // folder of svid.pem, key.pem, bundle.pem
	sampling          float64 // below zero: no telemetry
}

func main() {
	var o options
	flag.StringVar(&o.http, "http", "127.0.0.1:0", "where to serve HTTP")
	flag.StringVar(&o.grpc, "grpc", "127.0.0.1:0", "where to serve gRPC")
	flag.StringVar(&o.debug, "debug", "127.0.0.1:0", "where to serve /debug/pprof/")
	flag.StringVar(&o.certs, "certs", "", "folder of svid.pem, key.pem, bundle.pem")
	flag.Float64Var(&o.sampling, "sampling", -1, "ratio of root spans to export; below zero: no telemetry")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "byhand: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	config, err := mutual(o.certs)
	if err != nil {
		return err
	}
	debug, err := net.Listen("tcp", o.debug)
	if err != nil {
		return err
	}
	profiles := &http.Server{ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = profiles.Serve(debug) }() // for as long as the process lives

	mux, handler := http.NewServeMux(), http.Handler(nil)
	calls := []grpc.ServerOption{grpc.Creds(credentials.NewTLS(config))}
	var service apiv1.GreetingServiceServer
	if o.sampling < 0 {
		mux.HandleFunc(pattern, greet)
		handler, service = mux, greetings{}
	} else {
		t, err := newTelemetry(ctx, o.sampling)
		if err != nil {
			return err
		}
		mux.HandleFunc(pattern, t.greet)
		handler, service = t.middleware(mux), observedGreetings{telemetry: t}
		calls = append(calls, grpc.StatsHandler(t.stats()))
	}
	ended := make(chan error, 2)
	go func() { ended <- serveGRPC(o.grpc, grpc.NewServer(calls...), service) }()
	server := &http.Server{Addr: o.http, Handler: handler, TLSConfig: config, ReadHeaderTimeout: 5 * time.Second}
	go func() { ended <- server.ListenAndServeTLS("", "") }()
	return <-ended
}

func serveGRPC(address string, server *grpc.Server, service apiv1.GreetingServiceServer) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	apiv1.RegisterGreetingServiceServer(server, service)
	return server.Serve(listener)
}

// mutual reads certificates once and for all.
func mutual(dir string) (*tls.Config, error) {
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "svid.pem"), filepath.Join(dir, "key.pem"))
	if err != nil {
		return nil, err
	}
	bundle, err := os.ReadFile(filepath.Join(dir, "bundle.pem"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(bundle) {
		return nil, errors.New("no certificate in bundle.pem")
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{cert},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    pool,
	}, nil
}

// greeting is the answer of an emitted service's example.
type greeting struct {
	Message string `json:"message"`
	Caller  string `json:"caller"`
}

func greet(w http.ResponseWriter, r *http.Request) {
	answer(w, greeting{Message: "Hello, " + r.PathValue("name") + "!", Caller: r.TLS.PeerCertificates[0].URIs[0].String()})
}

func answer(w http.ResponseWriter, g greeting) {
	body, err := json.Marshal(g)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // the caller has gone
}

// greetings answers over gRPC what greet answers over HTTP.
type greetings struct {
	apiv1.UnimplementedGreetingServiceServer
}

// GetGreeting implements apiv1.GreetingServiceServer.
func (greetings) GetGreeting(ctx context.Context, request *apiv1.GetGreetingRequest) (*apiv1.GetGreetingResponse, error) {
	client, _ := peer.FromContext(ctx)
	state := client.AuthInfo.(credentials.TLSInfo).State
	return &apiv1.GetGreetingResponse{Greeting: &apiv1.Greeting{
		Message: "Hello, " + request.GetName() + "!",
		Caller:  state.PeerCertificates[0].URIs[0].String(),
	}}, nil
}
