package httpserver

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"

	"example.com/acme/payments/v2/internal/identity"
	"example.com/acme/payments/v2/internal/identity/identitytest"
)

// raw opens a connection of client that speaks HTTP/1.1, for requests that net/http would
// not send.
func raw(t *testing.T, client *http.Client) net.Conn {
	t.Helper()
	transport := client.Transport.(*http.Transport)
	inner, err := transport.DialContext(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	config := transport.TLSClientConfig.Clone()
	config.NextProtos = []string{"http/1.1"}
	conn := tls.Client(inner, config)
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second)) //nolint:errcheck // the test fails anyway
	return conn
}

// say sends text over a new connection and returns the answer to it.
func say(t *testing.T, client *http.Client, text string) (*http.Response, string) {
	t.Helper()
	conn := raw(t, client)
	go io.WriteString(conn, text) //nolint:errcheck // a refused request may not be read to its end
	method, _, _ := strings.Cut(text, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%.60q: %v", text, err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response, string(body)
}

func echo(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	return WriteJSON(w, http.StatusOK, r.Method+" "+r.PathValue("rest")+" "+string(body))
}

func TestHostileRequests(t *testing.T) {
	_, client, log := start(t, []Route{
		{"GET /open/{rest}", echo},
		{"POST /open/{rest}", echo},
		{"GET /tree/{rest...}", echo},
		{"GET /closed/{rest...}", func(http.ResponseWriter, *http.Request) error { panic("reached") }},
	}, "GET /closed/{rest...}")
	tests := []struct {
		name, request string
		status        int
		want          string // in the body, or a header
	}{
		{"head", "HEAD /open/a HTTP/1.1", 200, ""},
		{"options", "OPTIONS /open/a HTTP/1.1", 405, "GET, HEAD, POST"},
		{"options of all", "OPTIONS * HTTP/1.1", 200, ""},
		{"connect", "CONNECT server:443 HTTP/1.1", 404, ""},
		{"connect to a path", "CONNECT /open/a HTTP/1.1", 405, ""},
		{"trace", "TRACE /open/a HTTP/1.1", 405, ""},
		{"absolute form", "GET https://elsewhere.example/open/a HTTP/1.1", 200, "GET a "},
		{"absolute form, closed", "GET http://elsewhere.example/closed/a HTTP/1.1", 403, ""},
		{"encoded slash", "GET /open/a%2Fb HTTP/1.1", 200, "GET a/b "},
		{"encoded way out", "GET /tree/%2e%2e/closed/a HTTP/1.1", 200, "GET ../closed/a "},
		{"encoded name", "GET /%63losed/a HTTP/1.1", 403, ""},
		{"double slash", "GET //closed/a HTTP/1.1", 307, "/closed/a"},
		{"double slash to a host", "GET //evil.example/x HTTP/1.1", 307, "Location:[/evil.example/x]"},
		{"dots", "GET /tree/../closed/a HTTP/1.1", 307, "/closed/a"},
		{"backslash", `GET /tree\..\closed HTTP/1.1`, 404, ""},
		{"no slash", "GET /tree HTTP/1.1", 307, "/tree/"},
		{"upper case", "GET /OPEN/a HTTP/1.1", 404, ""},
		{"lower case method", "get /open/a HTTP/1.1", 405, ""},
		{"zero byte", "GET /open/%00 HTTP/1.1", 200, `\u0000`},
		{"two hosts", "GET /open/a HTTP/1.1\r\nHost: b", 400, ""},
		{"length twice", "POST /open/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2", 400, ""},
		{"negative length", "POST /open/a HTTP/1.1\r\nContent-Length: -1", 400, ""},
		{"expected", "POST /open/a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9", 100, ""},
		{"closed, though it expects", "POST /nowhere HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999", 404, ""},
		{"unknown expectation", "POST /open/a HTTP/1.1\r\nExpect: wonders\r\nContent-Length: 1", 417, ""},
		{"long URL", "GET /open/" + strings.Repeat("a", 2*maxHeaderBytes) + " HTTP/1.1", 431, ""},
		{"long header", "GET /open/a HTTP/1.1\r\nA: " + strings.Repeat("a", 2*maxHeaderBytes), 431, ""},
		{"many headers", "GET /open/a HTTP/1.1" + strings.Repeat("\r\nA: a", maxHeaderBytes), 431, ""},
		{"upgrade", "GET /open/a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c", 200, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, body := say(t, client, test.request+"\r\nHost: server\r\n\r\n")
			if response.StatusCode != test.status || !strings.Contains(body+fmt.Sprint(response.Header), test.want) {
				t.Errorf("got %d %v %s, want %d with %q", response.StatusCode, response.Header, body, test.status, test.want)
			}
		})
	}
	if strings.Contains(log.String(), "panic") {
		t.Errorf("a handler panicked:\n%s", log)
	}
}

// TestSlowClients hold a connection no longer than the limit on headers, the handshake
// included.
func TestSlowClients(t *testing.T) {
	s, ca, _ := build(t, []Route{{"GET /", echo}})
	if s.http.ReadHeaderTimeout != readHeaderTimeout {
		t.Errorf("the limit on headers is %v, want %v", s.http.ReadHeaderTimeout, readHeaderTimeout)
	}
	s.http.ReadHeaderTimeout = time.Second / 2 // nobody waits that long in a test
	client := serve(t, s, ca)
	silent, err := client.Transport.(*http.Transport).DialContext(t.Context(), "tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	half := raw(t, client)
	if _, err := io.WriteString(half, "GET / HTTP/1.1\r\nHost: ser"); err != nil {
		t.Fatal(err)
	}
	for name, conn := range map[string]net.Conn{"before the handshake": silent, "within a header": half} {
		conn.SetReadDeadline(time.Now().Add(5 * time.Second)) //nolint:errcheck // the test fails anyway
		if _, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: the connection is still open", name)
		}
	}
}

// TestPanics of every kind are answered, but for the one that asks for no answer.
func TestPanics(t *testing.T) {
	_, client, _ := start(t, []Route{
		{"GET /nil", func(http.ResponseWriter, *http.Request) error { panic(nil) }},
		{"GET /wrapped", func(http.ResponseWriter, *http.Request) error { panic(fmt.Errorf("not %w", http.ErrAbortHandler)) }},
		{"GET /status", func(http.ResponseWriter, *http.Request) error { return new(Problem) }},
		{"GET /abort", func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }},
	})
	for _, path := range []string{"/nil", "/wrapped", "/status"} {
		if response, body := call(t, client, "GET", path, nil); response.StatusCode != 500 || !strings.Contains(body, "Internal Server Error") {
			t.Errorf("%s: got %d %s", path, response.StatusCode, body)
		}
	}
	if response, err := client.Get("https://server/abort"); err == nil {
		t.Errorf("the aborted request was answered: %d", response.StatusCode)
	}
}

// TestFailureForgetsItsAnswer: a problem does not bear the headers of what was not sent.
func TestFailureForgetsItsAnswer(t *testing.T) {
	_, client, _ := start(t, []Route{{"GET /", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Length", "3")
		w.Header().Set("Content-Encoding", "br")
		w.Header().Set("ETag", "x")
		return errors.New("broken")
	}}})
	response, body := call(t, client, "GET", "/", nil)
	if !strings.Contains(body, "Internal Server Error") || response.Header.Get("Content-Encoding")+response.Header.Get("ETag") != "" {
		t.Errorf("got %v %s", response.Header, body)
	}
}

// TestHijack: a handler may take over a connection of HTTP/1.1, which still ends in time.
func TestHijack(t *testing.T) {
	_, client, _ := start(t, []Route{{"GET /", func(w http.ResponseWriter, _ *http.Request) error {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return &Problem{Status: http.StatusUpgradeRequired}
		}
		defer conn.Close()
		if _, ok := conn.(*tls.Conn).NetConn().(*identity.Conn); !ok {
			return errors.New("nothing ends this connection")
		}
		_, err = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n\r\n")
		return errors.Join(err, errors.New("after the end"))
	}}})
	if response, _ := say(t, client, "GET / HTTP/1.1\r\nHost: server\r\n\r\n"); response.StatusCode != 101 {
		t.Errorf("HTTP/1.1: got %d", response.StatusCode)
	}
	if response, _ := call(t, client, "GET", "/", nil); response.StatusCode != 426 {
		t.Errorf("HTTP/2: got %d, want the error of the handler", response.StatusCode)
	}
}

// TestOwnCatchAll: a route for everything takes the place of the answers 404 and 405.
func TestOwnCatchAll(t *testing.T) {
	for _, pattern := range []string{"/", "/{rest...}"} {
		_, client, _ := start(t, []Route{{pattern, echo}})
		if response, _ := call(t, client, "PATCH", "/any/where", nil); response.StatusCode != 200 {
			t.Errorf("%s: got %d", pattern, response.StatusCode)
		}
	}
	_, client, _ := start(t, []Route{{"GET /", echo}})
	if response, _ := call(t, client, "PATCH", "/any/where", nil); response.StatusCode != 405 || response.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("got %d, Allow %q", response.StatusCode, response.Header.Get("Allow"))
	}
}

// TestInvalidRoutes are one error at the start.
func TestInvalidRoutes(t *testing.T) {
	ca := identitytest.NewCA(t, serverID.TrustDomain().Name())
	access, err := identity.NewAuthorizer(nil, slog.New(slog.DiscardHandler), noop.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(Options{
		Source:    identitytest.NewSource(ca.SVID(serverID.String(), time.Hour), ca.Bundle()),
		Access:    access,
		Telemetry: func(next http.Handler) (http.Handler, error) { return next, nil },
		Logger:    slog.New(slog.DiscardHandler),
	}, []Route{{"GET /a", echo}, {"GET /a", echo}, {"GET /{x}/b", echo}, {"GET /c/{y}", echo}, {"GET", echo}})
	for _, want := range []string{`route "GET /a": `, `route "GET /c/{y}": `, `route "GET": `} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s in it", err, want)
		}
	}
}

// TestServeAfterShutdown ends at once, and leaves no listener open.
func TestServeAfterShutdown(t *testing.T) {
	s, _, _ := start(t, nil)
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(l); err != nil {
		t.Error(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is open: %v", err)
	}
}
