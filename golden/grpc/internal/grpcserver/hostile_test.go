package grpcserver

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"example.com/acme/stock/internal/identity"
	"example.com/acme/stock/internal/identity/identitytest"
)

// TestLimits: what is too large is refused, and the connection lives on.
func TestLimits(t *testing.T) {
	var reached atomic.Int64
	w := start(t, time.Hour, methods{
		"count": func(context.Context, string) (string, error) { reached.Add(1); return "", nil },
		"much":  func(context.Context, string) (string, error) { return strings.Repeat("x", maxMessageBytes), nil },
		"read": func(stream grpc.ServerStream) error {
			return stream.RecvMsg(new(wrapperspb.StringValue))
		},
	})
	conn := w.friend(t)
	large := strings.Repeat("\x00", 2*maxMessageBytes)
	flood := metadata.MD{}
	for i := range maxHeaderBytes / 38 {
		flood[fmt.Sprintf("k%04d", i)] = []string{"v"}
	}
	tests := []struct {
		name    string
		method  string
		in      string
		headers metadata.MD
		options []grpc.CallOption
		code    codes.Code
	}{
		{"a large message", "count", large, nil, nil, codes.ResourceExhausted},
		{"a bomb", "count", large, nil, []grpc.CallOption{grpc.UseCompressor(gzip.Name)}, codes.ResourceExhausted},
		{"a large answer", "much", "", nil, []grpc.CallOption{grpc.MaxCallRecvMsgSize(2 * maxMessageBytes)}, codes.ResourceExhausted},
		{"a large header", "count", "", metadata.Pairs("k", strings.Repeat("v", 1<<20)), nil, codes.Internal},
		{"many headers", "count", "", flood, nil, codes.Internal},
	}
	for _, test := range tests {
		ctx := metadata.NewOutgoingContext(t.Context(), test.headers)
		if _, err := call(ctx, conn, test.method, test.in, test.options...); status.Code(err) != test.code {
			t.Errorf("%s: got %.200v, want %v", test.name, err, test.code)
		}
	}
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, path("read"), grpc.UseCompressor(gzip.Name))
	if err != nil {
		t.Fatal(err)
	}
	_ = stream.SendMsg(wrapperspb.String(large))
	if err := stream.RecvMsg(new(wrapperspb.StringValue)); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("a bomb in a stream: got %v", err)
	}
	if got := reached.Load(); got != 0 {
		t.Errorf("%d calls reached the handler", got)
	}
	if _, err := call(t.Context(), conn, "count", ""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if log := w.log.String(); strings.Contains(log, "request failed") {
		t.Error(log)
	}
}

// TestManyStreams: those beyond the limit wait until others have ended.
func TestManyStreams(t *testing.T) {
	w := start(t, time.Hour, methods{"stream": hold, "unary": echo})
	conn := w.friend(t)
	for range maxStreams {
		open(t, conn, "stream")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := call(ctx, conn, "unary", ""); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("got %v", err)
	}
	if _, err := call(t.Context(), w.friend(t), "unary", ""); err != nil {
		t.Errorf("another client: %v", err)
	}
	conn.Close()
}

// TestUnreadStreams: when a connection ends, the streams that nobody read are no failure of ours.
func TestUnreadStreams(t *testing.T) {
	left := make(chan error, maxStreams)
	w := start(t, time.Hour, methods{"stream": func(stream grpc.ServerStream) (err error) {
		defer func() { left <- err }()
		for err == nil {
			err = stream.SendMsg(wrapperspb.String(strings.Repeat("x", 10_000)))
		}
		return err
	}})
	conn := w.friend(t)
	for range maxStreams {
		open(t, conn, "stream")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Shutdown(ended); err == nil {
		t.Error("the streams were waited for")
	}
	for range maxStreams {
		if err := <-left; err == nil {
			t.Error("a stream ended without an error")
		}
	}
	if n := strings.Count(w.log.String(), "request failed"); n > 0 {
		t.Errorf("%d streams are logged", n)
	}
}

// frame returns an HTTP/2 frame.
func frame(kind, flags byte, stream uint32, payload string) string {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	return string(binary.BigEndian.AppendUint32(append(head, flags), stream)) + payload
}

// preface is what a client of HTTP/2 says first.
var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "")

// raw returns a connection of a friend that asks for those protocols.
func (w *world) raw(t *testing.T, protocols ...string) *tls.Conn {
	t.Helper()
	config := identity.ClientConfig(identitytest.NewSource(w.ca.SVID(friendID.String(), time.Hour), w.ca.Bundle()), serverID)
	config.NextProtos = protocols
	inner, err := w.listener.Dial()
	if err != nil {
		t.Fatal(err)
	}
	conn := tls.Client(inner, config)
	t.Cleanup(func() { conn.Close() })
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestHostileConnections are closed in time, and the others live on.
func TestHostileConnections(t *testing.T) {
	for name, text := range map[string]string{
		"no handshake":        "",
		"half a preface":      preface[:10],
		"no HTTP/2":           "GET / HTTP/1.1\r\nHost: server\r\n\r\n" + strings.Repeat("x", 100),
		"a flood of pings":    preface + strings.Repeat(frame(6, 0, 0, "12345678"), 1000),
		"headers without end": preface + frame(1, 0, 1, "") + strings.Repeat(frame(9, 0, 1, strings.Repeat("\x00\x01a\x01b", 3000)), 100),
		"an even stream":      preface + frame(1, 5, 2, "\x83"),
		"a frame too large":   preface + frame(0, 0, 1, strings.Repeat("x", 1<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			identitytest.Bubble(t, func(t *testing.T) {
				w := start(t, time.Hour, methods{"unary": echo})
				began := time.Now()
				conn, err := w.listener.Dial()
				if text != "" {
					conn.Close()
					conn = w.raw(t, "h2")
				}
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				go io.WriteString(conn, text) //nolint:errcheck // it is not read to its end
				io.Copy(io.Discard, conn)     //nolint:errcheck // the end is what counts
				if took := time.Since(began); took > handshakeTimeout {
					t.Errorf("the connection was open for %v", took)
				}
				if _, err := call(t.Context(), w.friend(t), "unary", ""); err != nil {
					t.Errorf("afterwards: %v", err)
				}
			})
		})
	}
}

// TestPings: a client may ask now and then whether the server is there, calls or none.
func TestPings(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		w := start(t, time.Hour, methods{"unary": echo})
		var dials atomic.Int64
		conn := w.friend(t, grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: minPingPause, PermitWithoutStream: true}),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
				dials.Add(1)
				return w.listener.DialContext(ctx)
			}))
		for range 3 {
			if _, err := call(t.Context(), conn, "unary", ""); err != nil {
				t.Error(err)
			}
			time.Sleep(idleTimeout / 2)
		}
		if got := dials.Load(); got != 1 {
			t.Errorf("%d connections, want 1", got)
		}
	})
}

// TestOnlyHTTP2 is spoken.
func TestOnlyHTTP2(t *testing.T) {
	w := start(t, time.Hour, methods{"unary": echo})
	for _, protocols := range [][]string{nil, {"http/1.1"}, {"http/1.1", "h2"}} {
		conn := w.raw(t, protocols...)
		_, err := conn.Read(make([]byte, 1)) // of the server's settings
		if admitted := err == nil; admitted != slices.Contains(protocols, "h2") {
			t.Errorf("a client of %q was admitted: %v", protocols, admitted)
		}
	}
}
