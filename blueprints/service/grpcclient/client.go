// Package grpcclient calls other services by gRPC over SPIFFE mutual TLS.
package grpcclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/health" // so that a server is asked whether it is well
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// What one call and one connection may take.
const (
	callTimeout     = 10 * time.Second // of a unary call, all attempts together
	dialTimeout     = 3 * time.Second  // the TLS handshake too
	firstDialPause  = 100 * time.Millisecond
	maxDialPause    = 5 * time.Second
	idleTimeout     = 5 * time.Minute
	pingAfter       = 30 * time.Second // of silence: it may lead nowhere any more
	pingTimeout     = 5 * time.Second
	connectionAge   = 30 * time.Minute
	maxHeaderBytes  = 64 << 10
	maxMessageBytes = 4 << 20
)

// Options is what a client is made of; every field is required.
type Options struct {
	Address   string      // host:port; calls go to all that the name stands for, in turn
	Server    spiffeid.ID // who must answer there
	Source    identity.Source
	Telemetry stats.Handler
	Files     []protoreflect.FileDescriptor // which methods are idempotent: these are called again
}

// New returns a client of the service that Options names. It connects when it is used, and
// is closed by its owner.
//
// An error of a call says who was called, and has the code and details of its status.
func New(o Options) (*grpc.ClientConn, error) { return dial(o) }

// dial is New with options of a test.
func dial(o Options, more ...grpc.DialOption) (*grpc.ClientConn, error) {
	config, err := serviceConfig(o.Files)
	if err != nil {
		return nil, err
	}
	calls := caller{o.Address}
	return grpc.NewClient("dns:///"+o.Address, append(more,
		grpc.WithTransportCredentials(newMutualTLS(o.Source, o.Server)),
		grpc.WithDefaultServiceConfig(config),
		grpc.WithDisableServiceConfig(), // of the name server's
		grpc.WithNoProxy(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstDialPause, Multiplier: 2, Jitter: 0.2, MaxDelay: maxDialPause},
			MinConnectTimeout: dialTimeout,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingTimeout}),
		grpc.WithIdleTimeout(idleTimeout),
		grpc.WithMaxHeaderListSize(maxHeaderBytes),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes), grpc.MaxCallSendMsgSize(maxMessageBytes)),
		grpc.WithStatsHandler(o.Telemetry),
		grpc.WithUnaryInterceptor(calls.call),
		grpc.WithStreamInterceptor(calls.stream),
	)...)
}

// serviceConfig spreads calls over the servers that are well, and calls idempotent methods
// of files again where no server answered.
func serviceConfig(files []protoreflect.FileDescriptor) (string, error) {
	type object = map[string]any
	config, err := json.Marshal(object{
		"loadBalancingConfig": []object{{"round_robin": object{}}},
		"healthCheckConfig":   object{"serviceName": ""},
		"methodConfig": []object{{
			"name": idempotent(files),
			"retryPolicy": object{
				"maxAttempts":          3,
				"initialBackoff":       "0.05s", // each is up to a fifth longer or shorter: not all come back at once
				"maxBackoff":           "1s",
				"backoffMultiplier":    2,
				"retryableStatusCodes": []string{"UNAVAILABLE"},
			},
		}},
		"retryThrottling": object{"maxTokens": 100, "tokenRatio": 0.1}, // when most calls fail, another attempt makes it worse
	})
	return string(config), err
}

// methodName is how a service config names a method.
type methodName struct {
	Service protoreflect.FullName `json:"service"`
	Method  protoreflect.Name     `json:"method"`
}

// idempotent returns the methods of files whose idempotency_level says that they may be
// called twice.
func idempotent(files []protoreflect.FileDescriptor) []methodName {
	var names []methodName
	for _, file := range files {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				options, _ := method.Options().(*descriptorpb.MethodOptions)
				if options.GetIdempotencyLevel() != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN {
					names = append(names, methodName{service.FullName(), method.Name()})
				}
			}
		}
	}
	return names
}

// caller stands around all calls.
type caller struct{ address string }

func (c caller) call(ctx context.Context, method string, in, out any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return c.named(invoke(ctx, method, in, out, conn, options...))
}

func (c caller) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
	inner, err := open(ctx, desc, conn, method, options...)
	if err != nil {
		return nil, c.named(err)
	}
	return stream{inner, c}, nil
}

// named adds to an error who was called.
func (c caller) named(err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // the end of a stream is compared so
		return err
	}
	if errors.Is(err, io.EOF) {
		// The last attempt: gRPC loses its status when the server answers before the message
		// was sent. It is the one that is worth another attempt.
		err = status.Error(codes.Unavailable, err.Error())
	}
	return fmt.Errorf("calling %s: %w", c.address, err)
}

type stream struct {
	grpc.ClientStream
	caller caller
}

func (s stream) SendMsg(message any) error { return s.caller.named(s.ClientStream.SendMsg(message)) }

func (s stream) RecvMsg(message any) error { return s.caller.named(s.ClientStream.RecvMsg(message)) }
