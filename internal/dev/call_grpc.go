package dev

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/internal/names"
)

// Status is how a gRPC call ended.
type Status struct {
	Code    codes.Code
	Message string
	Details []json.RawMessage // each with its type as "@type"
}

// Name is the code as the specification writes it, such as NOT_FOUND.
func (s Status) Name() string {
	return strings.ToUpper(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(s.Code.String(), "${1}_$2"))
}

// isMethod reports whether a path has the form of a method in a package, which is that of no
// other path that one would give to a service: /orders.v1.GreetingService/GetGreeting.
func isMethod(path string) bool {
	return regexp.MustCompile(`^/[A-Za-z_]\w*(\.[A-Za-z_]\w*)+/[A-Za-z_]\w*$`).MatchString(path)
}

// exampleMethod is a method that a service has as it was made.
func exampleMethod(svc Running) string {
	return "/" + names.Proto(svc.Name) + ".v1.GreetingService/GetGreeting"
}

// contract is what a service's .proto files say of one method.
type contract struct {
	method protoreflect.MethodDescriptor
	types  resolver
}

// findMethod looks a method up in the .proto files of its service, and in those of gRPC itself.
func findMethod(svc Running, path string, load func(dir string) (*descriptorpb.FileDescriptorSet, error)) (contract, error) {
	set := &descriptorpb.FileDescriptorSet{}
	if load != nil {
		var err error
		if set, err = load(svc.Dir); err != nil {
			return contract{}, err
		}
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return contract{}, err
	}
	service, method, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	found, err := files.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil && service == grpc_health_v1.Health_ServiceDesc.ServiceName {
		found, err = grpc_health_v1.File_grpc_health_v1_health_proto.Services().ByName("Health"), nil
	}
	folder := filepath.Join(svc.Dir, "proto")
	declared, isService := found.(protoreflect.ServiceDescriptor)
	if err != nil || !isService {
		return contract{}, &Refusal{
			Fact:   fmt.Sprintf("no .proto file below %s declares the service %q", folder, service),
			Remedy: "call a method of one that is declared: " + joined(services(files), "none is"),
		}
	}
	m := declared.Methods().ByName(protoreflect.Name(method))
	if m == nil {
		return contract{}, &Refusal{
			Fact:   fmt.Sprintf("%s has no method %q", service, method),
			Remedy: "call one that it has: " + joined(methods(declared), "there is none"),
		}
	}
	if m.IsStreamingClient() {
		return contract{}, &Refusal{
			Fact:   fmt.Sprintf("%s takes a stream of requests, and gen dev call sends one", path),
			Remedy: "call it from a program: gen dev env -- go run ./…",
		}
	}
	return contract{m, resolver{dynamicpb.NewTypes(files)}}, nil
}

func services(files *protoregistry.Files) (list []string) {
	files.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		for i := range f.Services().Len() {
			list = append(list, string(f.Services().Get(i).FullName()))
		}
		return true
	})
	slices.Sort(list)
	return list
}

func methods(s protoreflect.ServiceDescriptor) (list []string) {
	for i := range s.Methods().Len() {
		list = append(list, string(s.Methods().Get(i).Name()))
	}
	return list
}

func joined(list []string, none string) string {
	if len(list) == 0 {
		return none
	}
	return strings.Join(list, ", ")
}

// resolver knows the types of the service's .proto files, and those that details of errors
// commonly have.
type resolver struct{ own *dynamicpb.Types }

func (r resolver) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	_ = errdetails.File_google_rpc_error_details_proto // is in the global registry with this
	if t, err := r.own.FindMessageByURL(url); err == nil {
		return t, nil
	}
	return protoregistry.GlobalTypes.FindMessageByURL(url)
}

func (r resolver) FindMessageByName(name protoreflect.FullName) (protoreflect.MessageType, error) {
	return r.FindMessageByURL(string(name))
}

func (r resolver) FindExtensionByName(name protoreflect.FullName) (protoreflect.ExtensionType, error) {
	return r.own.FindExtensionByName(name)
}

func (r resolver) FindExtensionByNumber(message protoreflect.FullName, n protoreflect.FieldNumber) (protoreflect.ExtensionType, error) {
	return r.own.FindExtensionByNumber(message, n)
}

// request is the message that JSON describes; an empty one without any.
func (c contract) request(body []byte) (proto.Message, error) {
	input := c.method.Input()
	m := dynamicpb.NewMessage(input)
	if len(bytes.TrimSpace(body)) == 0 {
		return m, nil
	}
	err := protojson.UnmarshalOptions{Resolver: c.types}.Unmarshal(body, m)
	if err == nil {
		return m, nil
	}
	// The library's own prefix has a space that differs from run to run, on purpose.
	problem := strings.TrimLeft(strings.TrimPrefix(err.Error(), "proto:"), " \u00a0")
	problem = strings.Join(strings.Fields(problem), " ")
	var fields []string
	for i := range input.Fields().Len() {
		f := input.Fields().Get(i)
		fields = append(fields, f.JSONName()+" ("+typeOf(f)+")")
	}
	return nil, &Refusal{
		Fact:   fmt.Sprintf("--data is no %s: %s", input.FullName(), problem),
		Remedy: "give a JSON object; its fields are: " + joined(fields, "none"),
	}
}

func typeOf(f protoreflect.FieldDescriptor) string {
	name := f.Kind().String()
	switch {
	case f.IsMap():
		return "map"
	case f.Message() != nil:
		name = string(f.Message().FullName())
	case f.Enum() != nil:
		name = string(f.Enum().FullName())
	}
	if f.IsList() {
		return "list of " + name
	}
	return name
}

// json is a message in one line.
func (c contract) json(m proto.Message) ([]byte, error) {
	text, err := protojson.MarshalOptions{Resolver: c.types}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var line bytes.Buffer
	err = json.Compact(&line, text) // the library spaces differently from run to run
	return line.Bytes(), err
}

// status is how the call ended. A detail of a type that nobody knows is its type alone.
func (c contract) status(err error) *Status {
	st := status.Convert(err)
	s := &Status{Code: st.Code(), Message: st.Message()}
	for _, detail := range st.Proto().GetDetails() {
		text, err := c.json(detail)
		if err != nil {
			text, _ = json.Marshal(map[string]string{"@type": detail.GetTypeUrl()})
		}
		s.Details = append(s.Details, text)
	}
	return s
}

// invoke makes one gRPC call, on one connection. It fails when no server answered; how the
// server answered is in res.
func (c contract) invoke(ctx context.Context, request proto.Message, config *tls.Config, svc Running, o CallOptions, res *Result) error {
	config.NextProtos = []string{"h2"}
	line := &line{config: config, address: host(svc.GRPC)}
	conn, err := grpc.NewClient(
		"passthrough:///"+svc.Name,
		grpc.WithContextDialer(line.dial), grpc.WithTransportCredentials(insecure.NewCredentials()), // TLS is in dial, where its end is seen
		grpc.WithDisableRetry(), grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxBody)),
	)
	if err != nil {
		return err
	}
	defer conn.Close()
	path := "/" + string(c.method.Parent().FullName()) + "/" + string(c.method.Name())
	begin := time.Now()
	err = c.converse(ctx, conn, path, request, o.Message, res)
	res.Duration = time.Since(begin)
	var local *localError
	if errors.As(err, &local) {
		return local.error
	}
	if status.Code(err) == codes.Unavailable {
		if ended := line.verdict(); ended != nil {
			return ended
		}
	}
	line.leave()
	res.Status, res.GRPC = statusAnswered, c.status(err)
	return nil
}

// statusAnswered is the status in HTTP of each gRPC call that was answered.
const statusAnswered = 200

// localError is one that the server has no part in.
type localError struct{ error }

// converse sends the request and receives to the end of the answer.
func (c contract) converse(ctx context.Context, conn *grpc.ClientConn, path string, request proto.Message, each func([]byte) error, res *Result) error {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: c.method.IsStreamingServer()}, path)
	if err != nil {
		return err
	}
	// An error here is the end of the stream, and RecvMsg has its reason.
	if stream.SendMsg(request) == nil {
		_ = stream.CloseSend()
	}
	if md, err := stream.Header(); err == nil && md != nil {
		res.Header = map[string][]string(maps.Clone(md))
	}
	for {
		m := dynamicpb.NewMessage(c.method.Output())
		if err := stream.RecvMsg(m); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		doc, err := c.json(m)
		if err != nil {
			return &localError{err}
		}
		doc = append(doc, '\n')
		if len(res.Body)+len(doc) > maxBody {
			return &localError{fmt.Errorf("the answer has more than %d bytes", maxBody)}
		}
		res.Body = append(res.Body, doc...)
		if each != nil {
			if err := each(doc); err != nil {
				return &localError{err}
			}
		}
		if !c.method.IsStreamingServer() {
			return nil // RecvMsg has seen the status
		}
	}
}

// line is the one connection of a call.
type line struct {
	config  *tls.Config
	address string

	mu     sync.Mutex
	isUsed bool
	seen   *listening
	err    error // of dialing
}

var errOneLine = errors.New("the connection ended")

func (l *line) dial(ctx context.Context, _ string) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isUsed { // a second attempt would hide what the first was told
		return nil, errOneLine
	}
	l.isUsed = true
	inner, err := new(net.Dialer).DialContext(ctx, "tcp", l.address)
	if err != nil {
		l.err = err
		return nil, err
	}
	conn := tls.Client(inner, l.config)
	if err := conn.HandshakeContext(ctx); err != nil {
		inner.Close()
		l.err = err
		return nil, err
	}
	l.seen = &listening{Conn: conn}
	return l.seen, nil
}

// leave has the connection close at once.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen != nil {
		l.seen.leave()
	}
}

// verdict is why there was no connection, or the alert that ended it; nil for neither.
func (l *line) verdict() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		return l.err
	}
	var op *net.OpError
	if err := l.seen.verdict(); errors.As(err, &op) && op.Op == "remote error" {
		return err
	}
	return nil
}

// callGRPC is Call for a method.
func callGRPC(ctx context.Context, svc Running, path string, o CallOptions, own own, res *Result) error {
	c, err := findMethod(svc, path, o.Descriptors)
	if err != nil {
		return err
	}
	request, err := c.request(o.Body)
	if err != nil {
		return err
	}
	md := metadata.MD{}
	for name, values := range o.Header {
		md.Append(name, values...)
	}
	err = c.invoke(metadata.NewOutgoingContext(ctx, md), request, identity.ClientConfig(own, svc.ID), svc, o, res)
	switch {
	case err != nil:
		if res.Refusal = refusedHandshake(err, svc, own.svid); res.Refusal == nil {
			return explain(err, svc, svc.GRPC)
		}
	case res.GRPC.Code == codes.PermissionDenied:
		res.Refusal = refusedTarget(res, svc, path)
	}
	return nil
}
