// Package quiet serves in plaintext where that is nobody's concern, or does not do so at all.
package quiet

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"os"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const loopback = "127.0.0.1:8080"

func onTheMachine(h http.Handler) {
	_ = http.ListenAndServe(loopback, h)
	_ = http.ListenAndServe("localhost:8080", h)
	_ = http.ListenAndServe("[::1]:8080", h)
	_ = http.ListenAndServe(net.JoinHostPort("127.0.0.1", "0"), h)
	_ = http.ListenAndServe(fmt.Sprintf("localhost:%d", 8080), h)
	srv := &http.Server{Addr: "127.0.0.1:8080", Handler: h}
	_ = srv.ListenAndServe()
}

func socket(h http.Handler) error {
	l, err := net.Listen("unix", "/run/orders.sock")
	if err != nil {
		return err
	}
	return http.Serve(l, h)
}

func overTLS(h http.Handler, config *tls.Config) error {
	l, err := net.Listen("tcp", ":8443")
	if err != nil {
		return err
	}
	return http.Serve(tls.NewListener(l, config), h)
}

func serveTLS(h http.Handler, config *tls.Config) error {
	srv := &http.Server{Addr: ":8443", Handler: h, TLSConfig: config}
	return srv.ListenAndServeTLS("", "")
}

// redirect answers on port 80 only to say where to go.
func redirect(h http.Handler) error {
	go func() {
		_ = http.ListenAndServe(":80", http.RedirectHandler("https://example.org/", http.StatusMovedPermanently))
	}()
	return http.ListenAndServeTLS(":443", "cert.pem", "key.pem", h)
}

// eitherWay leaves it to the operator.
func eitherWay(srv *http.Server, cert, key string) error {
	own := &http.Server{Addr: ":8080", Handler: srv.Handler}
	if cert == "" {
		return own.ListenAndServe()
	}
	return own.ListenAndServeTLS(cert, key)
}

func unknown(addr string, l net.Listener, srv *http.Server, h http.Handler) {
	_ = http.ListenAndServe(addr, h)
	_ = http.ListenAndServe(os.Getenv("ADDR"), h)
	_ = http.Serve(l, h)
	_ = srv.ListenAndServe()
	_ = srv.Serve(l)
	host := os.Getenv("HOST")
	_ = http.ListenAndServe(host+":8080", h)
}

func flags(h http.Handler) error {
	addr := ":8080"
	flag.StringVar(&addr, "addr", addr, "where to listen")
	flag.Parse()
	return http.ListenAndServe(addr, h)
}

func fallback(addr string, h http.Handler) error {
	if addr == "" {
		addr = ":8080"
	}
	return http.ListenAndServe(addr, h)
}

func branches(public bool, h http.Handler) error {
	addr := "127.0.0.1:8080"
	if public {
		addr = ":8080"
	}
	return http.ListenAndServe(addr, h)
}

func changed(h http.Handler, addr string) error {
	srv := &http.Server{Addr: ":8080", Handler: h}
	srv.Addr = addr
	return srv.ListenAndServe()
}

func handedOver(h http.Handler) error {
	srv := &http.Server{Addr: ":8080", Handler: h}
	configure(srv)
	return srv.ListenAndServe()
}

func configure(*http.Server) {}

func chosen(h http.Handler, dev bool) {
	if dev {
		_ = http.ListenAndServe(":8080", h)
	}
}

func metrics() error { return http.ListenAndServe(":9090", promhttp.Handler()) }

func scrape() error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.Handler())
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {})
	srv := http.Server{Addr: ":9090", Handler: mux}
	return srv.ListenAndServe()
}

func profiles(prefix string) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/p/", pprof.Index)
	mux.Handle(prefix, promhttp.Handler())
	mux.Handle("/symbol", http.HandlerFunc(pprof.Symbol))
	return http.ListenAndServe(":6060", mux)
}

const metricsAddr = ":9090"

func named(h http.Handler) error { return http.ListenAndServe(metricsAddr, h) }

func startHealthServer(h http.Handler) error { return http.ListenAndServe(":8081", h) }

func unlessConfigured(h http.Handler, config *tls.Config, serve func(*tls.Config) error) error {
	if config.Certificates != nil {
		return serve(config)
	}
	return http.ListenAndServe(":8080", h)
}

func otherType(ctx context.Context) {
	var s server
	_ = s.ListenAndServe()
	_ = ctx
}

type server struct{ Addr string }

func (server) ListenAndServe() error { return nil }
