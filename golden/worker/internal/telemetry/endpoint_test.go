package telemetry

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestEndpoint(t *testing.T) {
	const all, own = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	const remote, local = "collector.example:4317", "127.0.0.1:4317"
	for _, c := range []struct {
		name      string
		address   string
		plaintext bool
		env       map[string]string
		want      string // or, of an error, the variable it names
	}{
		{"built in", remote, false, nil, "https://collector.example:4317/v1/traces"},
		{"built in, plaintext", local, true, nil, "http://127.0.0.1:4317/v1/traces"},
		{"moved", remote, false, map[string]string{all: "https://other.example:4317"}, "https://other.example:4317/v1/traces"},
		{"moved below a path", remote, false, map[string]string{all: "https://other.example:4317/otlp/"}, "https://other.example:4317/otlp/v1/traces"},
		{"own goes before all", remote, false, map[string]string{all: "https://a.example:1", own: "https://b.example:2/x"}, "https://b.example:2/x"},
		{"own as it is", remote, false, map[string]string{own: "https://b.example:2"}, "https://b.example:2/"},
		{"plaintext to loopback", remote, false, map[string]string{all: "http://127.0.0.1:4317"}, "http://127.0.0.1:4317/v1/traces"},
		{"plaintext to localhost", remote, false, map[string]string{all: "http://localhost:4317"}, "http://localhost:4317/v1/traces"},
		{"plaintext to IPv6 loopback", remote, false, map[string]string{all: "http://[::1]:4317"}, "http://[::1]:4317/v1/traces"},
		{"TLS into plaintext", remote, false, map[string]string{all: "http://other.example:4317"}, all},
		{"TLS into plaintext, own", remote, false, map[string]string{own: "http://other.example:4317"}, own},
		{"TLS into plaintext by a name like loopback", remote, false, map[string]string{all: "http://127.0.0.1.example:4317"}, all},
		{"TLS into plaintext by user info", remote, false, map[string]string{all: "http://127.0.0.1:1@other.example:4317"}, all},
		{"TLS into plaintext, loopback address with TLS", local, false, map[string]string{all: "http://other.example:4317"}, all},
		{"plaintext leaves loopback", local, true, map[string]string{all: "http://other.example:4317"}, all},
		{"plaintext was chosen", remote, true, map[string]string{all: "http://other.example:4317"}, "http://other.example:4317/v1/traces"},
		{"TLS that was not chosen", local, true, map[string]string{all: "https://other.example:4317"}, all},
		{"no scheme", remote, false, map[string]string{all: "other.example:4317"}, all},
		{"no port", remote, false, map[string]string{all: "https://other.example"}, all},
		{"unix", remote, false, map[string]string{all: "unix:///tmp/socket"}, all},
		{"not a URL", remote, false, map[string]string{all: "https://%zz:1"}, all},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := endpoint(func(name string) string { return c.env[name] }, "traces", c.address, c.plaintext)
			if strings.HasPrefix(c.want, "http") {
				if err != nil || got.String() != c.want {
					t.Errorf("got %v, %v, want %s", got, err, c.want)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got %v, %v, want an error that names %s", got, err, c.want)
			}
		})
	}
}

// silent accepts connections and never answers.
func silent(t *testing.T) Collector {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
		}
	}()
	return Collector{Address: l.Addr().String()}
}

// refusing is a port where nobody listens.
func refusing(t *testing.T) Collector {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return Collector{Address: l.Addr().String()}
}

// accepting takes whatever it is sent, over TLS, and remembers paths and headers.
func accepting(t *testing.T) (Collector, *requests) {
	t.Helper()
	seen := &requests{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.add(r)
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			w.Header().Set("Content-Type", "application/grpc")
			w.Header().Set("Trailer", "Grpc-Status")
			_, _ = w.Write(make([]byte, 5)) // a frame that holds an empty message
			w.Header().Set("Grpc-Status", "0")
		}
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return Collector{Address: s.Listener.Addr().String(), TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}}, seen
}

type requests struct {
	mu   sync.Mutex
	list []string
}

func (q *requests) add(r *http.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	encoding := r.Header.Get("Content-Encoding") + r.Header.Get("Grpc-Encoding")
	q.list = append(q.list, strings.Join([]string{r.URL.Path, r.Header.Get("X-Tenant"), encoding}, " "))
}

// want fails unless every request was for path with the settings of environment.
func (q *requests) want(t *testing.T, path string) {
	t.Helper()
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.list) == 0 {
		t.Fatal("the collector got nothing")
	}
	for _, got := range q.list {
		if want := path + " shop gzip"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// environment sets headers and compression, which stay usable, and what must not weaken TLS.
func environment(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=shop")
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	t.Setenv("OTEL_EXPORTER_OTLP_INSECURE", "true") // CheckEnvironment refuses it; it must have no effect besides
}
