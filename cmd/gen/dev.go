package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/proto"
	"github.com/mintwright/mintwright/internal/dev"
	"github.com/mintwright/mintwright/internal/dev/otlp"
)

// runDev is one run of gen dev.
type runDev struct {
	env      *Env
	with     []string
	logLevel string
	lifetime time.Duration
	noWatch  bool
	jsonLogs bool
}

func newDev(env *Env) *cobra.Command {
	d := &runDev{env: env}
	cmd := &cobra.Command{
		Use:   "dev [DIR]",
		Short: "Run a service on this machine, with real identities",
		Long: `  gen dev                                  # the service in this folder
  gen dev --with ../payments               # and one that it calls
  gen dev call /v1/greetings/Ada           # from another terminal: call it as a friend
  gen dev call --stranger /v1/greetings/Ada
  gen dev call /orders.v1.GreetingService/GetGreeting --data '{"name":"Ada"}'   # over gRPC
  gen dev env -- dlv debug ./cmd/orders    # any program with the service's identity

Builds the service and runs it on loopback with a local authority that speaks the SPIFFE
Workload API and a telemetry sink that prints a line for each span. A changed source builds
and starts it again; Ctrl-C ends everything.

A service with a store gets the database of DATABASE_URL or DATABASE_URL_FILE, else one of its
own name at a PostgreSQL server of this machine, which is made when it is not there; its
migrations are run before it starts. A worker on messages gets the NATS server of NATS_URL,
else that of this machine; one on a schedule works every ten seconds unless SCHEDULE says
otherwise. A listener for the web gets a certificate for localhost.`,
		Args:              atMost(1),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE:              func(cmd *cobra.Command, args []string) error { return d.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&d.with, "with", nil, "folder of another service to run beside it (repeatable)")
	f.StringVar(&d.logLevel, "log-level", "", "the services' LOG_LEVEL: debug, info, warn or error")
	f.DurationVar(&d.lifetime, "svid-lifetime", time.Hour, "lifetime of X.509-SVIDs; short ones show rotation")
	f.BoolVar(&d.jsonLogs, "json-logs", false, "print the services' JSON logs as they are, as without a terminal")
	f.BoolVar(&d.noWatch, "no-watch", false, "leave the services alone when their sources change")
	cmd.AddCommand(newDevCall(env), newDevEnv(env), newDevTrace(env))
	return cmd
}

func (d *runDev) run(ctx context.Context, args []string) error {
	dirs := []string{d.env.Dir}
	if len(args) == 1 {
		dirs[0] = d.env.path(args[0])
	}
	for _, w := range d.with {
		dirs = append(dirs, d.env.path(w))
	}
	const shortest = 2 * time.Second
	if d.lifetime < shortest {
		return wrongUsage(fmt.Errorf("--svid-lifetime %s is too short", d.lifetime), fmt.Sprintf("choose %s or more", shortest))
	}
	err := dev.Run(ctx, dev.Options{
		Dirs: dirs, Load: loadService,
		Output: d.env.Stdout, Progress: d.env.Stderr,
		Environ:      d.env.Environ,
		LogLevel:     d.logLevel,
		SVIDLifetime: d.lifetime,
		NoWatch:      d.noWatch,
		Readable:     d.env.IsTerminal(d.env.Stdout) && !d.jsonLogs,
	})
	if errors.Is(err, dev.ErrRunning) {
		return &problem{code: exitFailed, err: err, hints: []string{"end the other gen dev, or use it: gen dev call /v1/greetings/Ada"}}
	}
	var missing *dev.MissingError
	if errors.As(err, &missing) {
		return &problem{code: exitFailed, err: errors.New(missing.Fact), hints: []string{missing.Remedy}}
	}
	return err
}

// loadService reads what gen dev needs to know of the service in dir.
func loadService(dir string) (dev.Service, error) {
	name := filepath.Join(dir, plan.Answers)
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return dev.Service{}, &problem{
			code:  exitFailed,
			err:   fmt.Errorf("%s holds no service: it has no %s", dir, plan.Answers),
			hints: []string{"go to the folder of a service, or make one: gen new"},
		}
	}
	if err != nil {
		return dev.Service{}, err
	}
	a, err := answers.Parse(name, data)
	if err != nil {
		return dev.Service{}, err
	}
	return devService(dir, a)
}

// devService is what the answers say of a service to those who run it.
func devService(dir string, a answers.Answers) (dev.Service, error) {
	var errs []error
	id := func(text string) spiffeid.ID {
		if text == "" {
			return spiffeid.ID{}
		}
		id, err := spiffeid.FromString(text)
		errs = append(errs, err)
		return id
	}
	s := dev.Service{
		Dir: dir, Name: a.Name,
		ID:        id("spiffe://" + a.Identity.TrustDomain + a.Identity.Path),
		Collector: id(a.Telemetry.Collector.ID),
		Signals:   a.Telemetry.Signals,
		Database:  a.Store == "postgres",
		HTTP:      a.Serves("http"),
		GRPC:      a.Serves("grpc"),
		Public:    a.Public(),
		Metrics:   a.Telemetry.Prometheus,
		Anyone:    a.Answering() && a.Allows("any-caller"),
	}
	if a.Serves("worker") {
		s.Work = a.Worker.Source
	}
	for _, c := range a.Identity.Callers {
		s.Callers = append(s.Callers, id(c))
	}
	for _, c := range a.Calls {
		s.Calls = append(s.Calls, dev.Call{Name: c.Name, ID: id(c.ID), GRPC: c.Protocol == "grpc"})
	}
	for _, f := range a.Identity.Federates {
		td, err := spiffeid.TrustDomainFromString(f)
		errs = append(errs, err)
		s.Federates = append(s.Federates, td)
	}
	return s, errors.Join(errs...)
}

// session finds the running session of the working folder, or the only one.
func session(env *Env) (*dev.Client, error) {
	dir := env.Dir
	if _, err := os.Stat(filepath.Join(dir, plan.Answers)); err != nil {
		dir = "" // not in a service's folder: any session will do, if there is one
	}
	c, err := dev.Find("", dir)
	if errors.Is(err, dev.ErrNoSession) {
		return nil, &problem{code: exitFailed, err: err, hints: []string{"start one in another terminal: gen dev"}}
	}
	return c, err
}

// call is one run of gen dev call.
type call struct {
	env      *Env
	as       string
	stranger bool
	method   string
	headers  []string
	data     string
	json     bool
}

func newDevCall(env *Env) *cobra.Command {
	c := &call{env: env}
	cmd := &cobra.Command{
		Use:   "call URL",
		Short: "Call a running service over mutual TLS",
		Long: `  gen dev call /v1/greetings/Ada                        # the service of this folder
  gen dev call --as spiffe://acme.example/ns/shop/sa/checkout https://orders/v1/greetings/Ada
  gen dev call --stranger /v1/greetings/Ada             # refused, and told why
  gen dev call /orders.v1.GreetingService/GetGreeting --data '{"name":"Ada"}'
  gen dev call https://orders/grpc.health.v1.Health/Check

Calls a service of the running gen dev as one of its callers, the first unless --as names
another, or as a stranger. The answer's body goes to stdout. Exits 1 when the answer is no 2xx.

A path of a method calls it over gRPC, where the service serves that: --data is the request as
JSON, an empty one when it is missing, and each message of the answer is a line of JSON. The
service's .proto files say what is in them. Exits 1 when the answer is not OK.

With --json one document is printed: caller, server, method, url, status, body, trace_id,
duration_ms and, where the caller was refused, refusal with fact and remedy. Status is 0 when
the handshake was refused. Over gRPC method is GRPC, status 200, body the lines, and grpc has
code (a number), name, message and details of how the call ended.`,
		Args:              atMost(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringVar(&c.as, "as", "", "SPIFFE ID of the caller")
	f.BoolVar(&c.stranger, "stranger", false, "call as somebody whom the service does not know")
	f.StringVarP(&c.method, "method", "X", "", "method (GET, or POST with --data)")
	f.StringArrayVarP(&c.headers, "header", "H", nil, "header, or metadata over gRPC, as 'Name: value' (repeatable)")
	f.StringVarP(&c.data, "data", "d", "", "body of the request, or the message as JSON over gRPC")
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	cmd.MarkFlagsMutuallyExclusive("as", "stranger")
	return cmd
}

func (c *call) run(ctx context.Context, args []string) error {
	o, err := c.options(args)
	if err != nil {
		return err
	}
	found, err := session(c.env)
	if err != nil {
		return err
	}
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	result, err := found.Call(ctx, o)
	var refusal *dev.Refusal
	if errors.As(err, &refusal) {
		return &problem{code: exitFailed, err: errors.New(refusal.Fact), hints: []string{refusal.Remedy}}
	}
	if err != nil {
		return err
	}
	return c.print(result)
}

// parseAs returns the SPIFFE ID that --as names.
func parseAs(text string) (spiffeid.ID, error) {
	id, err := spiffeid.FromString(text)
	if err != nil {
		return id, wrongUsage(fmt.Errorf("--as %q: %w", text, err), "give a SPIFFE ID, such as spiffe://acme.example/ns/shop/sa/checkout")
	}
	return id, nil
}

func (c *call) options(args []string) (dev.CallOptions, error) {
	o := dev.CallOptions{
		Stranger: c.stranger, Method: c.method, Body: []byte(c.data), Header: http.Header{},
		Descriptors: descriptors,
	}
	if !c.json {
		o.Message = func(line []byte) error {
			_, err := c.env.Stdout.Write(line)
			return err
		}
	}
	if len(args) == 0 {
		return o, wrongUsage(errors.New("what to call is missing"), "give a path, such as /v1/greetings/Ada")
	}
	o.URL = args[0]
	if c.as != "" {
		id, err := parseAs(c.as)
		if err != nil {
			return o, err
		}
		o.As = id
	}
	for _, h := range c.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return o, wrongUsage(fmt.Errorf("--header %q has no colon", h), "write it as 'Name: value'")
		}
		o.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if o.Method == "" && c.data != "" {
		o.Method = http.MethodPost
	}
	return o, nil
}

// descriptors compiles the .proto files of the service in dir.
func descriptors(dir string) (*descriptorpb.FileDescriptorSet, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	const folder = "proto" // where imports start
	sources, err := root.OpenRoot(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return &descriptorpb.FileDescriptorSet{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer sources.Close()
	var names []string
	err = fs.WalkDir(sources.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(name) == ".proto" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	set, err := proto.Descriptors(sources.FS(), names...)
	if faults := proto.Faults(err); len(faults) > 0 {
		first := *faults[0]
		first.File = filepath.Join(dir, folder, filepath.FromSlash(first.File))
		return nil, &problem{code: exitFailed, err: errors.New(first.Fact()), hints: []string{first.Remedy}}
	}
	return set, err
}

func (c *call) print(r *dev.Result) error {
	if c.json {
		return c.printJSON(r)
	}
	if r.Refusal != nil {
		return &problem{code: exitFailed, err: errors.New(r.Refusal.Fact), hints: []string{r.Refusal.Remedy}}
	}
	answer := strconv.Itoa(r.Status)
	if r.GRPC != nil { // its messages were printed as they came
		answer = r.GRPC.Name()
		for _, d := range r.GRPC.Details {
			note(c.env.Stderr, "detail: "+string(d))
		}
	} else if _, err := c.env.Stdout.Write(withNewline(r.Body)); err != nil {
		return err
	}
	note(c.env.Stderr, fmt.Sprintf("%s answered %s to %s in %s, trace %s",
		r.Server, answer, r.Caller, r.Duration.Round(100*time.Microsecond), r.TraceID))
	return failed(r)
}

// failed is the error of an answer that is no 2xx, or over gRPC not OK.
func failed(r *dev.Result) error {
	if s := r.GRPC; s != nil {
		if s.Code == codes.OK {
			return nil
		}
		return fmt.Errorf("%s was answered with %s: %s", r.URL, s.Name(), s.Message)
	}
	if r.Status >= 200 && r.Status <= 299 {
		return nil
	}
	return fmt.Errorf("%s %s was answered with %d", r.Method, r.URL, r.Status)
}

func (c *call) printJSON(r *dev.Result) error {
	type refusal struct {
		Fact   string `json:"fact"`
		Remedy string `json:"remedy"`
	}
	type ending struct {
		Code    int               `json:"code"`
		Name    string            `json:"name"`
		Message string            `json:"message"`
		Details []json.RawMessage `json:"details"`
	}
	document := struct {
		Caller     string   `json:"caller"`
		Server     string   `json:"server"`
		Method     string   `json:"method"`
		URL        string   `json:"url"`
		Status     int      `json:"status"`
		GRPC       *ending  `json:"grpc,omitempty"`
		Body       string   `json:"body"`
		TraceID    string   `json:"trace_id"`
		DurationMS float64  `json:"duration_ms"`
		Refusal    *refusal `json:"refusal,omitempty"`
	}{
		r.Caller.String(), r.Server.String(), r.Method, r.URL, r.Status, nil, string(r.Body), r.TraceID,
		float64(r.Duration.Microseconds()) / 1000, nil,
	}
	if s := r.GRPC; s != nil {
		document.GRPC = &ending{int(s.Code), s.Name(), s.Message, append([]json.RawMessage{}, s.Details...)}
	}
	if r.Refusal != nil {
		document.Refusal = &refusal{r.Refusal.Fact, r.Refusal.Remedy}
	}
	if err := writeJSON(c.env.Stdout, document); err != nil {
		return err
	}
	if r.Refusal != nil {
		return errors.New(r.Refusal.Fact)
	}
	return failed(r)
}

func withNewline(body []byte) []byte {
	if len(body) == 0 || bytes.HasSuffix(body, []byte("\n")) {
		return body
	}
	return append(bytes.Clone(body), '\n')
}

func newDevEnv(env *Env) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "env [--as ID] -- COMMAND [ARG...]",
		Short: "Run any program with the Workload API and an identity",
		Long: `  gen dev env -- dlv debug ./cmd/orders
  gen dev env --as spiffe://acme.example/ns/shop/sa/checkout -- go test ./...

Runs the program with SPIFFE_ENDPOINT_SOCKET and the settings of the running gen dev. It and
all that it starts have the identity of the service in this folder, or the one given by --as,
until it ends. Exits as the program does.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o := dev.EnvOptions{
				Argv: args, Environ: env.Environ, Dir: env.Dir,
				Stdin: env.Stdin, Stdout: env.Stdout, Stderr: env.Stderr,
			}
			if len(args) == 0 {
				return wrongUsage(errors.New("the program to run is missing"), "give it after --: gen dev env -- go test ./...")
			}
			if as != "" {
				id, err := parseAs(as)
				if err != nil {
					return err
				}
				o.ID = id
			}
			found, err := session(env)
			if err != nil {
				return err
			}
			code, err := found.Env(cmd.Context(), o)
			if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
				return &problem{code: exitNoProgram, err: err, hints: []string{"give a program that is in PATH, or the path of one"}}
			}
			if err != nil || code == 0 {
				return err
			}
			return exitCode(code)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "SPIFFE ID of the program")
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func newDevTrace(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "trace [ID]",
		Short: "Print a trace of the running services as a tree",
		Long: `  gen dev trace                                    # the newest that was not answered with 404
  gen dev trace 4bf92f3577b34da6a3ce929d0e0e4736

Prints what the running gen dev has of a trace, across all its services.`,
		Args:              atMost(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && !isTraceID(args[0]) {
				return wrongUsage(fmt.Errorf("%q is no trace ID", args[0]),
					"give up to 32 hexadecimal digits, as the last line of gen dev call has them, or nothing for the newest")
			}
			found, err := session(env)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				const patience = 2 * time.Second // spans come a little after the answer
				ctx, cancel := context.WithTimeout(cmd.Context(), patience)
				defer cancel()
				t, err := found.Trace(ctx, strings.ToLower(args[0]), 1)
				if err != nil {
					return &problem{code: exitFailed, err: err, hints: []string{"the last line of gen dev call names a trace; without an ID, gen dev trace prints the newest"}}
				}
				return t.WriteTree(env.Stdout)
			}
			traces, err := found.Traces(cmd.Context())
			if err != nil {
				return err
			}
			if len(traces) == 0 {
				return &problem{code: exitFailed, err: errors.New("no trace has arrived yet"), hints: []string{"call the service and wait a second: gen dev call /v1/greetings/Ada"}}
			}
			return newest(traces).WriteTree(env.Stdout)
		},
	}
}

// isTraceID reports whether id is a trace ID or the beginning of one.
func isTraceID(id string) bool {
	const digits = 32
	return id != "" && len(id) <= digits && strings.Trim(id, "0123456789abcdefABCDEF") == ""
}

// isAstray reports whether a span is of a call of what is not there.
func isAstray(s otlp.Span) bool {
	return s.Attributes["http.response.status_code"] == "404" || s.Attributes["rpc.response.status_code"] == "UNIMPLEMENTED"
}

// newest is the last of the traces, which are not none, that began with a request for
// something that is there: a browser's request for an icon is not what somebody looks for.
func newest(traces []otlp.Trace) otlp.Trace {
	for _, t := range slices.Backward(traces) {
		if len(t.Spans) > 0 && !isAstray(t.Spans[0]) {
			return t
		}
	}
	return traces[len(traces)-1]
}
