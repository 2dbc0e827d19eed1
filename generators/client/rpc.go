package client

import (
	"errors"
	"go/types"
	"slices"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/tree"
)

const healthPath = "google.golang.org/grpc/health/grpc_health_v1" // what the blueprints call

// isRPC tells whether a method of an interface takes options of gRPC calls.
func isRPC(in *source.Interface) bool { return slices.ContainsFunc(in.Methods, takesOptions) }

func takesOptions(m source.Method) bool {
	if !m.Variadic {
		return false
	}
	last, ok := m.Params[len(m.Params)-1].Type.(*types.Slice)
	return ok && isNamedType(last.Elem(), "google.golang.org/grpc", "CallOption")
}

// makeRPC makes the client around an interface that protoc-gen-go-grpc has made, and its double.
func makeRPC(t *target, header []string) ([]tree.File, error) {
	if err := checkRPC(t); err != nil {
		return nil, err
	}
	timeouts, err := rpcTimeouts(t)
	if err != nil {
		return nil, err
	}
	s := t.newSheet(t.p.Path, t.p.Name, declared(t.p, t.output))
	head, tail := []string{"rpc/conn.go"}, []string{"rpc/config.go", "rpc/credentials.go"}
	if t.service != "" {
		head, tail = []string{"ownrpc/conn.go"}, nil
	}
	s.reserve(slices.Concat(head, tail)...)
	if f := s.clash(slices.Concat(head, tail)...); f != nil {
		return nil, f
	}
	s.standard("time")
	s.callsInstead("Client", "NewHealthClient", "Health_ServiceDesc")
	s.add(head...)
	s.made.Const().Id(t.lower + "Server").Op("=").Lit(t.o.ID)
	if t.service == "" {
		s.timeouts(timeouts)
	}
	if err := s.addMade(); err != nil {
		return nil, err
	}
	s.add(tail...)
	content, err := s.render(header, "")
	if err != nil {
		return nil, err
	}
	files := []tree.File{{Path: t.output, Mode: 0o644, Owner: tree.Generated, Content: content}}
	if t.double == "" {
		return files, nil
	}
	double, err := rpcDouble(t, header)
	return append(files, double), err
}

// callsInstead puts names of the interface's package in the place of those of the health service.
func (s *sheet) callsInstead(kind string, others ...string) {
	pkg := s.in.Package
	s.imports.Add(pkg.Path(), pkg.Name())
	for _, name := range append(others, "Health"+kind) {
		s.selections[healthPath+"."+name] = identifier{pkg.Path(), strings.Replace(name, "Health", s.base, 1)}
	}
}

func rpcDouble(t *target, header []string) (tree.File, error) {
	serve, shared := "rpctest/serve.go", []string{"authority/authority.go"}
	if t.service != "" {
		serve, shared = "ownrpctest/serve.go", nil
	}
	s := t.doubleSheet(serve, shared...)
	s.callsInstead("Server", "RegisterHealthServer")
	s.add(serve)
	s.made.Const().Id(t.lower + "Server").Op("=").Lit(t.o.ID)
	if err := s.addMade(); err != nil {
		return tree.File{}, err
	}
	s.add(shared...)
	content, err := s.render(header[:1], t.doubleDoc(t.base+"Server"))
	return tree.File{Path: t.doublePath(), Mode: 0o644, Owner: tree.Generated, Content: content}, err
}

// checkRPC refuses what protoc-gen-go-grpc has not made.
func checkRPC(t *target) error {
	var errs []error
	for _, m := range t.in.Methods {
		if !takesOptions(m) {
			errs = append(errs, at(m.Pos, m.Name+" takes no options of a gRPC call, and other methods of "+t.in.Name+" do", "name an interface that protoc-gen-go-grpc has made"))
		}
		if m.Name == "Close" {
			errs = append(errs, at(m.Pos, t.in.Name+" has a method Close, which the client needs for its connections", "give the method of the service another name"))
		}
	}
	prefix := t.in.Package.Path() + "."
	if t.in.Package == t.p.Types {
		prefix = ""
	}
	for _, name := range []string{"New" + t.in.Name, t.base + "_ServiceDesc", "Register" + t.base + "Server"} {
		if _, err := t.p.Object(nil, prefix+name); err != nil || t.base == t.in.Name {
			errs = append(errs, t.fault(t.in.Name+" is not a client interface that protoc-gen-go-grpc has made: its package has no "+name, "name the generated interface, such as GreeterClient, or annotate methods without grpc.CallOption by //gen:http"))
			break
		}
	}
	return errors.Join(errs...)
}

// rpcTimeouts reads //gen:timeout, which a .proto file has in the same words, by method.
func rpcTimeouts(t *target) (map[string]time.Duration, error) {
	r := &reader{target: t}
	found := map[string]time.Duration{"": r.timeout(t.in.Directives, t.o.Timeout)}
	for _, d := range t.in.Directives {
		r.known(d, d.Verb != "timeout" && slices.Contains([]string{"http", "query", "body", "idempotent"}, d.Verb))
	}
	for _, m := range t.in.Methods {
		for _, d := range m.Directives {
			if d.Verb == "http" || d.Verb == "query" || d.Verb == "body" || d.Verb == "idempotent" {
				r.fault(d.Pos, "//gen:"+d.Verb+" says nothing of a gRPC call", "leave it out; option idempotency_level in the .proto file says what may be called again")
				continue
			}
			r.known(d, false)
		}
		value := r.timeout(m.Directives, 0)
		if value > 0 && isStream(m) {
			r.fault(m.Pos, m.Name+" is a stream, which //gen:timeout does not bound", "give its context a deadline where it is called")
		}
		if value > 0 {
			found[m.Name] = value
		}
	}
	if t.service != "" && (found[""] > 0 || len(found) > 1) {
		r.errs = append(r.errs, &fault.Fault{
			Problem: "the service's package grpcclient bounds the calls of " + t.in.Name,
			Remedy:  "leave -timeout and //gen:timeout out, and give contexts a deadline where they are called",
		})
	}
	return found, errors.Join(r.errs...)
}

// isStream tells whether a method does not return a message.
func isStream(m source.Method) bool {
	return len(m.Params) != 3 || len(m.Results) != 2 || !isPointer(m.Results[0].Type)
}

// timeouts writes the function that bounds calls.
func (s *sheet) timeouts(by map[string]time.Duration) {
	standard := by[""]
	if standard == 0 {
		standard = defaultTimeout
	}
	var cases []jen.Code
	for _, m := range s.in.Methods {
		if d, ok := by[m.Name]; ok && d != standard {
			cases = append(cases, jen.Case(jen.Lit(m.Name)).Block(jen.Return(durationCode(d))))
		}
	}
	body := []jen.Code{jen.Return(durationCode(standard))}
	param := jen.Id("method").String()
	switch {
	case len(cases) > 0:
		body = []jen.Code{jen.Switch(jen.Id("method")).Block(append(cases, jen.Default().Block(body...))...)}
	default:
		param = jen.String()
	}
	s.made.Comment(s.lower + "Timeout bounds the calls of a method, all attempts together.")
	s.made.Func().Id(s.lower+"Timeout").Params(param).Qual("time", "Duration").Block(body...)
}
