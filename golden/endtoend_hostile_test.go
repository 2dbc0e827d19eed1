//go:build linux || darwin

package golden

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	ordersv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// hostile is what callers and brokers do to payments and to the workers. A caller is checkout,
// who is let in, unless it is said that nobody is.
func hostile() []fault {
	return []fault{
		{name: "a protobuf of 1 GB", happen: func(t *testing.T, s *stage) string {
			const size = 1 << 30
			return s.post(t, http.Header{}, io.MultiReader(bytes.NewReader(frame(0, size)), io.LimitReader(zeros{}, size)))
		}},
		{name: "a gzip bomb of 1 GB", soak: true, happen: func(t *testing.T, s *stage) string {
			bomb := squeezed(1 << 30)
			return s.post(t, http.Header{"Grpc-Encoding": {"gzip"}}, bytes.NewReader(append(frame(1, len(bomb)), bomb...)))
		}},
		{name: "headers of 1 MB", happen: hugeHeaders},
		{name: "a flood of metadata", happen: metadataFlood},
		{name: "garbage for baggage and traceparent", happen: garbage},
		{name: "streams that nobody reads, 250", soak: true, happen: func(t *testing.T, s *stage) string { return unreadStreams(t, s, 1000) }},
		{name: "streams of 100,000 messages, 250", soak: true, happen: func(t *testing.T, s *stage) string { return unreadStreams(t, s, 100_000) }},
		{name: "slow bodies, 100 of HTTP and 100 of gRPC", soak: true, happen: slowBodies},
		{name: "half of a handshake, 1,000 times each", soak: true, happen: func(t *testing.T, s *stage) string {
			p := s.payments.oldest()
			return "HTTP: " + halfOpen(t, strings.TrimPrefix(p.url, "https://"), 1000, true) + "; gRPC: " + halfOpen(t, p.rpc, 1000, true)
		}},
		{name: "connections without a handshake, 10,000", soak: true, happen: func(t *testing.T, s *stage) string {
			return halfOpen(t, strings.TrimPrefix(s.payments.oldest().url, "https://"), 10_000, false)
		}},
		{name: "a stranger, 200 times", happen: stranger},
		{name: "a broker that delivers everything five times", soak: true, happen: redelivered},
		{name: "poison messages, 20", happen: poisonMessages},
		{name: "poison rows, 20", database: true, happen: poisonRows},
		{name: "a migration that fails half-way", database: true, happen: halfMigrated},
	}
}

// frame is the head of a message of gRPC.
func frame(compressed byte, size int) []byte {
	return binary.BigEndian.AppendUint32([]byte{compressed}, uint32(size))
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// squeezed returns so many zeros, compressed.
func squeezed(size int64) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.Copy(z, io.LimitReader(zeros{}, size)) // a buffer never fails
	_ = z.Close()
	return b.Bytes()
}

// client is a caller over HTTP/2 or HTTP/1.1, with a connection of its own.
func (s *stage) client(t *testing.T, kind connections) *http.Client {
	t.Helper()
	transport := kind.transport(s.source(t, checkoutID), paymentsID)
	transport.MaxResponseHeaderBytes = 1 << 20
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Timeout: time.Minute, Transport: transport}
}

// post sends bytes as a message of gRPC and returns the status that came back.
func (s *stage) post(t *testing.T, header http.Header, body io.Reader) string {
	t.Helper()
	sent := &counted{from: body}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+s.payments.oldest().rpc+unaryOfPayments, sent)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("Te", "trailers")
	response, err := s.client(t, keepHTTP2).Do(request)
	if err != nil {
		return fmt.Sprintf("%v, after %d KB", err, sent.bytes()>>10)
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	code := response.Header.Get("Grpc-Status") + response.Trailer.Get("Grpc-Status")
	text := response.Header.Get("Grpc-Message") + response.Trailer.Get("Grpc-Message")
	if code == "0" {
		t.Errorf("accepted")
	}
	if code == "" {
		return fmt.Sprintf("%s, %v, after %d KB", response.Status, err, sent.bytes()>>10)
	}
	return fmt.Sprintf("status %s, %q, after %d KB", code, text, sent.bytes()>>10)
}

// counted counts what is read of a body.
type counted struct {
	from io.Reader

	mu sync.Mutex
	n  int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	return n, err
}

func (c *counted) bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// answered is a short form of what came back.
func answered(response *http.Response, err error) string {
	if err != nil {
		text := err.Error()
		if _, rest, ok := strings.Cut(text, "\": "); ok {
			text = rest
		}
		return text
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body) // only its status is told
	return response.Status
}

func hugeHeaders(t *testing.T, s *stage) string {
	p := s.payments.oldest()
	var told []string
	for _, kind := range []connections{keepHTTP1, keepHTTP2} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+direct, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Huge", strings.Repeat("x", 1<<20))
		answer := answered(s.client(t, kind).Do(request))
		if answer == "200 OK" {
			t.Error("1 MB of headers is accepted over " + kind)
		}
		told = append(told, answer)
	}
	err := s.unary(t, metadata.Pairs("x-huge", strings.Repeat("x", 1<<20)))
	if err == nil {
		t.Error("1 MB of headers is accepted over gRPC")
	}
	return strings.Join(append(told, status.Convert(err).Message()), "; ")
}

// unary calls the oldest payments once, with metadata, over a connection of its own.
func (s *stage) unary(t *testing.T, md metadata.MD) error {
	t.Helper()
	conn := connect(t, s.source(t, checkoutID), paymentsID, s.payments.oldest().rpc)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return conn.Invoke(metadata.NewOutgoingContext(ctx, md), unaryOfPayments, &ordersv1.GetGreetingRequest{Name: "Ada"}, new(ordersv1.GetGreetingResponse))
}

// metadataFlood: what fits into the limit is let in, and what does not is not.
func metadataFlood(t *testing.T, s *stage) string {
	flood := func(n int) metadata.MD {
		md := metadata.MD{}
		for i := range n {
			md.Set("x-"+strconv.Itoa(i), "v")
		}
		return md
	}
	if err := s.unary(t, flood(1000)); err != nil {
		t.Error(err)
	}
	err := s.unary(t, flood(20_000))
	if err == nil {
		t.Error("20,000 pairs are accepted")
	}
	return "1,000 pairs: OK; 20,000: " + status.Convert(err).Message()
}

// garbage does not keep a request from its answer.
func garbage(t *testing.T, s *stage) string {
	values := []string{
		"", "00", "00-0-0-00", "ff-" + strings.Repeat("f", 32) + "-" + strings.Repeat("f", 16) + "-01",
		"00-" + strings.Repeat("0", 32) + "-" + strings.Repeat("0", 16) + "-01", strings.Repeat("=,;", 2000), strings.Repeat("a=b,", 2000),
		"a=" + strings.Repeat("%", 8000), "ключ=значение", "\x80\xfe\xff",
	}
	p, n := s.payments.oldest(), 0
	for _, value := range values {
		for _, kind := range []connections{keepHTTP1, keepHTTP2} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+direct, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Traceparent", "Tracestate", "Baggage"} {
				request.Header[name] = []string{value, value}
			}
			n++
			if answer := answered(s.client(t, kind).Do(request)); answer != "200 OK" {
				t.Errorf("%q over %s: %s", value, kind, answer)
			}
		}
		if strings.ContainsFunc(value, func(r rune) bool { return r > '~' }) {
			continue // gRPC's client sends no such thing
		}
		n++
		if err := s.unary(t, metadata.Pairs("traceparent", value, "tracestate", value, "baggage", value, "baggage", value)); err != nil {
			t.Errorf("%q over gRPC: %v", value, err)
		}
	}
	return fmt.Sprintf("%d requests, each answered", n)
}

// unreadStreams asks for as many streams as a connection may have, and reads nothing.
func unreadStreams(t *testing.T, s *stage, messages int) string {
	conn := connect(t, s.source(t, checkoutID), paymentsID, s.payments.oldest().rpc)
	defer conn.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const most = 250
	var streams []grpc.ClientStream
	for range most {
		stream, err := openStream(ctx, conn, messages)
		if err != nil {
			t.Error(err)
			break
		}
		streams = append(streams, stream)
	}
	time.Sleep(5 * time.Second)
	told := map[string]int{}
	for _, stream := range streams {
		err := stream.RecvMsg(new(ordersv1.StreamGreetingsResponse))
		told[status.Convert(err).Message()]++
	}
	brief, cancelBrief := context.WithTimeout(ctx, 2*time.Second)
	defer cancelBrief()
	_, err := openStream(brief, conn, 1)
	return fmt.Sprintf("after 5 s the first message of each: %v; one stream more: %v", told, status.Code(err))
}

// slowBodies: a body must have come within the limit of a request.
func slowBodies(t *testing.T, s *stage) string {
	const each = 100
	p := s.payments.oldest()
	var mu sync.Mutex
	told := map[string]int{}
	begin := time.Now()
	var callers sync.WaitGroup
	for _, url := range []string{p.url + direct, "https://" + p.rpc + unaryOfPayments} {
		for range each {
			callers.Go(func() {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, io.MultiReader(bytes.NewReader(frame(0, 1<<20)), slowly{t.Context()}))
				if err != nil {
					return
				}
				kind := keepHTTP2
				if url != p.url+direct {
					request.Header.Set("Content-Type", "application/grpc")
					request.Header.Set("Te", "trailers")
				} else {
					request.Method, kind = http.MethodGet, keepHTTP1 // the route is one, and a body is allowed
				}
				response, err := s.client(t, kind).Do(request)
				answer := ""
				if err == nil {
					answer = response.Header.Get("Grpc-Status")
					if body, _ := io.ReadAll(response.Body); answer == "" && len(body) == 0 {
						answer = response.Trailer.Get("Grpc-Status")
					}
				}
				if answer != "" {
					answer = "gRPC status " + answer
					response.Body.Close()
				} else {
					answer = answered(response, err)
				}
				mu.Lock()
				defer mu.Unlock()
				told[answer]++
			})
		}
	}
	callers.Wait()
	return fmt.Sprintf("%v, the last after %.0f s", told, time.Since(begin).Seconds())
}

// slowly is a body of a byte a second.
type slowly struct{ ctx context.Context }

func (s slowly) Read(b []byte) (int, error) {
	select {
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	case <-time.After(time.Second):
	}
	b[0] = 0
	return 1, nil
}

// halfOpen opens so many connections, which say nothing or begin to, and waits until they are
// closed, or for 20 s.
func halfOpen(t *testing.T, address string, n int, begin bool) string {
	t.Helper()
	start := time.Now()
	var conns []net.Conn
	defer func() {
		for _, conn := range conns {
			conn.Close()
		}
	}()
	var refused int
	for range n {
		conn, err := net.DialTimeout("tcp", address, 5*time.Second)
		if err != nil {
			refused++
			continue
		}
		conns = append(conns, conn)
		if begin {
			_, _ = conn.Write([]byte{22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3}) // the head of a ClientHello; it may be closed already
		}
	}
	opened := time.Since(start)
	deadline := time.Now().Add(20 * time.Second)
	var closed int
	var last time.Time
	for _, conn := range conns {
		if conn.SetReadDeadline(deadline) != nil {
			continue
		}
		_, err := conn.Read(make([]byte, 64))
		if err == nil { // an alert
			_, err = conn.Read(make([]byte, 64))
		}
		if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
			closed++
			last = time.Now()
		}
	}
	if closed < len(conns) {
		t.Errorf("%d of %d connections are still open", len(conns)-closed, len(conns))
	}
	return fmt.Sprintf("%d opened in %.1f s, %d not let in, all closed %.1f s later", len(conns), opened.Seconds(), refused, last.Sub(start.Add(opened)).Seconds())
}

// stranger has an SVID that no rule names.
func stranger(t *testing.T, s *stage) string {
	p, told := s.payments.oldest(), map[string]int{}
	config := keepHTTP1.transport(s.source(t, strangerID), paymentsID).TLSClientConfig
	for range 200 {
		conn, err := tls.Dial("tcp", strings.TrimPrefix(p.url, "https://"), config)
		if err == nil {
			if _, err = conn.Read(make([]byte, 1)); err == nil {
				t.Error("a stranger is let in")
			}
			conn.Close()
		}
		told[fmt.Sprint(err)]++
	}
	return fmt.Sprint(told)
}

// redelivered adds messages again and again, of which the broker has forgotten that it had them.
func redelivered(t *testing.T, s *stage) string {
	const different, times = 100, 5
	s.messages.hold(true)
	defer s.messages.hold(false)
	s.settle(t)
	before := s.payments.greeted(mailerID)
	for range times {
		for i := range different {
			message := &nats.Msg{Subject: "mailer.jobs", Data: []byte(greetAda), Header: nats.Header{}}
			if _, err := s.broker.js.PublishMsg(t.Context(), message, jetstream.WithMsgID(fmt.Sprint("again-", s.messages.added.Load(), "-", i))); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
	s.settle(t)
	ran := s.payments.greeted(mailerID) - before
	s.others += ran
	if ran < different {
		t.Errorf("%d of %d were run", ran, different)
	}
	return fmt.Sprintf("%d messages delivered, %d runs", different*times, ran)
}

func poisonMessages(t *testing.T, s *stage) string {
	const n = 20
	aside, err := s.broker.aside(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := len(s.mailer.oldest().logs("job put aside"))
	for i := range n {
		if _, err := s.broker.js.Publish(t.Context(), "mailer.jobs", bytes.Repeat([]byte{0xff}, i<<10)); err != nil {
			t.Error(err)
		}
	}
	s.poison += n
	eventually(t, "they are put aside", func() bool {
		now, err := s.broker.aside(t.Context())
		return err == nil && now == aside+n
	})
	return fmt.Sprintf("put aside, with %d lines", len(s.mailer.oldest().logs("job put aside"))-before)
}

func poisonRows(t *testing.T, s *stage) string {
	const n = 20
	before := len(s.ledger.oldest().logs("job put aside"))
	key := fmt.Sprint("poison-", s.rows.added.Load(), "-")
	for i := range n {
		if _, err := s.rows.pool.Exec(t.Context(), "INSERT INTO jobs (key, body, header) VALUES ($1, $2, '{}')", key+strconv.Itoa(i), []byte{0xff}); err != nil {
			t.Error(err)
		}
	}
	eventually(t, "they are put aside", func() bool {
		now, err := s.rows.count(t.Context(), "SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL AND starts_with(key, $1)", key)
		return err == nil && now == n
	})
	return fmt.Sprintf("put aside, with %d lines", len(s.ledger.oldest().logs("job put aside"))-before)
}

// halfMigrated: what stands in the way of the second migration leaves the first in place, and
// the command goes on from there.
func halfMigrated(t *testing.T, s *stage) string {
	d := s.world.database(t)
	if _, err := d.pool.Exec(t.Context(), "CREATE TABLE jobs (mine int)"); err != nil {
		t.Fatal(err)
	}
	said, err := s.migrate(t, d)
	if err == nil || !strings.Contains(said, `relation "jobs" already exists`) {
		t.Errorf("got %v, %s", err, said)
	}
	if _, err := d.pool.Exec(t.Context(), "DROP TABLE jobs"); err != nil {
		t.Fatal(err)
	}
	if said, err := s.migrate(t, d); err != nil {
		t.Error(err, said)
	}
	rows, err := d.pool.Query(t.Context(), "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !slices.Contains(tables, "greetings") || !slices.Contains(tables, "jobs") {
		t.Errorf("tables %v, or %v", tables, err)
	}
	return "refused with its reason; once mended it goes on"
}
