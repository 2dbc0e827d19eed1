package workloadapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pb "github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	stock "github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

var (
	acme    = spiffeid.RequireTrustDomainFromString("acme.example")
	partner = spiffeid.RequireTrustDomainFromString("partner.example")
	orders  = spiffeid.RequireFromString("spiffe://acme.example/orders")
)

// descendant is the variable that makes the test binary a workload instead: it says how
// many processes deep to ask for an identity.
const descendant = "TEST_DESCENDANT"

func TestMain(m *testing.M) {
	switch os.Getenv(descendant) {
	case "":
		os.Exit(m.Run())
	case "child":
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), descendant+"=grandchild")
		out, err := cmd.CombinedOutput()
		fmt.Print("grandchild ", string(out))
		if err != nil {
			fmt.Print(err)
		}
		fmt.Print("child ")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	svid, err := stock.FetchX509SVID(ctx)
	if err != nil {
		fmt.Println(status.Code(err))
		return
	}
	fmt.Println(svid.ID)
}

type fixture struct {
	registry *authority.Registry
	own      *authority.Authority
	server   *workloadapi.Server
	socket   string
	audit    *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// folder returns a folder whose path is short enough for a socket on every system.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "wl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, ttl time.Duration) *fixture {
	t.Helper()
	f := &fixture{socket: filepath.Join(folder(t), "s", "api.sock"), audit: &syncBuffer{}}
	var err error
	if f.own, err = authority.New(acme, authority.Options{X509TTL: ttl}); err != nil {
		t.Fatal(err)
	}
	foreign, err := authority.New(partner, authority.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.registry, err = authority.NewRegistry(f.own, foreign); err != nil {
		t.Fatal(err)
	}
	f.serve(t)
	return f
}

func (f *fixture) serve(t *testing.T) {
	t.Helper()
	server, err := workloadapi.Start(workloadapi.Options{
		Socket:   f.socket,
		Registry: f.registry,
		Logger:   slog.New(slog.NewTextHandler(f.audit, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.server = server
	t.Cleanup(func() { server.Close() })
}

// register gives this very process an identity.
func (f *fixture) register(t *testing.T, id spiffeid.ID, federates ...spiffeid.TrustDomain) authority.Handle {
	t.Helper()
	self, err := authority.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.registry.Register(authority.Entry{ID: id, Selectors: []authority.Selector{self.Tree()}, FederatesWith: federates})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (f *fixture) source(t *testing.T) *stock.X509Source {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	s, err := stock.NewX509Source(ctx, stock.WithClientOptions(stock.WithAddr(f.server.Address())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func (f *fixture) client(t *testing.T) *stock.Client {
	t.Helper()
	c, err := stock.New(t.Context(), stock.WithAddr(f.server.Address()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func serial(t *testing.T, s *stock.X509Source) string {
	t.Helper()
	svid, err := s.GetX509SVID()
	if err != nil {
		t.Fatal(err)
	}
	return svid.Certificates[0].SerialNumber.Text(16)
}

// eventually waits for a condition, for at most 5 s.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: did not happen within 5 s", what)
		}
	}
}

func TestStockSourceGetsItsIdentity(t *testing.T) {
	f := start(t, time.Hour)
	f.register(t, orders, partner)
	s := f.source(t)
	svid, err := s.GetX509SVID()
	if err != nil || svid.ID != orders {
		t.Fatalf("got %v, %v", svid, err)
	}
	if _, _, err := x509svid.Verify(svid.Certificates, s); err != nil {
		t.Errorf("the bundle does not verify the SVID: %v", err)
	}
	if _, err := s.GetX509BundleForTrustDomain(partner); err != nil {
		t.Errorf("no bundle of the federated trust domain: %v", err)
	}
	if !strings.Contains(f.audit.String(), "identity issued") || !strings.Contains(f.audit.String(), svid.Certificates[0].SerialNumber.Text(16)) {
		t.Errorf("the issuance was not recorded:\n%s", f.audit)
	}
	for path, want := range map[string]os.FileMode{filepath.Dir(f.socket): 0o700, f.socket: 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: want mode %o, got %v, %v", path, want, info.Mode(), err)
		}
	}
}

func TestForeignBundleOnlyWhenFederated(t *testing.T) {
	f := start(t, time.Hour)
	f.register(t, orders)
	if _, err := f.source(t).GetX509BundleForTrustDomain(partner); err == nil {
		t.Error("received the bundle of a trust domain that it does not federate with")
	}
	x509, err := f.client(t).FetchX509Bundles(t.Context())
	if err != nil || x509.Len() != 1 {
		t.Errorf("want one X.509 bundle, got %v, %v", x509, err)
	}
	jwt, err := f.client(t).FetchJWTBundles(t.Context())
	if err != nil || jwt.Len() != 1 {
		t.Errorf("want one JWT bundle, got %v, %v", jwt, err)
	}
}

func TestWithoutEntryNothingIsIssued(t *testing.T) {
	f := start(t, time.Hour)
	c := f.client(t)
	calls := map[string]func() error{
		"x509":         func() error { _, err := c.FetchX509SVID(t.Context()); return err },
		"x509 bundles": func() error { _, err := c.FetchX509Bundles(t.Context()); return err },
		"jwt": func() error {
			_, err := c.FetchJWTSVID(t.Context(), jwtsvid.Params{Audience: "a"})
			return err
		},
		"jwt bundles": func() error { _, err := c.FetchJWTBundles(t.Context()); return err },
	}
	for name, call := range calls {
		if err := call(); status.Code(err) != codes.PermissionDenied || !strings.Contains(err.Error(), "no identity issued") {
			t.Errorf("%s: want PermissionDenied, got %v", name, err)
		}
	}
	if !strings.Contains(f.audit.String(), "identity denied") {
		t.Error("the denial was not recorded")
	}
}

func TestSecurityHeader(t *testing.T) {
	f := start(t, time.Hour)
	f.register(t, orders)
	conn, err := grpc.NewClient(f.server.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := pb.NewSpiffeWorkloadAPIClient(conn)
	for _, values := range [][]string{nil, {"TRUE"}, {"false"}, {"true", "true"}} {
		ctx := t.Context()
		for _, v := range values {
			ctx = metadata.AppendToOutgoingContext(ctx, "workload.spiffe.io", v)
		}
		_, err := c.FetchJWTSVID(ctx, &pb.JWTSVIDRequest{Audience: []string{"a"}})
		if status.Code(err) != codes.InvalidArgument || status.Convert(err).Message() != "security header missing from request" {
			t.Errorf("unary with header %q: got %v", values, err)
		}
		stream, err := c.FetchX509SVID(ctx, &pb.X509SVIDRequest{})
		if err == nil {
			_, err = stream.Recv()
		}
		if status.Code(err) != codes.InvalidArgument {
			t.Errorf("stream with header %q: got %v", values, err)
		}
	}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "workload.spiffe.io", "true")
	bad := map[string]*pb.JWTSVIDRequest{"no audience": {}, "bad ID": {Audience: []string{"a"}, SpiffeId: "orders"}}
	for name, req := range bad {
		if _, err := c.FetchJWTSVID(ctx, req); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: want InvalidArgument, got %v", name, err)
		}
	}
	other := &pb.JWTSVIDRequest{Audience: []string{"a"}, SpiffeId: "spiffe://acme.example/other"}
	if _, err := c.FetchJWTSVID(ctx, other); status.Code(err) != codes.PermissionDenied {
		t.Errorf("an ID that is not the caller's: want PermissionDenied, got %v", err)
	}
}

func TestJWT(t *testing.T) {
	f := start(t, time.Hour)
	f.register(t, orders)
	c := f.client(t)
	svid, err := c.FetchJWTSVID(t.Context(), jwtsvid.Params{Audience: "ledger"})
	if err != nil || svid.ID != orders {
		t.Fatalf("got %v, %v", svid, err)
	}
	bundles, err := c.FetchJWTBundles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwtsvid.ParseAndValidate(svid.Marshal(), bundles, []string{"ledger"}); err != nil {
		t.Errorf("validating locally: %v", err)
	}
	if got, err := c.ValidateJWTSVID(t.Context(), svid.Marshal(), "ledger"); err != nil || got.ID != orders {
		t.Errorf("validating remotely: %v, %v", got, err)
	}
	if _, err := c.ValidateJWTSVID(t.Context(), svid.Marshal(), "another"); status.Code(err) != codes.InvalidArgument {
		t.Errorf("wrong audience: want InvalidArgument, got %v", err)
	}
	foreign, _ := f.registry.Authority(partner)
	token, _, err := foreign.MintJWT(spiffeid.RequireFromString("spiffe://partner.example/x"), []string{"ledger"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ValidateJWTSVID(t.Context(), token, "ledger"); status.Code(err) != codes.InvalidArgument {
		t.Errorf("token of a trust domain that is not federated: want InvalidArgument, got %v", err)
	}
}

func TestRotationAtHalfLife(t *testing.T) {
	t.Parallel()
	f := start(t, 3*time.Second)
	f.register(t, orders)
	s := f.source(t)
	first := serial(t, s)
	begin := time.Now()
	eventually(t, "a second SVID", func() bool { return serial(t, s) != first })
	if took := time.Since(begin); took < time.Second/2 || took > 2500*time.Millisecond {
		t.Errorf("an SVID of 3 s was renewed after %v", took)
	}
	second := serial(t, s)
	eventually(t, "a third SVID", func() bool { return serial(t, s) != second })
}

func TestEntryAddedAndRemovedLater(t *testing.T) {
	t.Parallel()
	f := start(t, time.Hour)
	h := f.register(t, orders)
	w := &watcher{}
	go f.client(t).WatchX509Context(t.Context(), w)
	eventually(t, "the first SVID", func() bool { return w.ids() == orders.String() })
	other := spiffeid.RequireFromString("spiffe://acme.example/zebra")
	f.register(t, other)
	eventually(t, "the second identity", func() bool { return w.ids() == orders.String()+" "+other.String() })
	f.registry.Remove(h)
	eventually(t, "one identity less", func() bool { return w.ids() == other.String() })
}

// TestSeveralSVIDs gives a workload three SVIDs: a service takes the one of its ID and hint.
func TestSeveralSVIDs(t *testing.T) {
	t.Parallel()
	f := start(t, time.Hour)
	f.register(t, spiffeid.RequireFromString("spiffe://acme.example/aardvark"))
	self, err := authority.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for _, hint := range []string{"red", "blue"} {
		if _, err := f.registry.Register(authority.Entry{ID: orders, Hint: hint, Selectors: []authority.Selector{self.Tree()}}); err != nil {
			t.Fatal(err)
		}
	}
	open := func(hint string) (*identity.WorkloadSource, error) {
		return identity.Open(t.Context(), identity.Options{
			ID: orders, Hint: hint, Socket: f.server.Address(), StartTimeout: 5 * time.Second, Logger: slog.New(slog.DiscardHandler),
		})
	}
	serials := map[string]string{}
	for _, hint := range []string{"red", "blue"} {
		source, err := open(hint)
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		svid, err := source.GetX509SVID()
		if err != nil || svid.ID != orders || svid.Hint != hint {
			t.Fatalf("want the %s one of %s, got %v, %v", hint, orders, svid, err)
		}
		serials[hint] = svid.Certificates[0].SerialNumber.Text(16)
	}
	if serials["red"] == serials["blue"] {
		t.Error("the two are one")
	}
	_, err = open("green")
	if err == nil || !strings.Contains(err.Error(), `aardvark", "spiffe://acme.example/orders" with the hint "red", "spiffe://acme.example/orders" with the hint "blue", not "spiffe://acme.example/orders" with the hint "green"`) {
		t.Errorf("want an error that lists what there is, got %v", err)
	}
}

type watcher struct {
	mu   sync.Mutex
	last string
}

func (w *watcher) OnX509ContextUpdate(c *stock.X509Context) {
	var ids []string
	for _, s := range c.SVIDs {
		ids = append(ids, s.ID.String())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = strings.Join(ids, " ")
}

func (w *watcher) OnX509ContextWatchError(error) {}

func (w *watcher) ids() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

func TestKeysChangeUnderALivingWorkload(t *testing.T) {
	t.Parallel()
	f := start(t, time.Hour)
	f.register(t, orders)
	s := f.source(t)
	before, err := s.GetX509SVID()
	if err != nil {
		t.Fatal(err)
	}
	authorities := func() int {
		b, err := s.GetX509BundleForTrustDomain(acme)
		if err != nil {
			t.Fatal(err)
		}
		return len(b.X509Authorities())
	}
	fresh, err := f.own.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	old := f.own.Keys()[0].ID
	eventually(t, "the bundle with the prepared key", func() bool { return authorities() == 2 })
	if serial(t, s) != before.Certificates[0].SerialNumber.Text(16) {
		t.Error("a change of the bundle alone brought a new SVID")
	}
	if err := f.own.Activate(fresh); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	if serial(t, s) != before.Certificates[0].SerialNumber.Text(16) {
		t.Error("the activation of a key replaced an SVID that is still good")
	}
	if err := f.own.Revoke(old); !errors.Is(err, authority.ErrKeyState) {
		t.Errorf("revoking a key that is not tainted: got %v", err)
	}
	if err := f.own.Taint(old); err != nil {
		t.Fatal(err)
	}
	eventually(t, "an SVID of the new key", func() bool { return serial(t, s) != before.Certificates[0].SerialNumber.Text(16) })
	if err := f.own.Revoke(old); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the bundle without the old key", func() bool { return authorities() == 1 })
	if _, _, err := x509svid.Verify(before.Certificates, s); err == nil {
		t.Error("an SVID of the revoked key is still accepted")
	}
	now, err := s.GetX509SVID()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := x509svid.Verify(now.Certificates, s); err != nil {
		t.Errorf("the SVID of the new key: %v", err)
	}
}

// Of two workloads, each must know the new key before the other presents an SVID of it.
func TestRotateSendsTheBundleFirst(t *testing.T) {
	t.Parallel()
	f := start(t, time.Hour)
	f.register(t, orders)
	a, b := f.source(t), f.source(t)
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			for _, pair := range [][2]*stock.X509Source{{a, b}, {b, a}} {
				svid, err := pair[0].GetX509SVID()
				if err != nil {
					t.Error(err)
					return
				}
				if _, _, err := x509svid.Verify(svid.Certificates, pair[1]); err != nil {
					t.Errorf("one workload does not accept the other: %v", err)
					return
				}
			}
		}
	})
	first := serial(t, a)
	old, err := f.server.Rotate(t.Context(), acme)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "new SVIDs on both sides", func() bool { return serial(t, a) != first && serial(t, b) != first })
	close(stop)
	done.Wait()
	if err := f.own.Revoke(old); err != nil {
		t.Error(err)
	}
}

func TestRestartWithAStaleSocket(t *testing.T) {
	t.Parallel()
	f := start(t, 3*time.Second)
	f.register(t, orders)
	s := f.source(t)
	if _, err := workloadapi.Start(workloadapi.Options{Socket: f.socket, Registry: f.registry}); !errors.Is(err, workloadapi.ErrInUse) {
		t.Fatalf("a second server on the socket: want ErrInUse, got %v", err)
	}
	if err := f.server.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(f.socket); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}
	// What a killed server leaves behind: a socket on which nobody listens.
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: f.socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	first := serial(t, s)
	f.serve(t)
	eventually(t, "the client back", func() bool { return serial(t, s) != first })
}

func TestBadSocketPaths(t *testing.T) {
	dir := folder(t)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, strings.Repeat("x", 120))
	for path, want := range map[string]string{"api.sock": "not absolute", long: "choose a shorter folder", file: "no socket"} {
		if _, err := workloadapi.Listen(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want an error with %q, got %v", path, want, err)
		}
	}
	if data, _ := os.ReadFile(file); string(data) != "mine" {
		t.Error("a file in the socket's place was lost")
	}
}

func TestProcessTree(t *testing.T) {
	t.Parallel()
	f := start(t, time.Hour)
	run := func(registered bool) string {
		var out bytes.Buffer
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), descendant+"=child", "SPIFFE_ENDPOINT_SOCKET="+f.server.Address())
		cmd.Stdout, cmd.Stderr = &out, &out
		if !registered {
			if err := cmd.Run(); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
		h, err := f.registry.RegisterStarted(func() (authority.Entry, error) {
			if err := cmd.Start(); err != nil {
				return authority.Entry{}, err
			}
			p, err := authority.FindProcess(cmd.Process.Pid)
			// The child asks at once, and must wait until it is registered.
			time.Sleep(300 * time.Millisecond)
			return authority.Entry{ID: orders, Selectors: []authority.Selector{p.Tree()}}, err
		})
		if err != nil {
			t.Fatal(err)
		}
		defer f.registry.Remove(h)
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got, want := run(true), "grandchild "+orders.String()+"\nchild "+orders.String()+"\n"; got != want {
		t.Errorf("want\n%sgot\n%s", want, got)
	}
	if got, want := run(false), "grandchild PermissionDenied\nchild PermissionDenied\n"; got != want {
		t.Errorf("want\n%sgot\n%s", want, got)
	}
}
