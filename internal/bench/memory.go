package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"google.golang.org/grpc"
)

// measureMemory returns a table of what services hold in memory with many connections open,
// each of which has had one request and rests.
func measureMemory(ctx context.Context, dir string, s size) ([]fmt.Stringer, error) {
	t := table{head: []string{
		fmt.Sprintf("%d connections at rest", s.connections),
		"RSS before, MiB", "RSS with them, MiB", "KiB a connection", "live, KiB a connection",
	}}
	for _, i := range []int{bare, leanFewOwnGC} {
		for _, protocol := range []string{"http/1.1", "gRPC"} {
			sub := subjects()[i]
			row, err := memory(ctx, dir, sub, protocol, s.connections)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", sub.name, protocol, err)
			}
			t.add(sub.name+", "+protocol, "%.1f", row...)
		}
	}
	return []fmt.Stringer{t}, nil
}

func memory(ctx context.Context, dir string, sub subject, protocol string, n int) ([]float64, error) {
	w, err := newWorld(dir, resting)
	if err != nil {
		return nil, err
	}
	defer w.close()
	srv, err := w.start(ctx, sub)
	if err != nil {
		return nil, err
	}
	before, liveBefore, err := srv.footprint(ctx)
	if err != nil {
		return nil, err
	}
	closers := make([]func(), n)
	defer func() {
		for _, end := range closers {
			if end != nil {
				end()
			}
		}
	}()
	// A few at once, so that no handshake waits long enough to be cut off.
	err = inParallel(ctx, workers, n, func(ctx context.Context, i int) error {
		var send request
		if protocol == "gRPC" {
			conn, err := w.dialGRPC(srv, grpc.WithReadBufferSize(0), grpc.WithWriteBufferSize(0))
			if err != nil {
				return err
			}
			closers[i] = func() { _ = conn.Close() }
			send = greetOver(conn)
		} else {
			transport := w.transport(protocol, true)
			closers[i] = transport.CloseIdleConnections
			send = get(&http.Client{Transport: transport}, srv)
		}
		return send(ctx)
	})
	if err != nil {
		return nil, err
	}
	after, liveAfter, err := srv.footprint(ctx)
	if err != nil {
		return nil, err
	}
	each := func(before, after float64) float64 { return (after - before) * 1024 / float64(n) }
	return []float64{before, after, each(before, after), each(liveBefore, liveAfter)}, nil
}

// footprint returns in MiB what the process has in memory, and what of it is live.
func (s *server) footprint(ctx context.Context) (resident, live float64, err error) {
	if _, err := s.settled(); err != nil {
		return 0, 0, err
	}
	time.Sleep(200 * time.Millisecond)
	if resident, err = residentMiB(s.cmd.Process.Pid); err != nil {
		return 0, 0, err
	}
	c, err := s.read(ctx, "heap?debug=1&gc=1")
	return resident, float64(c.live) / (1 << 20), err
}
