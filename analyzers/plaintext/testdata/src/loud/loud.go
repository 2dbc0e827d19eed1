// Package loud serves everyone in plaintext.
package loud

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const port = 8080

func direct(h http.Handler) {
	_ = http.ListenAndServe(":8080", h)                              // want `the server speaks plaintext on an address that others can reach`
	_ = http.ListenAndServe("", h)                                   // want `the server speaks plaintext`
	_ = http.ListenAndServe("0.0.0.0:8080", h)                       // want `the server speaks plaintext`
	_ = http.ListenAndServe("[::]:8080", h)                          // want `the server speaks plaintext`
	_ = http.ListenAndServe("10.1.2.3:8080", h)                      // want `the server speaks plaintext`
	_ = http.ListenAndServe(fmt.Sprintf(":%d", port), h)             // want `the server speaks plaintext`
	_ = http.ListenAndServe(net.JoinHostPort("", strconv.Itoa(port)), h) // want `the server speaks plaintext`
	_ = http.ListenAndServe("db.internal:"+"80", h)                  // want `the server speaks plaintext`
}

func throughVariables(h http.Handler) error {
	host := "0.0.0.0"
	addr := host + ":8080"
	go func() {
		_ = http.ListenAndServe(addr, h) // want `the server speaks plaintext`
	}()
	srv := &http.Server{
		Addr:    addr,
		Handler: h,
	}
	return srv.ListenAndServe() // want `the server speaks plaintext`
}

func listener(h http.Handler) error {
	l, err := net.Listen("tcp", ":8080")
	if err != nil {
		return err
	}
	return http.Serve(l, h) // want `the server speaks plaintext`
}

func listenConfig(ctx context.Context, h http.Handler) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "0.0.0.0:80")
	if err != nil {
		return err
	}
	srv := http.Server{Handler: h}
	return srv.Serve(l) // want `the server speaks plaintext`
}

// forgotten has a config that ListenAndServe does not look at.
func forgotten(h http.Handler, config *tls.Config, addr string) error {
	srv := &http.Server{Addr: addr, Handler: h, TLSConfig: config}
	return srv.ListenAndServe() // want `ListenAndServe does not use the server's TLSConfig and speaks plaintext: call ListenAndServeTLS`
}

// mixed serves more than its metrics.
func mixed(orders http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	mux.Handle("/orders", orders)
	return http.ListenAndServe(":8080", mux) // want `the server speaks plaintext`
}

// handed is a mux on which somebody else may register.
func handed() error {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	register(mux)
	return http.ListenAndServe(":8080", mux) // want `the server speaks plaintext`
}

func register(*http.ServeMux) {}

func generic[H http.Handler](h H) error {
	return http.ListenAndServe(":8080", h) // want `the server speaks plaintext`
}

func enabled(h http.Handler, apiEnabled bool) {
	if apiEnabled {
		_ = http.ListenAndServe(":8080", h) // want `the server speaks plaintext`
	}
}
