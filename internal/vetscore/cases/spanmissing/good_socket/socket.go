// A socket of the machine.
//
// Evidence: inbound look-alike: unix sockets.

// Package goodsocket serves on a unix socket.
package goodsocket

import (
	"context"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/goodsocket")

// Admin serves until it fails.
func Admin(ctx context.Context, file string) error {
	_, span := tracer.Start(ctx, "admin")
	span.End()
	l, err := net.Listen("unix", file)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/reload", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second} // GOOD: local administration
	return srv.Serve(l)
}
