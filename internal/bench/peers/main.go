// Command peers is what an emitted service is measured against: one route, written with one of
// several frameworks and that framework's OpenTelemetry middleware.
//
// What is around the framework is the same for all of them and for internal/bench/byhand:
// mutual TLS 1.3 with certificates from files, exporters for OTLP, an own span and an own
// counter in the handler. It is a module of its own, so that Mintwright requires none of them.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	_ "net/http/pprof" // at http.DefaultServeMux
	"os"
	"path/filepath"
	"slices"
	"time"
)

type options struct {
	address, debug string
	certs          string // folder of svid.pem, key.pem, bundle.pem
	sampling       float64
}

// stacks are the frameworks by name. Each serves until it fails.
var stacks = map[string]func(options, *tls.Config, *composer) error{
	"chi":     serveChi,
	"echo":    serveEcho,
	"fiber":   serveFiber,
	"gin":     serveGin,
	"go-zero": serveGoZero,
	"kratos":  serveKratos,
}

func main() {
	var o options
	stack := flag.String("stack", "", fmt.Sprint("one of ", slices.Sorted(maps.Keys(stacks))))
	flag.StringVar(&o.address, "address", "127.0.0.1:0", "where to serve")
	flag.StringVar(&o.debug, "debug", "127.0.0.1:0", "where to serve /debug/pprof/")
	flag.StringVar(&o.certs, "certs", "", "folder of svid.pem, key.pem, bundle.pem")
	flag.Float64Var(&o.sampling, "sampling", 1, "ratio of root spans to export")
	flag.Parse()
	if err := run(context.Background(), *stack, o); err != nil {
		fmt.Fprintln(os.Stderr, "peers: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stack string, o options) error {
	serve, ok := stacks[stack]
	if !ok {
		return fmt.Errorf("no stack %q", stack)
	}
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
	c, err := newComposer(ctx, o.sampling)
	if err != nil {
		return err
	}
	return serve(o, config, c)
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

// serveHandler is for the frameworks that are an http.Handler.
func serveHandler(o options, config *tls.Config, handler http.Handler) error {
	server := &http.Server{Addr: o.address, Handler: handler, TLSConfig: config, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServeTLS("", "")
}
