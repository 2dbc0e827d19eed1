package natsqueue

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/acme/mailer/internal/identity/identitytest"
	"example.com/acme/mailer/internal/worker"
)

func options(url string) Options {
	return Options{URL: url, Name: "orders", Timeout: time.Minute, Logger: slog.New(slog.DiscardHandler)}
}

// TestRefusedURLs connects without TLS to nobody but this machine.
func TestRefusedURLs(t *testing.T) {
	for _, url := range []string{
		"", "tls://", "127.0.0.1:4222", "tls://%zz", "ws://127.0.0.1:4222", "tls://user:secret@nats:4222",
		"nats://nats:4222", "nats://192.0.2.1:4222", "nats://localhost:4222", "nats://127.0.0.1:4222,nats://nats:4222", "tls://nats:4222,nats://nats:4222",
	} {
		if q, err := Open(options(url)); err == nil {
			q.Close()
			t.Errorf("%q: taken", url)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error has the password: %v", url, err)
		}
	}
}

// TestNoBroker has a broker that never ends its first line, and something else that answers: the
// worker is not ready, says why, and ends when it is told to.
func TestNoBroker(t *testing.T) {
	ca := identitytest.NewCA(t, "acme.example")
	for _, test := range []struct {
		name, answer, want string
	}{
		{"endless", "INFO {" + strings.Repeat(" ", 2*maxGreeting), "first line is longer"},
		{"of another kind", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "first record does not look like a TLS handshake"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			address := listen(t, test.answer)
			o := options("tls://" + address)
			o.Server = spiffeid.RequireFromString("spiffe://acme.example/nats")
			o.Source = identitytest.NewSource(ca.SVID("spiffe://acme.example/orders", time.Hour), ca.Bundle())
			q, err := Open(o)
			if err != nil {
				t.Fatal(err)
			}
			defer q.Close()
			pool, err := worker.New(worker.Options{
				Source: q, Handle: func(context.Context, *worker.Job) error { return nil }, Concurrency: 1, Timeout: time.Minute,
				Logger: o.Logger, Tracers: noop.NewTracerProvider(), Meters: metricnoop.NewMeterProvider(),
			})
			if err != nil {
				t.Fatal(err)
			}
			go pool.Run() //nolint:errcheck // it has none
			begin := time.Now()
			for err = pool.Ready(); err == nil || !strings.Contains(err.Error(), test.want); err = pool.Ready() {
				if time.Since(begin) > 10*time.Second {
					t.Fatalf("got error %v, want one with %q", err, test.want)
				}
				time.Sleep(time.Millisecond)
			}
			if _, _, err := q.Lag(t.Context()); err == nil {
				t.Error("the broker has answered")
			}
			begin = time.Now()
			if err := pool.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if took := time.Since(begin); took > 2*connectTimeout {
				t.Errorf("it took %s to end", took)
			}
		})
	}
}

// listen accepts connections on a port of this machine, and answers each with text.
func listen(t *testing.T, text string) (address string) {
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
			_, _ = c.Write([]byte(text))
			t.Cleanup(func() { c.Close() })
		}
	}()
	return l.Addr().String()
}
