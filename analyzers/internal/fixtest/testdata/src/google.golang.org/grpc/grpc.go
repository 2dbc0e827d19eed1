// Package grpc has the signatures of gRPC's, and nothing behind them.
package grpc

import (
	"context"
	"net"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/stats"
)

type (
	Server                  struct{}
	ClientConn              struct{}
	ServerOption            interface{ apply() }
	DialOption              interface{ applyDial() }
	CallOption              interface{ before() }
	UnaryServerInfo         struct{ FullMethod string }
	StreamServerInfo        struct{ FullMethod string }
	ServerStream            interface{ Context() context.Context }
	UnaryHandler            func(ctx context.Context, req any) (any, error)
	StreamHandler           func(srv any, stream ServerStream) error
	UnaryServerInterceptor  func(ctx context.Context, req any, info *UnaryServerInfo, handler UnaryHandler) (any, error)
	StreamServerInterceptor func(srv any, ss ServerStream, info *StreamServerInfo, handler StreamHandler) error
	UnaryInvoker            func(ctx context.Context, method string, req, reply any, cc *ClientConn, opts ...CallOption) error
	UnaryClientInterceptor  func(ctx context.Context, method string, req, reply any, cc *ClientConn, invoker UnaryInvoker, opts ...CallOption) error
)

func NewServer(opt ...ServerOption) *Server                                     { return nil }
func (s *Server) Serve(lis net.Listener) error                                  { return nil }
func (s *Server) GracefulStop()                                                 {}
func Creds(c credentials.TransportCredentials) ServerOption                     { return nil }
func MaxRecvMsgSize(m int) ServerOption                                         { return nil }
func StatsHandler(h stats.Handler) ServerOption                                 { return nil }
func UnaryInterceptor(i UnaryServerInterceptor) ServerOption                    { return nil }
func ChainUnaryInterceptor(interceptors ...UnaryServerInterceptor) ServerOption { return nil }
func StreamInterceptor(i StreamServerInterceptor) ServerOption                  { return nil }
func ChainStreamInterceptor(interceptors ...StreamServerInterceptor) ServerOption {
	return nil
}

func NewClient(target string, opts ...DialOption) (*ClientConn, error) { return nil, nil }
func Dial(target string, opts ...DialOption) (*ClientConn, error)      { return nil, nil }
func DialContext(ctx context.Context, target string, opts ...DialOption) (*ClientConn, error) {
	return nil, nil
}

func (cc *ClientConn) Close() error { return nil }

func WithInsecure() DialOption { return nil }

func WithBlock() DialOption { return nil }

func WithTransportCredentials(creds credentials.TransportCredentials) DialOption { return nil }

func WithCredentialsBundle(b credentials.Bundle) DialOption { return nil }

func WithStatsHandler(h stats.Handler) DialOption { return nil }

func WithUnaryInterceptor(f UnaryClientInterceptor) DialOption { return nil }

func WithChainUnaryInterceptor(interceptors ...UnaryClientInterceptor) DialOption { return nil }

func WithContextDialer(f func(context.Context, string) (net.Conn, error)) DialOption { return nil }

func WithDialer(f func(string, time.Duration) (net.Conn, error)) DialOption { return nil }
