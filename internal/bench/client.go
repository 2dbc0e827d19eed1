package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	apiv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// workers call at once. With fewer than some ten connections Go starts goroutines with stacks
// that are too small for a request, in one server and not in another.
const workers = 16

// request sends one and reads its answer.
type request func(context.Context) error

// overHTTP calls s as a caller that every service knows.
func (w *world) overHTTP(s *server, protocol string, keepAlive bool) request {
	return get(&http.Client{Transport: w.transport(protocol, keepAlive)}, s)
}

func (w *world) transport(protocol string, keepAlive bool) *http.Transport {
	config := identity.ClientConfig(w.caller, w.id)
	config.NextProtos = []string{protocol}
	transport := &http.Transport{
		TLSClientConfig:     config,
		Protocols:           new(http.Protocols),
		DisableKeepAlives:   !keepAlive,
		MaxIdleConnsPerHost: workers,
	}
	transport.Protocols.SetHTTP1(protocol == "http/1.1")
	transport.Protocols.SetHTTP2(protocol == "h2")
	return transport
}

func get(client *http.Client, s *server) request {
	url := "https://" + s.http + requestPath
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("the answer is %s", response.Status)
		}
		return err
	}
}

// overGRPC is overHTTP by gRPC, over one connection.
func (w *world) overGRPC(s *server) (request, error) {
	conn, err := w.dialGRPC(s)
	if err != nil {
		return nil, err
	}
	return greetOver(conn), nil
}

func (w *world) dialGRPC(s *server, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	creds := credentials.NewTLS(identity.ClientConfig(w.caller, w.id))
	return grpc.NewClient("passthrough:///"+s.grpc, append(options, grpc.WithTransportCredentials(creds))...)
}

func greetOver(conn *grpc.ClientConn) request {
	client, message := apiv1.NewGreetingServiceClient(conn), &apiv1.GetGreetingRequest{Name: "world"}
	return func(ctx context.Context) error {
		_, err := client.GetGreeting(ctx, message, grpc.WaitForReady(true))
		return err
	}
}

// sendMany sends n requests, each worker one after the other.
func sendMany(ctx context.Context, send request, n int) error {
	return inParallel(ctx, workers, n, func(ctx context.Context, _ int) error { return send(ctx) })
}

// inParallel does what is numbered from 0 to n, so many at once, until one fails.
func inParallel(ctx context.Context, workers, n int, do func(context.Context, int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var taken atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := taken.Add(1); i <= int64(n); i = taken.Add(1) {
				if err := do(ctx, int(i-1)); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
