package identity_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/payments/v2/internal/identity"
	"example.com/acme/payments/v2/internal/identity/identitytest"
)

// agent is a Workload API that refuses at first and then gives SVIDs, until it is stopped.
type agent struct {
	workload.UnimplementedSpiffeWorkloadAPIServer
	refusals atomic.Int32
	svids    []*x509svid.SVID
	root     *x509.Certificate
	stop     chan struct{}
}

func (a *agent) FetchX509SVID(_ *workload.X509SVIDRequest, stream grpc.ServerStreamingServer[workload.X509SVIDResponse]) error {
	if a.refusals.Add(-1) >= 0 {
		return status.Error(codes.PermissionDenied, "no identity issued")
	}
	response := &workload.X509SVIDResponse{}
	for _, svid := range a.svids {
		key, err := x509.MarshalPKCS8PrivateKey(svid.PrivateKey)
		if err != nil {
			return err
		}
		response.Svids = append(response.Svids, &workload.X509SVID{
			SpiffeId: svid.ID.String(), X509Svid: svid.Certificates[0].Raw, X509SvidKey: key, Bundle: a.root.Raw, Hint: svid.Hint,
		})
	}
	if err := stream.Send(response); err != nil {
		return err
	}
	select {
	case <-stream.Context().Done():
		return nil
	case <-a.stop:
		return status.Error(codes.PermissionDenied, "no identity issued")
	}
}

// serve starts the agent and returns its address.
func (a *agent) serve(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "agent") // short: the name of a socket has 104 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "api.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	workload.RegisterSpiffeWorkloadAPIServer(server, a)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return "unix://" + path
}

func TestOpen(t *testing.T) {
	t.Parallel()
	ca := identitytest.NewCA(t, "acme.example")
	a := &agent{
		root:  ca.Bundle().X509Authorities()[0],
		svids: []*x509svid.SVID{ca.SVID(clientID, time.Hour), hinted(ca, "red"), hinted(ca, "blue")},
		stop:  make(chan struct{}),
	}
	a.refusals.Store(1) // the registration is on its way
	var log logBuffer
	src, err := identity.Open(t.Context(), identity.Options{
		ID: spiffeid.RequireFromString(serverID), Hint: "blue", Socket: a.serve(t), StartTimeout: 10 * time.Second, Logger: recorder(&log),
	})
	if err != nil {
		t.Fatal(err)
	}
	svid, err := src.GetX509SVID()
	if err != nil || svid.ID.String() != serverID || svid.Hint != "blue" {
		t.Errorf("want the blue SVID of %q, got %v, %v", serverID, svid, err)
	}
	monitor, err := identity.NewMonitor(src, recorder(io.Discard), newMeter())
	if err != nil {
		t.Fatal(err)
	}
	if err := monitor.Ready(); err != nil {
		t.Errorf("not ready: %v", err)
	}

	// The registration is lost, and comes again: the SVID is good all the while.
	a.stop <- struct{}{}
	for monitor.Ready() == nil {
		time.Sleep(time.Millisecond)
	}
	if err := monitor.Ready(); !strings.Contains(err.Error(), "no identity issued") {
		t.Errorf("not ready for another reason: %v", err)
	}
	if again, err := src.GetX509SVID(); err != nil || again != svid {
		t.Errorf("the SVID is gone: %v", err)
	}
	for monitor.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings of one trouble, want 1:\n%s", n, &log)
	}
}

func hinted(ca *identitytest.CA, hint string) *x509svid.SVID {
	svid := ca.SVID(serverID, time.Hour)
	svid.Hint = hint
	return svid
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	ca := identitytest.NewCA(t, "acme.example")
	stranger := &agent{root: ca.Bundle().X509Authorities()[0], svids: []*x509svid.SVID{ca.SVID(clientID, time.Hour)}}
	red := &agent{root: stranger.root, svids: []*x509svid.SVID{ca.SVID(clientID, time.Hour), hinted(ca, "red")}}
	unregistered := &agent{}
	unregistered.refusals.Store(1000)
	stale := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", stale)
	if err != nil {
		t.Fatal(err)
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	listener.Close()
	mute := listen(t)
	uid := "uid " + strconv.Itoa(os.Getuid())

	tests := []struct {
		name, socket string
		want         []string
	}{
		{"not set", "", []string{"SPIFFE_ENDPOINT_SOCKET is not set", "unix:///"}},
		{"bare path", "/run/agent.sock", []string{"SPIFFE_ENDPOINT_SOCKET", "/run/agent.sock", "write unix:///"}},
		{"host name", "tcp://localhost:8081", []string{"tcp://localhost:8081", "write unix:///"}},
		{"no socket", "unix:///nowhere/agent.sock", []string{"unix:///nowhere/agent.sock", uid, "no such file", "start the agent"}},
		{"stale socket", "unix://" + stale, []string{stale, uid, "refused", "start the agent"}},
		{"closed port", "tcp://" + closedPort(t), []string{"refused", "start the agent"}},
		{"mute socket", "tcp://" + mute.Addr().String(), []string{mute.Addr().String(), uid, "start the agent"}},
		{"no entry", unregistered.serve(t), []string{"register", uid, serverID, "PermissionDenied"}},
		{"another ID", stranger.serve(t), []string{clientID, serverID, uid, "correct its entry"}},
		{"another hint", red.serve(t), []string{clientID, serverID + `" with the hint "red"`, `not "` + serverID + `" with the hint "blue"`, uid, "hint in the configuration"}},
	}
	errs := make([]error, len(tests))
	var opened sync.WaitGroup
	for i, test := range tests {
		opened.Go(func() {
			_, errs[i] = identity.Open(context.Background(), identity.Options{
				ID: spiffeid.RequireFromString(serverID), Hint: "blue", Socket: test.socket, StartTimeout: 700 * time.Millisecond, Logger: recorder(io.Discard),
			})
		})
	}
	opened.Wait()
	for i, test := range tests {
		err := errs[i]
		if err == nil {
			t.Errorf("%s: want an error", test.name)
			continue
		}
		missing := slices.DeleteFunc(test.want, func(part string) bool { return strings.Contains(err.Error(), part) })
		if len(missing) > 0 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error should be one line and lacks %q:\n%v", test.name, missing, err)
		}
	}
}

func TestOpenInterrupted(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, stop)
	_, err := identity.Open(ctx, identity.Options{
		ID: spiffeid.RequireFromString(serverID), Socket: "unix:///nowhere/agent.sock", StartTimeout: time.Minute, Logger: recorder(io.Discard),
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want %v, got %v", context.Canceled, err)
	}
}

func closedPort(t *testing.T) string {
	t.Helper()
	listener := listen(t)
	listener.Close()
	return listener.Addr().String()
}
