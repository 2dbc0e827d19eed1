package difftest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"

	"github.com/mintwright/mintwright/blueprints/service/instrument"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
)

// sent is a case of the client's corpus: what it does, and what it says of it.
type sent struct {
	name string
	do   func(ctx context.Context, client *http.Client, url string) string
}

// send sends a request, reads the answer with read, and tells both.
func send(method, path, body string, read func(*http.Response) string) func(context.Context, *http.Client, string) string {
	return func(ctx context.Context, client *http.Client, url string) string {
		r, err := http.NewRequestWithContext(ctx, method, url+path, strings.NewReader(body))
		if err != nil {
			return err.Error()
		}
		if body == "" {
			r.Body = http.NoBody
		}
		r.Header.Set("X-Own", "1")
		answer, err := client.Do(r)
		if len(r.Header) != 1 {
			return fmt.Sprintf("the caller's headers were changed: %v", r.Header)
		}
		if err != nil {
			return err.Error()
		}
		return answer.Status + " " + read(answer)
	}
}

func readAll(answer *http.Response) string {
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return fmt.Sprintf("%s %v", short(string(body)), err)
}

func sends() []sent {
	list := []sent{
		{"get", send("GET", "/ok", "", readAll)},
		{"query and fragment", send("GET", "/ok?a=b#c", "", readAll)},
		{"head", send("HEAD", "/ok", "", readAll)},
		{"made up method", send("BREW", "/ok", "", readAll)},
		{"lower case method", send("get", "/ok", "", readAll)},
		{"post", send("POST", "/echo", "hello", readAll)},
		{"large", send("POST", "/echo", large, readAll)},
		{"body not taken", send("POST", "/ok", "hello", readAll)},
		{"redirect not followed", send("GET", "/redirect", "", readAll)},
		{"body not read", send("GET", "/large", "", func(answer *http.Response) string { return fmt.Sprint(answer.Body.Close()) })},
		{"body read in part", send("GET", "/large", "", func(answer *http.Response) string {
			defer answer.Body.Close()
			n, err := io.ReadFull(answer.Body, make([]byte, 10))
			return fmt.Sprint(n, err)
		})},
		{"body closed twice", send("GET", "/ok", "", func(answer *http.Response) string {
			return readAll(answer) + fmt.Sprint(answer.Body.Close(), answer.Body.Close())
		})},
		{"body cut", send("GET", "/cut", "", readAll)},
		{"answer cut", send("GET", "/abort", "", readAll)},
		{"upgrade", send("GET", "/upgrade", "", func(answer *http.Response) string {
			conn, ok := answer.Body.(io.ReadWriteCloser)
			if !ok {
				return "cannot write " + readAll(answer)
			}
			defer conn.Close()
			_, err := io.WriteString(conn, "ping\n")
			line, readErr := bufio.NewReader(conn).ReadString('\n')
			return fmt.Sprint(line, err, readErr)
		})},
		{"refused", func(ctx context.Context, client *http.Client, _ string) string {
			return send("GET", "/ok", "", readAll)(ctx, client, "http://127.0.0.1:1")
		}},
		{"refused with a body", func(ctx context.Context, client *http.Client, _ string) string {
			return send("POST", "/ok", "hello", readAll)(ctx, client, "http://127.0.0.1:1")
		}},
		{"no such scheme", func(ctx context.Context, client *http.Client, _ string) string {
			return send("GET", "/ok", "", readAll)(ctx, client, "foo://127.0.0.1:1")
		}},
		{"usual port", func(ctx context.Context, client *http.Client, _ string) string {
			return send("GET", "/ok", "", readAll)(ctx, client, "http://127.0.0.1:80")
		}},
		{"IPv6", func(ctx context.Context, client *http.Client, _ string) string {
			return send("GET", "/ok", "", readAll)(ctx, client, "http://[::1]:1")
		}},
		{"user in the URL", func(ctx context.Context, client *http.Client, url string) string {
			return send("GET", "/ok", "", readAll)(ctx, client, strings.Replace(url, "//", "//user:secret@", 1))
		}},
		{"timeout", func(ctx context.Context, client *http.Client, url string) string {
			ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			defer cancel()
			return send("GET", "/wait", "", readAll)(ctx, client, url)
		}},
		{"cancelled before", func(ctx context.Context, client *http.Client, url string) string {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return send("GET", "/ok", "", readAll)(ctx, client, url)
		}},
		{"cancelled while reading", func(ctx context.Context, client *http.Client, url string) string {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return send("GET", "/half", "", func(answer *http.Response) string {
				_, err := io.ReadFull(answer.Body, make([]byte, len("half")))
				cancel()
				return fmt.Sprint(err, readAll(answer))
			})(ctx, client, url)
		}},
		{"parent and baggage", func(ctx context.Context, client *http.Client, url string) string {
			member, err := baggage.NewMember("a", "b")
			if err != nil {
				return err.Error()
			}
			bag, err := baggage.New(member)
			if err != nil {
				return err.Error()
			}
			return send("GET", "/headers", "", readAll)(baggage.ContextWithBaggage(ctx, bag), client, url)
		}},
	}
	for _, status := range []string{"201", "204", "304", "400", "404", "429", "500", "503", "599", "600"} {
		list = append(list, sent{"status " + status, send("GET", "/status/"+status, "", readAll)})
	}
	return list
}

// answering is the other side of the calls; saw is what it saw of them.
func answering(saw *[]string) http.Handler {
	mux := http.NewServeMux()
	server := &world{entered: make(chan struct{}, 1)}
	mux.Handle("/", server.mux())
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	mux.HandleFunc("/headers", func(_ http.ResponseWriter, r *http.Request) {
		*saw = append(*saw, fmt.Sprintf("server: baggage %v", r.Header["Baggage"]))
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusFound) })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "begin")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("/abort", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/wait", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/half", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/upgrade", func(w http.ResponseWriter, _ *http.Request) {
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return // over HTTP/2
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_, _ = io.CopyN(conn, buffered, 5)
	})
	return mux
}

// TestHTTPClient compares instrument.HTTPClient to telemetry.Transport.
func TestHTTPClient(t *testing.T) {
	const (
		scope = "the scope is the service's own, and says the conventions' version"
		kind  = "otelhttp has one word for an error on the span and another in the metrics"
		odd   = "a status that nobody sends needs no text of its own"
	)
	d := &differences{allowed: []allowed{
		{"theirs", "", ": scope go.opentelemetry.io/contrib/", scope},
		{"ours", "", ": scope instrument https://opentelemetry.io/schemas/1.43.0", scope},
		{"theirs", "", `metric http.client.request.duration: error.type = STRING "`, kind},
		{"ours", "", `metric http.client.request.duration: error.type = STRING "*`, kind},
		{"theirs", "", `metric http.client.request.body.size: error.type = STRING "`, kind},
		{"ours", "", `metric http.client.request.body.size: error.type = STRING "*`, kind},
		{"theirs", "status 600", `status Error "Invalid HTTP status code 600"`, odd},
		{"ours", "status 600", `status Error ""`, odd},
	}}
	for _, c := range sends() {
		for _, protocol := range []string{"HTTP/1.1", "HTTP/2"} {
			name := protocol + " " + c.name
			if name == "HTTP/2 body not taken" {
				continue // how much is sent before the answer comes is different each time
			}
			t.Run(name, func(t *testing.T) {
				saw := new([]string)
				server := httptest.NewUnstartedServer(answering(saw))
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.EnableHTTP2 = true
				if protocol == "HTTP/2" {
					server.StartTLS()
				} else {
					server.Start()
				}
				defer server.Close()
				theirs := receive(t, c, server, saw, func(next http.RoundTripper, o *observer) (http.RoundTripper, error) {
					return telemetry.Transport(next, o.tp, o.mp), nil
				})
				ours := receive(t, c, server, saw, func(next http.RoundTripper, o *observer) (http.RoundTripper, error) {
					return instrument.HTTPClient(next, o.tp, o.mp)
				})
				d.compare(t, name, theirs, ours)
			})
		}
	}
	d.done(t)
}

func receive(t *testing.T, c sent, server *httptest.Server, saw *[]string, wrap func(http.RoundTripper, *observer) (http.RoundTripper, error)) []string {
	t.Helper()
	o := newObserver()
	*saw = nil
	inner := server.Client().Transport.(*http.Transport).Clone()
	defer inner.CloseIdleConnections()
	var injected string
	transport, err := wrap(roundTripper(func(r *http.Request) (*http.Response, error) {
		injected = r.Header.Get("Traceparent")
		return inner.RoundTrip(r)
	}), o)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	result := c.do(ctx, client, server.URL)
	lines := slices.Concat([]string{"client: " + result}, *saw, o.lines(t))
	for _, span := range o.spans.GetSpans() {
		want := fmt.Sprintf("00-%s-%s-01", span.SpanContext.TraceID(), span.SpanContext.SpanID())
		lines = append(lines, fmt.Sprintf("traceparent is of the span: %v", injected == want))
	}
	return lines
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
