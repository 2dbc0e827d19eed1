package dev

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// CallOptions say what to send to a service, and as whom.
type CallOptions struct {
	// As is the caller; zero means the first of the service's callers. A Stranger is nobody
	// whom the service knows, of its own trust domain.
	As       spiffeid.ID
	Stranger bool

	// URL is that of a service of the session, a path of the first service, or
	// https://NAME/path. Method is GET when it is empty.
	//
	// A path such as /orders.v1.GreetingService/GetGreeting calls that method over gRPC, when
	// the service serves it: Body is then the request as JSON, Header the metadata, and there is
	// no Method.
	Method string
	URL    string
	Header http.Header
	Body   []byte

	// Descriptors compiles the .proto files of the service in dir, and what they import.
	Descriptors func(dir string) (*descriptorpb.FileDescriptorSet, error)
	// Message receives each message of a gRPC answer as it arrives, as one line of JSON; nil is
	// nobody. An error ends the call.
	Message func(line []byte) error
}

// Result is what a call came to.
type Result struct {
	Caller, Server spiffeid.ID
	Method, URL    string
	Status         int     // 0 when the connection was refused
	GRPC           *Status // of a call over gRPC that was answered; Status is then 200
	Header         http.Header
	Body           []byte // over gRPC a line of JSON for each message
	TraceID        string
	Duration       time.Duration
	Refusal        *Refusal // nil unless the caller was refused
}

// Refusal explains why a caller was refused: the fact, and what to do about it. It is the
// error, too, of a call that cannot be made as it was asked for.
type Refusal struct{ Fact, Remedy string }

// Error returns both.
func (r *Refusal) Error() string { return r.Fact + "; " + r.Remedy }

// maxBody bounds what is read of an answer.
const maxBody = 16 << 20

// Call sends one request over mutual TLS and verifies who answers. The request asks for its
// trace to be sampled. A refusal is a result and no error.
func (c *Client) Call(ctx context.Context, o CallOptions) (*Result, error) {
	services, err := c.Services(ctx)
	if err != nil {
		return nil, err
	}
	svc, target, err := route(services, o.URL)
	if err != nil {
		return nil, err
	}
	overGRPC, err := protocol(svc, target, o)
	if err != nil {
		return nil, err
	}
	caller, err := pickCaller(svc, o)
	if err != nil {
		return nil, err
	}
	var g grant
	body, err := c.post(ctx, "/v1/svid", lease{ID: caller}, &g)
	if err != nil && caller.TrustDomain() != svc.ID.TrustDomain() {
		return nil, &Refusal{
			Fact: fmt.Sprintf("an SVID for %s: %v", caller, err),
			Remedy: fmt.Sprintf("call as somebody of %s, or let %s federate with %s: identity.federates of its mintwright.yaml",
				svc.ID.TrustDomain().Name(), svc.Name, caller.TrustDomain().Name()),
		}
	}
	if err != nil {
		return nil, fmt.Errorf("an SVID for %s: %w", caller, err)
	}
	body.Close()
	own, err := g.source()
	if err != nil {
		return nil, err
	}
	res := &Result{Caller: caller, Server: svc.ID, Method: o.Method, URL: target.String()}
	if overGRPC {
		res.Method = "GRPC"
		o.Header, res.TraceID = traced(o.Header)
		return res, callGRPC(ctx, svc, target.Path, o, own, res)
	}
	if res.Method == "" {
		res.Method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, res.Method, res.URL, bytes.NewReader(o.Body))
	if err != nil {
		return nil, err
	}
	req.Header, res.TraceID = traced(o.Header)
	begin := time.Now()
	err = send(req, identity.ClientConfig(own, svc.ID), res)
	res.Duration = time.Since(begin)
	if err != nil {
		if res.Refusal = refusedHandshake(err, svc, own.svid); res.Refusal == nil {
			return nil, explain(err, svc, svc.URL)
		}
		return res, nil
	}
	if res.Status == http.StatusForbidden {
		res.Refusal = refusedRequest(res, svc)
	}
	return res, nil
}

// traced returns a copy of a header with a trace to be sampled, unless it has one.
func traced(header http.Header) (with http.Header, id string) {
	with = http.Header{}
	for name, values := range header {
		with[name] = slices.Clone(values)
	}
	if with.Get("traceparent") == "" {
		with.Set("traceparent", "00-"+randomHex(16)+"-"+randomHex(8)+"-01")
	}
	if parts := strings.Split(with.Get("traceparent"), "-"); len(parts) == 4 {
		id = parts[1]
	}
	return with, id
}

// protocol reports whether a call goes over gRPC, and completes the URL.
func protocol(svc Running, target *url.URL, o CallOptions) (overGRPC bool, err error) {
	overGRPC = svc.GRPC != "" && (svc.URL == "" || isMethod(target.Path))
	switch {
	case svc.GRPC == "" && svc.URL == "":
		return false, &Refusal{
			Fact:   svc.Name + " is a worker and nothing else: it answers nobody",
			Remedy: "see what it has worked on: gen dev trace",
		}
	case overGRPC && strings.Count(target.Path, "/") != 2:
		return false, &Refusal{
			Fact:   fmt.Sprintf("%q is no method, and %s answers over gRPC only", target.Path, svc.Name),
			Remedy: "give a method such as " + exampleMethod(svc),
		}
	case overGRPC && o.Method != "" && o.Method != http.MethodPost:
		return false, &Refusal{
			Fact:   fmt.Sprintf("%s is called over gRPC, which has no %s", target.Path, o.Method),
			Remedy: "leave --method out",
		}
	case overGRPC:
		target.Host = host(svc.GRPC)
	default:
		target.Host = host(svc.URL)
	}
	target.Scheme = "https"
	return overGRPC, nil
}

func send(req *http.Request, config *tls.Config, res *Result) error {
	// One connection, and no second attempt: it would hide what the first was told.
	req.GetBody = nil
	config.NextProtos = []string{"http/1.1"}
	transport := &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Second}
	if req.ContentLength > 0 {
		req.Header.Set("Expect", "100-continue") // a refusal comes before the body is sent
	}
	var seen *listening
	transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		inner, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		conn := tls.Client(inner, config)
		if err := conn.HandshakeContext(ctx); err != nil {
			inner.Close()
			return nil, err
		}
		seen = &listening{Conn: conn}
		return seen, nil
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		if seen != nil {
			return errors.Join(seen.verdict(), err)
		}
		return err
	}
	defer resp.Body.Close()
	res.Status, res.Header = resp.StatusCode, resp.Header
	res.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return err
}

// listening remembers what ended a connection. With TLS 1.3 a client learns only after its
// own handshake that the server refused it; by then it may be writing, and net/http
// reports the broken pipe instead and closes the connection before the alert is read.
type listening struct {
	net.Conn
	once  sync.Once
	ended error
}

// lastWords is how long a server's alert may take after the connection broke.
const lastWords = 500 * time.Millisecond

// Close reads what the server still has to say, if nobody did.
func (l *listening) Close() error {
	l.once.Do(func() {
		_ = l.SetReadDeadline(time.Now().Add(lastWords)) // fails when there is nothing to wait for
		_, l.ended = l.Conn.Read(make([]byte, 1))
	})
	return l.Conn.Close()
}

// leave has Close wait for nothing: what the server said is known.
func (l *listening) leave() { l.once.Do(func() {}) }

// verdict returns the error with which the connection ended.
func (l *listening) verdict() error {
	_ = l.Close() // twice is once; what matters is what was read
	return l.ended
}

// route finds the service to which a URL leads, and completes the URL.
func route(services []Running, raw string) (Running, *url.URL, error) {
	if len(services) == 0 {
		return Running{}, nil, errors.New("the session has no service")
	}
	path := examplePath(services[0])
	remedy := fmt.Sprintf("give a path such as %s, or https://%s%s", path, services[0].Name, path)
	u, err := url.Parse(raw)
	var malformed *url.Error
	if errors.As(err, &malformed) {
		return Running{}, nil, &Refusal{fmt.Sprintf("%q is no URL: %v", raw, malformed.Err), remedy}
	}
	if err != nil {
		return Running{}, nil, err
	}
	if u.Host == "" {
		if !strings.HasPrefix(u.Path, "/") {
			return Running{}, nil, &Refusal{fmt.Sprintf("URL %q is neither a path nor an address", raw), remedy}
		}
		return services[0], u, nil
	}
	if u.Scheme != "https" && u.Scheme != "grpc" {
		return Running{}, nil, &Refusal{fmt.Sprintf("URL %q is not of https, and services answer over nothing else", raw), remedy}
	}
	var known []string
	for _, s := range services {
		if s.Name == u.Host || host(s.URL) == u.Host || host(s.GRPC) == u.Host {
			return s, u, nil
		}
		for _, at := range []string{s.URL, s.GRPC} {
			if at != "" {
				known = append(known, at+" ("+s.Name+")")
			}
		}
	}
	return Running{}, nil, &Refusal{fmt.Sprintf("%q is not a service of the session", u.Host), "call one that runs: " + joined(known, "none answers")}
}

// examplePath is a path that a service has as it was made.
func examplePath(svc Running) string {
	if svc.URL == "" && svc.GRPC != "" {
		return exampleMethod(svc)
	}
	return "/v1/greetings/Ada"
}

func pickCaller(svc Running, o CallOptions) (spiffeid.ID, error) {
	switch {
	case o.Stranger && !o.As.IsZero():
		return spiffeid.ID{}, errors.New("a call is made as an ID or as a stranger, not both")
	case o.Stranger:
		return stranger(svc)
	case !o.As.IsZero():
		return o.As, nil
	case len(svc.Callers) == 0 && svc.Anyone:
		return spiffeid.FromPath(svc.ID.TrustDomain(), "/ns/default/sa/caller")
	case len(svc.Callers) == 0:
		return spiffeid.ID{}, &Refusal{
			Fact:   fmt.Sprintf("whom to call %s as is not known: its mintwright.yaml lists no caller", svc.Name),
			Remedy: fmt.Sprintf("allow a caller in %s, and name it: --as spiffe://%s/ns/default/sa/caller", accessTable(svc), svc.ID.TrustDomain().Name()),
		}
	}
	return svc.Callers[0], nil
}

// stranger returns an ID of the service's trust domain that is none of its callers.
func stranger(svc Running) (spiffeid.ID, error) {
	path := "/stranger"
	for {
		id, err := spiffeid.FromPath(svc.ID.TrustDomain(), path)
		if err != nil || (id != svc.ID && !slices.Contains(svc.Callers, id)) {
			return id, err
		}
		path += "-too"
	}
}

func accessTable(svc Running) string { return filepath.Join(svc.Dir, "internal", "api", "access.go") }

// refusedHandshake explains an alert of the server's, nil for any other error.
func refusedHandshake(err error, svc Running, own *x509svid.SVID) *Refusal {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return nil
	}
	r := &Refusal{Fact: fmt.Sprintf("%s refused the handshake with %s (%v)", svc.Name, own.ID, op.Err)}
	switch end := own.Certificates[0].NotAfter; {
	case time.Now().After(end):
		r.Remedy = fmt.Sprintf("the SVID expired at %s; fetch a new one", end.Format(time.RFC3339))
	case !slices.Contains(svc.Callers, own.ID):
		r.Remedy = fmt.Sprintf("allow it in %s, or call as one that is allowed there", accessTable(svc))
		if len(svc.Callers) > 0 {
			r.Remedy = fmt.Sprintf("no rule in %s names that ID; mintwright.yaml lists %s", accessTable(svc), list(svc.Callers))
		}
	default:
		r.Remedy = fmt.Sprintf("mintwright.yaml lists it as a caller; see whether a rule in %s names it, and the service's log", accessTable(svc))
	}
	return r
}

// refusedRequest explains an answer with status 403.
func refusedRequest(res *Result, svc Running) *Refusal {
	target := res.Method + " " + res.URL
	var problem struct{ Title, Detail, Target string }
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") &&
		json.Unmarshal(res.Body, &problem) == nil {
		switch {
		case problem.Target != "":
			target = problem.Target
		case problem.Detail != "":
			target += " (" + problem.Detail + ")"
		}
	}
	return refusedTarget(res, svc, target)
}

func refusedTarget(res *Result, svc Running, target string) *Refusal {
	return &Refusal{
		Fact:   fmt.Sprintf("%s does not let %s call %s", svc.Name, res.Caller, target),
		Remedy: "the rule for that target is in " + accessTable(svc),
	}
}

// explain names the service in an error that is no refusal.
func explain(err error, svc Running, at string) error {
	if isRefused(err) && svc.PID == 0 {
		return fmt.Errorf("%s does not run: it is being built, or has ended; see what gen dev printed", svc.Name)
	}
	if isRefused(err) {
		return fmt.Errorf("%s does not listen on %s: see what it printed", svc.Name, at)
	}
	return fmt.Errorf("calling %s as %s: %w", at, svc.ID, err)
}

func list(ids []spiffeid.ID) string {
	var s []string
	for _, id := range ids {
		s = append(s, id.String())
	}
	return strings.Join(s, ", ")
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// own is an identity that was handed over once.
type own struct {
	svid    *x509svid.SVID
	bundles *x509bundle.Set
}

var _ identity.Source = own{}

func (g grant) source() (own, error) {
	svid, err := x509svid.ParseRaw(g.Chain, g.Key)
	if err != nil {
		return own{}, err
	}
	set := x509bundle.NewSet()
	for name, raw := range g.Bundles {
		domain, err := spiffeid.TrustDomainFromString(name)
		if err != nil {
			return own{}, err
		}
		b := x509bundle.New(domain)
		for _, der := range raw {
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				return own{}, err
			}
			b.AddX509Authority(cert)
		}
		set.Add(b)
	}
	return own{svid: svid, bundles: set}, nil
}

func (o own) GetX509SVID() (*x509svid.SVID, error) { return o.svid, nil }

func (o own) GetX509BundleForTrustDomain(d spiffeid.TrustDomain) (*x509bundle.Bundle, error) {
	return o.bundles.GetX509BundleForTrustDomain(d)
}

// Updated never receives: the identity outlives one call and no more.
func (o own) Updated() <-chan struct{} { return nil }

// Denied returns nil: nobody can take the identity away.
func (o own) Denied() error { return nil }
