package dev_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/dev"
	"github.com/mintwright/mintwright/internal/dev/authority"
)

var (
	orders   = spiffeid.RequireFromString("spiffe://acme.example/orders")
	checkout = spiffeid.RequireFromString("spiffe://acme.example/checkout")
	billing  = spiffeid.RequireFromString("spiffe://acme.example/billing")
)

// The variables that make the test binary another program.
const (
	asWorkload = "TEST_AS_WORKLOAD" // print the own SPIFFE ID
	asService  = "TEST_AS_SERVICE"  // serve over mutual TLS
	asSession  = "TEST_AS_SESSION"  // run a session of the folder in it
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(asWorkload) != "":
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		svid, err := workloadapi.FetchX509SVID(ctx)
		if err != nil {
			fmt.Println(err)
			os.Exit(9)
		}
		fmt.Println(svid.ID, os.Getenv("CALL_LEDGER_ADDRESS") != "", os.Getenv("OTEL_TRACES_SAMPLER"), os.Getenv("LAME_DUCK"))
		os.Exit(7)
	case os.Getenv(asSession) != "":
		o := options(os.Getenv(asSession))
		o.Runtime = os.Getenv("TEST_RUNTIME")
		o.Progress, o.Output = os.Stdout, os.Stdout
		if err := dev.Run(context.Background(), o); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	case os.Getenv(asService) != "":
		if err := serve(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// serve is a service with one target that checkout may call, and one that only billing may.
func serve() error {
	ctx := context.Background()
	source, err := identity.Open(ctx, identity.Options{
		ID: orders, Socket: os.Getenv("SPIFFE_ENDPOINT_SOCKET"), StartTimeout: 5 * time.Second, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	defer source.Close()
	access, err := identity.NewAuthorizer(identity.Rules{
		{Target: "GET /open", Allow: identity.IDs(checkout)},
		{Target: "GET /closed", Allow: identity.IDs(billing)},
	}, slog.New(slog.DiscardHandler), noop.NewMeterProvider())
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /open", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("traceparent")) })
	mux.HandleFunc("GET /closed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"title":"Forbidden","detail":"not for you"}`)
	})
	listener, err := tls.Listen("tcp", os.Getenv("HTTP_ADDRESS"), identity.ServerConfig(source, access))
	if err != nil {
		return err
	}
	go http.ListenAndServe(os.Getenv("PROBE_ADDRESS"), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	return http.Serve(listener, mux)
}

func TestCall(t *testing.T) {
	dir := module(t)
	write(t, filepath.Join(dir, "cmd", "orders", "main.go"), `package main

import (
	"os"
	"syscall"
)

func main() { panic(syscall.Exec(os.Getenv("TEST_BINARY"), []string{"orders"}, os.Environ())) }
`)
	o := options(dir)
	o.Runtime = runtimeFolder(t)
	o.Environ = append(o.Environ, asService+"=1", "TEST_BINARY="+os.Args[0])
	o.SVIDLifetime = 3 * time.Second
	all := &syncBuffer{}
	o.Output, o.Progress = all, all
	s, err := dev.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ready, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Ready(ready); err != nil {
		t.Fatalf("%v\n%s", err, all)
	}
	c := s.Client()
	call := func(o dev.CallOptions) *dev.Result {
		t.Helper()
		res, err := c.Call(t.Context(), o)
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", o.Method, o.URL, err, all)
		}
		return res
	}
	friend := call(dev.CallOptions{URL: "https://orders/open"})
	if friend.Status != 200 || friend.Caller != checkout || friend.Server != orders || friend.Refusal != nil ||
		!strings.HasPrefix(string(friend.Body), "00-"+friend.TraceID+"-") || !strings.HasSuffix(string(friend.Body), "-01") {
		t.Errorf("got %+v, body %s", friend, friend.Body)
	}
	stranger := call(dev.CallOptions{URL: "/open", Stranger: true})
	if stranger.Status != 0 || stranger.Refusal == nil || !strings.Contains(stranger.Refusal.Fact, "refused the handshake with spiffe://acme.example/stranger") ||
		!strings.Contains(stranger.Refusal.Remedy, filepath.Join("internal", "api", "access.go")) || !strings.Contains(stranger.Refusal.Remedy, checkout.String()) {
		t.Errorf("got %+v, refusal %v", stranger, stranger.Refusal)
	}
	if r := call(dev.CallOptions{URL: "/open", As: billing}); r.Status != 200 {
		t.Errorf("as a given ID: got %+v", r)
	}
	if r := call(dev.CallOptions{URL: "/closed", Method: "POST", Stranger: true, Body: bytes.Repeat([]byte("x"), 1<<20)}); r.Refusal == nil {
		t.Errorf("a stranger with a large body: got status %d", r.Status)
	}
	closed := call(dev.CallOptions{URL: "/closed"})
	if closed.Status != 403 || closed.Refusal == nil || !strings.Contains(closed.Refusal.Fact, "GET") || !strings.Contains(closed.Refusal.Fact, "not for you") {
		t.Errorf("got %+v, refusal %v", closed, closed.Refusal)
	}
	if err := s.Rotate(t.Context(), orders.TrustDomain()); err != nil {
		t.Fatal(err)
	}
	if r := call(dev.CallOptions{URL: "/open"}); r.Status != 200 {
		t.Errorf("after the rotation of the key: got %+v", r)
	}
}

// service is a program of the standard library that behaves like a service as far as a
// session can tell. It starts a process of its own that must not be left behind.
const service = `package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

const version = "one"

func main() {
	signal.Ignore(syscall.SIGTERM) // the helper inherits it, and has to be killed
	helper := exec.Command("sleep", "600")
	if err := helper.Start(); err != nil {
		panic(err)
	}
	fmt.Println("version", version, "helper", helper.Process.Pid)
	fmt.Println("socket", os.Getenv("SPIFFE_ENDPOINT_SOCKET"), os.Getenv("LAME_DUCK"), os.Getenv("HTTP_ADDRESS") != "", os.Getenv("LOG_LEVEL"))
	fmt.Println("pace", os.Getenv("OTEL_TRACES_SAMPLER"), os.Getenv("OTEL_BSP_SCHEDULE_DELAY"))
	http.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	go http.ListenAndServe(os.Getenv("PROBE_ADDRESS"), nil)
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTERM)
	<-c
	fmt.Println("bye from", version)
}
`

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/orders\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "cmd", "orders", "main.go"), service)
	return dir
}

func runtimeFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "rt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func options(dir string) dev.Options {
	return dev.Options{
		Dirs: []string{dir},
		Load: func(dir string) (dev.Service, error) {
			return dev.Service{
				Name: "orders", ID: orders, Callers: []spiffeid.ID{checkout},
				Calls:   []dev.Call{{Name: "ledger", ID: orders}},
				Signals: []string{"traces"}, HTTP: true,
			}, nil
		},
		Environ:      append(os.Environ(), "GOWORK=off", "GOFLAGS="),
		LogLevel:     "debug",
		DrainTimeout: 20 * time.Second,
	}
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

func eventually(t *testing.T, what string, out fmt.Stringer, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: did not happen; output:\n%s", what, out)
		}
	}
}

// helper returns the process that the service of the given version started.
func helper(t *testing.T, output, version string) authority.Process {
	t.Helper()
	var pid int
	_, rest, ok := strings.Cut(output, "version "+version+" helper ")
	if _, err := fmt.Sscan(rest, &pid); !ok || err != nil {
		t.Fatalf("no helper of version %s in\n%s", version, output)
	}
	p, err := authority.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func isEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		t.Errorf("left behind: %s", f.Name())
	}
}

func TestSession(t *testing.T) {
	dir, runtime, programs := module(t), runtimeFolder(t), t.TempDir()
	t.Setenv("TMPDIR", programs)
	o := options(dir)
	o.Runtime = runtime
	o.Environ = append(o.Environ, "OTEL_BSP_SCHEDULE_DELAY=77")
	all := &syncBuffer{}
	o.Output, o.Progress = all, all
	s, err := dev.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("%v\n%s", err, all)
	}
	defer s.Close()
	ready, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.Ready(ready); err != nil {
		t.Fatalf("%v\n%s", err, all)
	}
	eventually(t, "the service's environment", all, func() bool {
		return strings.Contains(all.String(), "orders | socket unix://"+runtime) && strings.Contains(all.String(), " 0s true debug") &&
			strings.Contains(all.String(), "pace parentbased_always_on 77")
	})
	one := helper(t, all.String(), "one")

	t.Run("second session", func(t *testing.T) {
		if _, err := dev.Start(t.Context(), o); !errors.Is(err, dev.ErrRunning) {
			t.Errorf("want ErrRunning, got %v", err)
		}
	})
	t.Run("client", func(t *testing.T) {
		c, err := dev.Find(runtime, dir)
		if err != nil {
			t.Fatal(err)
		}
		services, err := c.Services(t.Context())
		if err != nil || len(services) != 1 || services[0].ID != orders || services[0].Callers[0] != checkout || services[0].PID == 0 {
			t.Errorf("got %+v, %v", services, err)
		}
		if _, err := dev.Find(runtime, t.TempDir()); !errors.Is(err, dev.ErrNoSession) {
			t.Errorf("another folder: want ErrNoSession, got %v", err)
		}
		for url, want := range map[string]string{
			"v1":                   "neither a path nor an address",
			"http://127.0.0.1:1/":  "not of https",
			"https://127.0.0.1:1/": `not a service of the session; call one that runs: https://127.0.0.1:`,
		} {
			if _, err := c.Call(t.Context(), dev.CallOptions{URL: url}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: want %q, got %v", url, want, err)
			}
		}
		if _, err := c.Call(t.Context(), dev.CallOptions{URL: "/"}); err == nil || !strings.Contains(err.Error(), "does not listen") {
			t.Errorf("a service that does not listen: got %v", err)
		}
	})
	t.Run("env", func(t *testing.T) {
		c := s.Client()
		for _, id := range []spiffeid.ID{{}, checkout} {
			want := orders
			if !id.IsZero() {
				want = id
			}
			var out bytes.Buffer
			code, err := c.Env(t.Context(), dev.EnvOptions{
				ID: id, Argv: []string{os.Args[0]}, Environ: append(os.Environ(), asWorkload+"=1", "OTEL_TRACES_SAMPLER=always_off"), Stdout: &out, Stderr: &out,
			})
			if err != nil || code != 7 || !strings.HasPrefix(out.String(), want.String()+fmt.Sprintf(" %v always_off 0s\n", id.IsZero())) {
				t.Errorf("got %d, %v, %s", code, err, &out)
			}
		}
		if _, err := c.Env(t.Context(), dev.EnvOptions{Argv: []string{"/no/such/program"}}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a program that is not there: got %v", err)
		}
		stranger := spiffeid.RequireFromString("spiffe://unknown.example/x")
		if _, err := c.Env(t.Context(), dev.EnvOptions{ID: stranger, Argv: []string{os.Args[0]}}); err == nil {
			t.Error("an ID of an unknown trust domain was given away")
		}
	})
	t.Run("broken source", func(t *testing.T) {
		write(t, filepath.Join(dir, "cmd", "orders", "broken.go"), "package main\n\nfunc {\n")
		eventually(t, "the message about the build", all, func() bool { return strings.Contains(all.String(), "the old orders runs on") })
		if !one.IsAlive() {
			t.Error("the old process is gone")
		}
		if err := os.Remove(filepath.Join(dir, "cmd", "orders", "broken.go")); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "cmd", "orders", "main.go"), strings.Replace(service, `"one"`, `"two"`, 1))
		eventually(t, "the new version", all, func() bool {
			return strings.Contains(all.String(), "bye from one") && strings.Contains(all.String(), "version two")
		})
		eventually(t, "the end of what the old process started", all, func() bool { return !one.IsAlive() })
	})
	two := helper(t, all.String(), "two")
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	eventually(t, "the end of what the service started", all, func() bool { return !two.IsAlive() })
	if !strings.Contains(all.String(), "bye from two") {
		t.Errorf("the service was not asked to end:\n%s", all)
	}
	isEmpty(t, runtime)
	isEmpty(t, programs)
}

// A session that is asked to end, by whatever signal, leaves nothing; one that is killed
// leaves what the next session clears.
func TestSignals(t *testing.T) {
	dir, runtime, programs := module(t), runtimeFolder(t), t.TempDir()
	t.Setenv("TMPDIR", programs)
	run := func() (*exec.Cmd, *syncBuffer) {
		out := &syncBuffer{}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asSession+"="+dir, "TEST_RUNTIME="+runtime)
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the session", out, func() bool { return strings.Contains(out.String(), "orders is ready") })
		return cmd, out
	}
	child := func() authority.Process {
		c, err := dev.Find(runtime, dir)
		if err != nil {
			t.Fatal(err)
		}
		services, err := c.Services(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p, err := authority.FindProcess(services[0].PID)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var orphan authority.Process
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGHUP, syscall.SIGTERM} {
		cmd, out := run()
		p := child()
		if orphan.IsAlive() {
			t.Error("what the killed session left was not cleared")
		}
		eventually(t, "the helper", out, func() bool { return strings.Contains(out.String(), "version one helper") })
		orphan = helper(t, out.String(), "one")
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		err := cmd.Wait()
		if sig == syscall.SIGKILL {
			eventually(t, "the end of the service with its session", out, func() bool { return !p.IsAlive() })
			if _, err := dev.Find(runtime, dir); !errors.Is(err, dev.ErrNoSession) {
				t.Errorf("after a kill: want ErrNoSession, got %v", err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v\n%s", sig, err, out)
		}
		if p.IsAlive() {
			t.Errorf("%v: the service is left behind", sig)
		}
		isEmpty(t, runtime)
		isEmpty(t, programs)
	}
}

// A session clears what killed sessions of other folders left, and touches no live one.
func TestSweep(t *testing.T) {
	runtime, programs := runtimeFolder(t), t.TempDir()
	t.Setenv("TMPDIR", programs)
	begin := func() (*dev.Session, authority.Process) {
		out := &syncBuffer{}
		o := options(module(t))
		o.Runtime, o.Output, o.Progress = runtime, out, out
		s, err := dev.Start(t.Context(), o)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		t.Cleanup(func() { s.Close() })
		eventually(t, "the helper", out, func() bool { return strings.Contains(out.String(), "version one helper") })
		return s, helper(t, out.String(), "one")
	}
	killed := &syncBuffer{}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asSession+"="+module(t), "TEST_RUNTIME="+runtime)
	cmd.Stdout, cmd.Stderr = killed, killed
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the helper", killed, func() bool { return strings.Contains(killed.String(), "version one helper") })
	eventually(t, "the session", killed, func() bool { return strings.Contains(killed.String(), "orders is ready") })
	orphan := helper(t, killed.String(), "one")

	live, kept := begin()
	if !orphan.IsAlive() {
		t.Fatal("a session that runs was swept away")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if !orphan.IsAlive() {
		t.Fatal("there is no orphan to clear")
	}
	last, _ := begin()
	eventually(t, "the end of the orphan", killed, func() bool { return !orphan.IsAlive() })
	if !kept.IsAlive() {
		t.Error("a process of a live session was killed")
	}
	if services, err := live.Client().Services(t.Context()); err != nil || len(services) != 1 {
		t.Errorf("the live session: got %v, %v", services, err)
	}
	if err := errors.Join(live.Close(), last.Close()); err != nil {
		t.Error(err)
	}
	isEmpty(t, runtime)
	isEmpty(t, programs)
}

func TestStartFailsWhole(t *testing.T) {
	dir, runtime := module(t), runtimeFolder(t)
	write(t, filepath.Join(dir, "cmd", "orders", "main.go"), "package main\n\nfunc {\n")
	o := options(dir)
	o.Runtime = runtime
	if s, err := dev.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "building orders") {
		t.Errorf("got %v, %v", s, err)
	}
	isEmpty(t, runtime)
	o.Go = "no-such-go"
	if _, err := dev.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "install Go from") {
		t.Errorf("without Go: got %v", err)
	}
	isEmpty(t, runtime)
	o.Load = func(string) (dev.Service, error) { return dev.Service{}, errors.New("no mintwright.yaml") }
	if _, err := dev.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no mintwright.yaml") {
		t.Errorf("got %v", err)
	}
	if _, err := dev.Start(t.Context(), dev.Options{}); err == nil {
		t.Error("started a session of nothing")
	}
}

// withStore is a service that has migrations.
const withStore = `package main

import (
	"fmt"
	"net/http"
	"os"
)

const broken = false

func main() {
	if len(os.Args) == 2 && os.Args[1] == "migrate" {
		fmt.Println("migrating", os.Getenv("DATABASE_URL"))
		if broken {
			os.Exit(3)
		}
		return
	}
	fmt.Println("serving", os.Getenv("DATABASE_URL"))
	http.ListenAndServe(os.Getenv("PROBE_ADDRESS"), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
}
`

// A service is migrated before it starts. When that fails after a change, the old one runs on.
func TestMigrate(t *testing.T) {
	dir := module(t)
	main := filepath.Join(dir, "cmd", "orders", "main.go")
	write(t, main, withStore)
	o := options(dir)
	o.Runtime = runtimeFolder(t)
	o.Environ = append(o.Environ, "DATABASE_URL=postgres:///mine")
	load := o.Load
	o.Load = func(dir string) (dev.Service, error) {
		svc, err := load(dir)
		svc.Database = true
		return svc, err
	}
	all := &syncBuffer{}
	o.Output, o.Progress = all, all
	s, err := dev.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	migrated, served := strings.Index(all.String(), "migrating postgres:///mine"), strings.Index(all.String(), "serving postgres:///mine")
	if migrated < 0 || served < migrated {
		t.Errorf("want the migrations, then the service:\n%s", all)
	}
	pid := s.Services()[0].PID
	write(t, main, strings.Replace(withStore, "broken = false", "broken = true", 1))
	eventually(t, "the message about the migration", all, func() bool {
		return strings.Contains(all.String(), "migrating the database of orders: exit status 3") && strings.Contains(all.String(), "the old orders runs on")
	})
	if got := s.Services()[0].PID; got != pid {
		t.Errorf("got the process %d, want the old one, %d", got, pid)
	}
}

// everything is a service that prints where it is told to listen, and what it is given.
const everything = `package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
)

func main() {
	for _, name := range []string{"HTTP", "GRPC", "PUBLIC", "METRICS", "CALL_SELF", "CALL_STRANGER"} {
		fmt.Println(name, os.Getenv(name+"_ADDRESS"))
	}
	fmt.Println("schedule", os.Getenv("SCHEDULE"), "broker", os.Getenv("NATS_URL"))
	_, err := tls.LoadX509KeyPair(os.Getenv("PUBLIC_CERT_FILE"), os.Getenv("PUBLIC_KEY_FILE"))
	fmt.Println("certificate", err)
	http.ListenAndServe(os.Getenv("PROBE_ADDRESS"), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
}
`

// A service is given the addresses that it needs and no other, also when what it serves has
// changed; a call leads to the port of its protocol.
func TestShapes(t *testing.T) {
	dir := module(t)
	main := filepath.Join(dir, "cmd", "orders", "main.go")
	write(t, main, everything)
	shape := dev.Service{
		Name: "orders", ID: orders, GRPC: true, Public: true, Metrics: true, Work: "schedule",
		Calls: []dev.Call{{Name: "self", ID: orders, GRPC: true}, {Name: "stranger", ID: orders}},
	}
	o := options(dir)
	o.Runtime, o.Environ = runtimeFolder(t), append(o.Environ, "NATS_URL=nats://mine")
	all := &syncBuffer{}
	o.Output, o.Progress = all, all
	var mu sync.Mutex
	o.Load = func(string) (dev.Service, error) {
		mu.Lock()
		defer mu.Unlock()
		return shape, nil
	}
	s, err := dev.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := s.Services()[0]
	port := func(url string) string {
		_, address, _ := strings.Cut(url, "://")
		return address
	}
	want := []string{
		"HTTP \n", "GRPC " + port(r.GRPC) + "\n", "PUBLIC " + port(r.Public) + "\n", "METRICS " + port(r.Metrics) + "\n",
		"CALL_SELF " + port(r.GRPC) + "\n", "CALL_STRANGER \n", "schedule @every 10s broker nats://mine\n", "certificate <nil>\n",
		"orders is ready: " + r.GRPC + ", " + r.Public + " (for the web), " + r.Metrics + "/metrics as " + orders.String() + "\n",
	}
	for _, line := range want {
		eventually(t, line, all, func() bool { return strings.Contains(all.String(), line) })
	}
	mu.Lock()
	shape = dev.Service{Name: "orders", ID: orders, HTTP: true, Work: "nats"}
	mu.Unlock()
	write(t, main, everything+"\n")
	eventually(t, "the new shape", all, func() bool { return strings.Contains(all.String(), "orders is ready: https://127.0.0.1:") })
	if r := s.Services()[0]; r.GRPC != "" || r.Public != "" || r.Metrics != "" || r.URL == "" {
		t.Errorf("got %+v", r)
	}

	// A worker alone is ready, too, and is not called.
	mu.Lock()
	shape = dev.Service{Name: "orders", ID: orders, Work: "nats"}
	mu.Unlock()
	write(t, main, everything+"\n\n")
	eventually(t, "the worker", all, func() bool { return strings.Contains(all.String(), "orders is ready: a worker as "+orders.String()) })
	for _, url := range []string{"/v1/greetings/Ada", "https://orders/orders.v1.GreetingService/GetGreeting"} {
		var refusal *dev.Refusal
		if _, err := s.Client().Call(t.Context(), dev.CallOptions{URL: url}); !errors.As(err, &refusal) || !strings.Contains(refusal.Fact, "answers nobody") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}
