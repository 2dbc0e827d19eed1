package grpcserver

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
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
	large := strings.Repeat("\x00", 8*maxMessageBytes)
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
		{"a large answer", "much", "", nil, nil, codes.ResourceExhausted},
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

// frame returns an HTTP/2 frame.
func frame(kind, flags byte, stream uint32, payload string) string {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	return string(binary.BigEndian.AppendUint32(append(head, flags), stream)) + payload
}

// preface is what a client of HTTP/2 says first.
var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "")

// raw returns a connection of a friend that asks for that protocol.
func (w *world) raw(t *testing.T, protocol ...string) *tls.Conn {
	t.Helper()
	config := identity.ClientConfig(identitytest.NewSource(w.ca.SVID(friendID.String(), time.Hour), w.ca.Bundle()), serverID)
	config.NextProtos = protocol
	conn, err := tls.Dial("tcp", w.address, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(handshakeTimeout + 2*time.Second)) //nolint:errcheck // the test fails anyway
	return conn
}

// TestHostileConnections are closed, and the others live on.
func TestHostileConnections(t *testing.T) {
	t.Parallel()
	w := start(t, time.Hour, methods{"unary": echo})
	conns := map[string]net.Conn{}
	for name, text := range map[string]string{
		"no HTTP/2":           "GET / HTTP/1.1\r\nHost: server\r\n\r\n" + strings.Repeat("x", 100),
		"a flood of pings":    preface + strings.Repeat(frame(6, 0, 0, "12345678"), 1000),
		"headers without end": preface + frame(1, 0, 1, "") + strings.Repeat(frame(9, 0, 1, strings.Repeat("\x00\x01a\x01b", 3000)), 100),
		"an even stream":      preface + frame(1, 5, 2, "\x83"),
		"a frame too large":   preface + frame(0, 0, 1, strings.Repeat("x", 1<<20)),
	} {
		conns[name] = w.raw(t, "h2")
		go io.WriteString(conns[name], text) //nolint:errcheck // it is not read to its end
	}
	for name, conn := range conns {
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection is still open", name)
		}
	}
	if _, err := call(t.Context(), w.friend(t), "unary", ""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
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

// TestSlowClients hold a connection no longer than the limit on handshakes.
func TestSlowClients(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as the limit on handshakes")
	}
	t.Parallel()
	w := start(t, time.Hour, methods{"unary": echo})
	silent, err := net.Dial("tcp", w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	silent.SetDeadline(time.Now().Add(handshakeTimeout + 2*time.Second)) //nolint:errcheck // the test fails anyway
	half := w.raw(t, "h2")
	if _, err := io.WriteString(half, preface[:10]); err != nil {
		t.Fatal(err)
	}
	for name, conn := range map[string]net.Conn{"before the handshake": silent, "within the preface": half} {
		if _, err := io.Copy(new(bytes.Buffer), conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection is still open", name)
		}
	}
}
