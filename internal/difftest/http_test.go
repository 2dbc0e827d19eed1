package difftest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/mintwright/mintwright/blueprints/service/instrument"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
)

// request is a case of the server's corpus.
type request struct {
	name         string
	method, path string
	headers      []string // "Name: value"
	body         string
	only1        bool // it cannot be said in HTTP/2, or not by Go's client
	version      string
	stranger     bool // the caller is not trusted
	leaves       bool // the caller leaves when the handler has the request
}

const (
	traceparent = "Traceparent: 00-" + callerTrace + "-b7ad6b7169203331-01"
	unsampled   = "Traceparent: 00-" + callerTrace + "-b7ad6b7169203331-00"
)

var large = strings.Repeat("0123456789abcdef", 16<<10)

func requests() []request {
	list := []request{
		{name: "plain", method: "GET", path: "/ok/1"},
		{name: "query", method: "GET", path: "/ok/1?secret=x&y=%20"},
		{name: "head", method: "HEAD", path: "/ok/1"},
		{name: "head of much", method: "HEAD", path: "/large"},
		{name: "options", method: "OPTIONS", path: "/any/1"},
		{name: "options of all", method: "OPTIONS", path: "*", only1: true},
		{name: "trace", method: "TRACE", path: "/any/1"},
		{name: "connect", method: "CONNECT", path: "/any/1", only1: true},
		{name: "put", method: "PUT", path: "/any/1", body: "x"},
		{name: "patch", method: "PATCH", path: "/any/1", body: "x"},
		{name: "delete", method: "DELETE", path: "/any/1"},
		{name: "lower case", method: "get", path: "/any/1"},
		{name: "lower case, routed by method", method: "get", path: "/ok/1"},
		{name: "made up", method: "BREW", path: "/any/1"},
		{name: "made up, long", method: strings.Repeat("X", 4000), path: "/any/1"},
		{name: "no route", method: "GET", path: "/nowhere"},
		{name: "no such method", method: "POST", path: "/ok/1", body: "x"},
		{name: "route of a host", method: "GET", path: "/hosted"},
		{name: "route of all", method: "GET", path: "/any/a/b/c"},
		{name: "redirect of the mux", method: "GET", path: "//ok/../ok/1"},
		{name: "root", method: "GET", path: "/"},

		{name: "empty", method: "GET", path: "/empty"},
		{name: "large answer", method: "GET", path: "/large"},
		{name: "echo", method: "POST", path: "/echo", body: "hello"},
		{name: "large echo", method: "POST", path: "/echo", body: large},
		{name: "echo of nothing", method: "POST", path: "/echo"},
		{name: "unread", method: "POST", path: "/unread", body: "hello"},
		{name: "unread, large", method: "POST", path: "/unread", body: large},
		{name: "read in part", method: "POST", path: "/part", body: "hello"},
		{name: "form with a file", method: "POST", path: "/form", body: form, headers: []string{"Content-Type: multipart/form-data; boundary=b"}},
		{name: "chunked", method: "POST", path: "/echo", headers: []string{"Transfer-Encoding: chunked"}, body: "5\r\nhello\r\n0\r\nX-End: y\r\n\r\n", only1: true},
		{name: "broken chunk", method: "POST", path: "/echo", headers: []string{"Transfer-Encoding: chunked"}, body: "zz\r\n", only1: true},
		{name: "expects", method: "POST", path: "/unread", headers: []string{"Expect: 100-continue"}, body: "hello", only1: true},
		{name: "early hints", method: "GET", path: "/hints"},
		{name: "header twice", method: "GET", path: "/twice"},
		{name: "write without room", method: "GET", path: "/status/204"},
		{name: "trailers", method: "GET", path: "/trailers"},
		{name: "stream", method: "GET", path: "/stream"},
		{name: "flush first", method: "GET", path: "/flush"},
		{name: "flush by controller", method: "GET", path: "/controller"},
		{name: "hijack", method: "GET", path: "/hijack", only1: true},
		{name: "hijack in vain", method: "GET", path: "/hijack/not"},
		{name: "copy", method: "GET", path: "/copy"},
		{name: "copy of a file", method: "GET", path: "/file"},
		{name: "abilities", method: "GET", path: "/abilities"},
		{name: "panic", method: "GET", path: "/panic"},
		{name: "panic with an error", method: "GET", path: "/panic/error"},
		{name: "panic after", method: "GET", path: "/panic/after"},
		{name: "abort", method: "GET", path: "/panic/abort"},
		{name: "leaves", method: "GET", path: "/leaves", leaves: true},

		{name: "friend", method: "GET", path: "/ok/1", headers: []string{traceparent, "Baggage: a=b;p=q,c=%20d", "Tracestate: x=y"}},
		{name: "stranger", method: "GET", path: "/ok/1", headers: []string{traceparent, "Baggage: a=b", "Tracestate: x=y"}, stranger: true},
		{name: "unsampled stranger", method: "GET", path: "/ok/1", headers: []string{unsampled}, stranger: true},
		{name: "stranger with nothing", method: "GET", path: "/ok/1", stranger: true},
		{name: "unsampled friend", method: "GET", path: "/ok/1", headers: []string{unsampled, "Baggage: a=b"}},
		{name: "baggage alone", method: "GET", path: "/ok/1", headers: []string{"Baggage: a=b"}},
		{name: "baggage twice", method: "GET", path: "/ok/1", headers: []string{"Baggage: a=b", "Baggage: c=d"}},
		{name: "bad baggage", method: "GET", path: "/ok/1", headers: []string{traceparent, "Baggage: =;,\xff=%zz"}, only1: true},
		{name: "large baggage", method: "GET", path: "/ok/1", headers: []string{traceparent, "Baggage: a=" + strings.Repeat("b", 9000)}},
		{name: "much baggage", method: "GET", path: "/ok/1", headers: []string{traceparent, "Baggage: " + strings.Repeat("a=b,", 200) + "c=d"}},
		{name: "bad tracestate", method: "GET", path: "/ok/1", headers: []string{traceparent, "Tracestate: ====,,\x01"}, only1: true},
		{name: "long tracestate", method: "GET", path: "/ok/1", headers: []string{traceparent, "Tracestate: " + strings.Repeat("a=b,", 40) + "c=d"}},
		{name: "tracestate twice", method: "GET", path: "/ok/1", headers: []string{traceparent, "Tracestate: a=b", "Tracestate: c=d"}},
		{name: "tracestate alone", method: "GET", path: "/ok/1", headers: []string{"Tracestate: a=b"}},
		{name: "two parents", method: "GET", path: "/ok/1", headers: []string{traceparent, "Traceparent: 00-11111111111111111111111111111111-b7ad6b7169203331-01"}},

		{name: "host with port", method: "GET", path: "/ok/1", headers: []string{"Host: orders.example:8443"}},
		{name: "host with usual port", method: "GET", path: "/ok/1", headers: []string{"Host: orders.example:80"}},
		{name: "host with the other usual port", method: "GET", path: "/ok/1", headers: []string{"Host: orders.example:443"}},
		{name: "host IPv6", method: "GET", path: "/ok/1", headers: []string{"Host: [::1]:99"}},
		{name: "host IPv6 without port", method: "GET", path: "/ok/1", headers: []string{"Host: [::1]"}},
		{name: "host of many colons", method: "GET", path: "/ok/1", headers: []string{"Host: a:b:c"}, only1: true},
		{name: "host without end", method: "GET", path: "/ok/1", headers: []string{"Host: [::1"}, only1: true},
		{name: "host with a word as port", method: "GET", path: "/ok/1", headers: []string{"Host: a:http"}, only1: true},
		{name: "host with a high port", method: "GET", path: "/ok/1", headers: []string{"Host: a:99999"}, only1: true},
		{name: "host with port 0", method: "GET", path: "/ok/1", headers: []string{"Host: a:0"}, only1: true},
		{name: "no host", method: "GET", path: "/ok/1", headers: []string{"Host: "}, only1: true},
		{name: "version 1.0", method: "GET", path: "/ok/1", version: "HTTP/1.0", only1: true},
		{name: "version 1.7", method: "GET", path: "/ok/1", version: "HTTP/1.7", only1: true},
		{name: "absolute", method: "GET", path: "http://elsewhere.example:81/ok/1", only1: true},
		{name: "agent", method: "GET", path: "/ok/1", headers: []string{"User-Agent: curl/8"}},
		{name: "bad agent", method: "GET", path: "/ok/1", headers: []string{"User-Agent: \xff\xfe"}, only1: true},
		{name: "forwarded", method: "GET", path: "/ok/1", headers: []string{"X-Forwarded-For: 10.0.0.1, 10.0.0.2"}},
		{name: "forwarded twice", method: "GET", path: "/ok/1", headers: []string{"X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: 10.0.0.2"}},
		{name: "forwarded by nobody", method: "GET", path: "/ok/1", headers: []string{"X-Forwarded-For: ,"}},
		{name: "bad path", method: "GET", path: "/ok/%ff%fe%00"},
		{name: "bad path, raw", method: "GET", path: "/ok/\xff", only1: true},
	}
	for _, status := range []int{101, 200, 201, 301, 304, 400, 404, 418, 499, 500, 503, 599, 600, 999} {
		list = append(list, request{name: fmt.Sprint("status ", status), method: "GET", path: fmt.Sprint("/status/", status), only1: status == 101})
	}
	for i, garbage := range []string{
		"", "00", "garbage", "00-" + callerTrace + "-b7ad6b7169203331", "ff-" + callerTrace + "-b7ad6b7169203331-01",
		"00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-" + callerTrace + "-0000000000000000-01",
		"00-" + strings.ToUpper(callerTrace) + "-b7ad6b7169203331-01", "01-" + callerTrace + "-b7ad6b7169203331-01-more",
		"00-" + callerTrace + "-b7ad6b7169203331-zz", strings.Repeat("0", 10000),
	} {
		list = append(list,
			request{name: fmt.Sprint("bad traceparent ", i), method: "GET", path: "/ok/1", headers: []string{"Traceparent: " + garbage, "Baggage: a=b"}},
			request{name: fmt.Sprint("bad traceparent of a stranger ", i), method: "GET", path: "/ok/1", headers: []string{"Traceparent: " + garbage, "Baggage: a=b"}, stranger: true})
	}
	return list
}

var form = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n" + large + "\r\n--b--\r\n"

// world is a server whose handlers tell what they see.
type world struct {
	entered chan struct{} // the handler of /leaves has the request
	files   []string      // that a form was put into
	saw     []string
	file    string // to be copied
}

func (s *world) mux() *http.ServeMux {
	mux := http.NewServeMux()
	text := func(w http.ResponseWriter, text string) { _, _ = io.WriteString(w, text) }
	handle := func(pattern string, h http.HandlerFunc) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.saw = append(s.saw, "handler: baggage "+members(r.Context()))
			s.saw = append(s.saw, fmt.Sprintf("handler: caller's trace %v, remote %v", trace.SpanContextFromContext(r.Context()).TraceID().String() == callerTrace,
				trace.SpanContextFromContext(r.Context()).IsRemote()))
			h(w, r)
		})
	}
	handle("GET /ok/{id}", func(w http.ResponseWriter, r *http.Request) { text(w, "hello "+r.PathValue("id")) })
	handle("GET orders.example/hosted", func(w http.ResponseWriter, _ *http.Request) { text(w, "hosted") })
	handle("/any/{rest...}", func(w http.ResponseWriter, r *http.Request) { text(w, r.Method) })
	handle("GET /empty", func(http.ResponseWriter, *http.Request) {})
	handle("GET /large", func(w http.ResponseWriter, _ *http.Request) { text(w, large) })
	handle("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = w.Write(b)
	})
	handle("POST /unread", func(w http.ResponseWriter, _ *http.Request) { text(w, "no") })
	handle("POST /part", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadFull(r.Body, make([]byte, 2))
		text(w, "no")
	})
	handle("POST /form", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil {
			panic(err)
		}
		for _, header := range r.MultipartForm.File["f"] {
			f, err := header.Open()
			if err != nil {
				panic(err)
			}
			s.files = append(s.files, f.(interface{ Name() string }).Name())
			f.Close()
		}
		text(w, "kept")
	})
	handle("GET /hints", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a>")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusAccepted)
		text(w, "then")
	})
	handle("GET /twice", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		w.WriteHeader(http.StatusInternalServerError)
	})
	handle("GET /status/{status}", func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.PathValue("status"))
		w.WriteHeader(status)
		_, err := io.WriteString(w, "body")
		s.saw = append(s.saw, fmt.Sprintf("handler: writing: %v", err))
	})
	handle("GET /trailers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-End")
		text(w, "begin")
		w.Header().Set("X-End", "end")
		w.Header().Set(http.TrailerPrefix+"X-Other", "other")
	})
	handle("GET /stream", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 {
			text(w, "part")
			w.(http.Flusher).Flush()
		}
	})
	handle("GET /flush", func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		w.WriteHeader(http.StatusInternalServerError)
	})
	handle("GET /controller", func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		text(w, "part")
		s.saw = append(s.saw, fmt.Sprintf("handler: controller %v %v %v %v", c.Flush(),
			c.SetReadDeadline(time.Now().Add(time.Minute)), c.SetWriteDeadline(time.Now().Add(time.Minute)), c.EnableFullDuplex()))
	})
	handle("GET /hijack", func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 299 Mine\r\n\r\nmine")
		conn.Close()
	})
	handle("GET /hijack/not", func(w http.ResponseWriter, _ *http.Request) {
		_, ok := w.(http.Hijacker)
		text(w, fmt.Sprint(ok))
	})
	handle("GET /copy", func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.Copy(w, io.LimitReader(strings.NewReader(large), 100_000))
		s.saw = append(s.saw, fmt.Sprintf("handler: copied %d, %v", n, err))
	})
	handle("GET /file", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, s.file) })
	handle("GET /abilities", func(w http.ResponseWriter, _ *http.Request) {
		_, flusher := w.(http.Flusher)
		_, hijacker := w.(http.Hijacker)
		_, readerFrom := w.(io.ReaderFrom)
		_, pusher := w.(http.Pusher)
		_, closeNotifier := w.(interface{ CloseNotify() <-chan bool })
		_, stringWriter := w.(io.StringWriter)
		_, unwrapper := w.(interface{ Unwrap() http.ResponseWriter })
		for name, able := range map[string]bool{
			"http.Flusher": flusher, "http.Hijacker": hijacker, "io.ReaderFrom": readerFrom, "http.Pusher": pusher,
			"http.CloseNotifier": closeNotifier, "io.StringWriter": stringWriter, "Unwrap": unwrapper,
		} {
			s.saw = append(s.saw, fmt.Sprintf("handler: is %s: %v", name, able))
		}
	})
	handle("GET /panic", func(http.ResponseWriter, *http.Request) { panic("aah") })
	handle("GET /panic/error", func(http.ResponseWriter, *http.Request) { panic(errors.New("aah")) })
	handle("GET /panic/after", func(w http.ResponseWriter, _ *http.Request) { text(w, "begun"); panic("aah") })
	handle("GET /panic/abort", func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) })
	handle("GET /leaves", func(w http.ResponseWriter, r *http.Request) {
		s.entered <- struct{}{}
		<-r.Context().Done()
		w.WriteHeader(499)
		_, _ = io.WriteString(w, "nobody")
	})
	return mux
}

// members tells the baggage of ctx in a fixed order.
func members(ctx context.Context) string {
	var all []string
	for _, member := range baggage.FromContext(ctx).Members() {
		all = append(all, member.String())
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

type middleware func(http.Handler, *observer, func(*http.Request) bool) (http.Handler, error)

// TestHTTPServer compares instrument.HTTPServer to telemetry.Middleware.
func TestHTTPServer(t *testing.T) {
	const (
		scope   = "the scope is the service's own, and says the conventions' version"
		outside = "a handler outside of the telemetry sees the route, too"
		panics  = "what panicked is counted with the status that was sent; 500, and an error, if none was"
		copied  = "otelhttp does not count what goes by io.ReaderFrom"
		old     = "deprecated, or of no use to a service: Unwrap still gets there"
		odd     = "a status that nobody sends needs no text of its own"
	)
	d := &differences{allowed: []allowed{
		{"theirs", "", ": scope go.opentelemetry.io/contrib/", scope},
		{"ours", "", ": scope instrument https://opentelemetry.io/schemas/1.43.0", scope},
		{"theirs", "", `, pattern ""`, outside},
		{"ours", "", `, pattern "`, outside},
		{"ours", "panic", "metric http.server.", panics},
		{"ours", "panic", "http.response.status_code = INT64", panics},
		{"ours", "panic after", `http.response.body.size = INT64 "5"`, panics},
		{"ours", "panic after", `kind server status Unset ""`, panics},
		{"ours", "panic", `kind server status Error ""`, panics},
		{"theirs", "panic", `kind server status Unset ""`, panics},
		{"ours", "abort", "metric http.server.", panics},
		{"ours", "abort", `http.response.status_code = INT64 "500"`, panics},
		{"ours", "abort", `kind server status Error ""`, panics},
		{"theirs", "abort", `kind server status Unset ""`, panics},
		{"theirs", "1.1 copy", "metric http.server.response.body.size: count 1, sum 0", copied},
		{"ours", "1.1 copy", "metric http.server.response.body.size: count 1, sum ", copied},
		{"ours", "1.1 copy", "http.response.body.size = INT64", copied},
		{"theirs", "abilities", "is http.CloseNotifier: true", old},
		{"ours", "abilities", "is http.CloseNotifier: false", old},
		{"theirs", "2 abilities", "is http.Pusher: true", old},
		{"ours", "2 abilities", "is http.Pusher: false", old},
		{"theirs", "abilities", "is io.StringWriter: true", old},
		{"ours", "abilities", "is io.StringWriter: false", old},
		{"theirs", "status", `status Error "Invalid HTTP status code `, odd},
		{"ours", "status", `status Error ""`, odd},
	}}
	for _, c := range requests() {
		for _, protocol := range []string{"HTTP/1.1", "HTTP/2"} {
			if c.only1 && protocol != "HTTP/1.1" {
				continue
			}
			name := protocol + " " + c.name
			t.Run(name, func(t *testing.T) {
				theirs := serve(t, c, protocol, func(next http.Handler, o *observer, trusted func(*http.Request) bool) (http.Handler, error) {
					return telemetry.Middleware(next, o.tp, o.mp, trusted), nil
				})
				ours := serve(t, c, protocol, func(next http.Handler, o *observer, trusted func(*http.Request) bool) (http.Handler, error) {
					return instrument.HTTPServer(next, o.tp, o.mp, trusted)
				})
				d.compare(t, name, theirs, ours)
			})
		}
	}
	d.done(t)
}

// serve sends c to a new server with an instrumentation and returns all that came of it.
func serve(t *testing.T, c request, protocol string, wrap middleware) []string {
	t.Helper()
	o := newObserver(telemetry.ServerView())
	s := &world{entered: make(chan struct{}), file: t.TempDir() + "/file"}
	if err := os.WriteFile(s.file, []byte(large), 0o600); err != nil {
		t.Fatal(err)
	}
	observed, err := wrap(s.mux(), o, func(*http.Request) bool { return !c.stranger })
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			done <- fmt.Sprintf("server: panic %v, pattern %q", v, r.Pattern)
			if v != nil {
				panic(http.ErrAbortHandler) // to net/http's log nothing else
			}
		}()
		observed.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	if protocol == "HTTP/2" {
		server.StartTLS()
	} else {
		server.Start()
	}
	defer server.Close()

	lines := []string{}
	if protocol == "HTTP/2" {
		lines = append(lines, c.ask(t, server, s))
	} else {
		lines = append(lines, c.say(t, server.Listener.Addr().String(), s))
	}
	server.Close() // waits for the request; the form's files go after the answer
	select {
	case end := <-done:
		lines = append(lines, end)
	case <-time.After(time.Second / 4):
		lines = append(lines, "server: no request")
	}
	for _, file := range s.files {
		_, err := os.Stat(file)
		lines = append(lines, fmt.Sprintf("server: the file of the form is gone: %v", os.IsNotExist(err)))
	}
	return slices.Concat(lines, s.saw, o.lines(t))
}

var date = regexp.MustCompile(`(?m)^(Date|Last-Modified): .*$`)

// say sends c over HTTP/1 and returns the bytes of the answer.
func (c request) say(t *testing.T, address string, s *world) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	version := "HTTP/1.1"
	if c.version != "" {
		version = c.version
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s %s\r\nConnection: close\r\n", c.method, c.path, version)
	if !slices.ContainsFunc(c.headers, func(h string) bool { return strings.HasPrefix(h, "Host:") }) {
		fmt.Fprint(&text, "Host: orders.example\r\n")
	}
	chunked := false
	for _, header := range c.headers {
		chunked = chunked || strings.HasPrefix(header, "Transfer-Encoding")
		fmt.Fprintf(&text, "%s\r\n", header)
	}
	if c.body != "" && !chunked {
		fmt.Fprintf(&text, "Content-Length: %d\r\n", len(c.body))
	}
	fmt.Fprintf(&text, "\r\n%s", c.body)
	go func() { _, _ = conn.Write(text.Bytes()) }()
	if c.leaves {
		<-s.entered
		return "left"
	}
	answer, _ := io.ReadAll(conn)
	return "answer: " + short(date.ReplaceAllString(string(answer), "$1"))
}

// ask sends c over HTTP/2 and returns the answer.
func (c request) ask(t *testing.T, server *httptest.Server, s *world) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, c.method, server.URL+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.body == "" {
		r.Body = http.NoBody
	}
	r.Host = "orders.example"
	for _, header := range c.headers {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header[name] = append(r.Header[name], value)
	}
	if c.leaves {
		go func() { <-s.entered; cancel() }()
	}
	server.Client().Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS13
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(r)
	if err != nil {
		return "answer: " + strings.ReplaceAll(err.Error(), server.URL, "")
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	answer.Header.Del("Date")
	answer.Header.Del("Last-Modified")
	return fmt.Sprintf("answer: %s %s %v %v %s %v", answer.Proto, answer.Status, answer.Header, answer.Trailer, short(string(body)), err)
}

// short is text with its length, so that a failure can be read.
func short(text string) string { return fmt.Sprintf("%d bytes %.300q", len(text), text) }
