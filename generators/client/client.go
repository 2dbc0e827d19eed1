// Package client writes clients that call a service over SPIFFE mutual TLS: for an interface whose
// methods are annotated with HTTP requests, or around the client interface that
// protoc-gen-go-grpc has made. Beside each client it writes a package with a test double that
// serves an implementation over the same protocol.
//
// Comments in the interface say what a call is:
//
//	//gen:http GET /payments/{id}   a pattern of net/http; {id} and {id...} are parameters
//	//gen:query page_size=limit     the parameter limit is the query's page_size
//	//gen:body order                this parameter is the JSON body
//	//gen:timeout 2s                of all attempts together
//	//gen:idempotent                it may be sent again, though the HTTP method does not say so
//
// A parameter's own comment may say //gen:query page_size or //gen:body. Without these, a
// parameter that is neither in the path nor the context is a value of the query when it is
// text, a number, a bool, a time or anything that marshals as text, a list of these, or an
// optional one by a pointer. Any other is the body.
//
// The test double is a package beside that of the client, paymentsapitest for PaymentsAPI, so that
// the tests of whoever calls the service can import it and no program has to: its NewClient takes
// an implementation of the interface, serves it on loopback over mutual TLS by certificates made in
// memory, with the routes and encodings of the client, and returns a client of it. Errors that
// are of the client's own type go over the wire as problems and arrive as such. A package that
// cannot be imported, or an interface that is not exported, has none.
//
// What does not depend on the interface is Go of the folder blueprints/client, which compiles and
// is tested there; the rest is made by jennifer. Inside a service of ours a client stands on the
// service's own packages.
package client

import (
	"errors"
	"go/types"
	"go/version"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/stamp"
	"github.com/mintwright/mintwright/internal/tree"
)

// Make returns the clients of the interfaces that o names, and their test doubles; paths are
// relative to p.Dir. args are those of gen, the verb first, for the headers.
//
// Errors are *fault.Fault, several joined.
func Make(p *source.Package, o Options, args []string) ([]tree.File, error) {
	if err := check(o); err != nil {
		return nil, err
	}
	var list []*source.Interface
	var inputs []types.Type
	var errs []error
	for _, spec := range o.Types {
		in, err := p.Interface(spec)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		list, inputs = append(list, in), append(inputs, in.Type)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	header := stamp.Header(args, stamp.Inputs(p.Types, p.Files, inputs...))
	var files []tree.File
	for _, in := range list {
		made, err := one(p, o, in, header)
		errs = append(errs, err)
		files = append(files, made...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// Output returns the path of the client's file, relative to the folder of the directive.
func Output(o Options, isTest bool) (string, error) {
	if len(o.Types) == 0 {
		return "", noType()
	}
	return output(o, o.Types[0], isTest)
}

func noType() error {
	return &fault.Fault{Problem: "no interface is named", Remedy: "name it with -type"}
}

// check judges what the flags say by themselves.
func check(o Options) error {
	var errs []error
	add := func(problem, remedy string) { errs = append(errs, &fault.Fault{Problem: problem, Remedy: remedy}) }
	if len(o.Types) == 0 || slices.Contains(o.Types, "") {
		errs = append(errs, noType())
	}
	if len(o.Types) > 1 && o.Output != "" {
		add("-o names one file, and there is one for each of several interfaces", "leave -o out, or write a directive for each")
	}
	if o.Timeout < 0 {
		add("-timeout is negative", "name a time such as 10s")
	}
	switch id, err := spiffeid.FromString(o.ID); {
	case o.ID == "":
		add("-id is missing: a client has to know whom it calls", "add -id with the SPIFFE ID of the service, such as spiffe://acme.example/ns/pay/sa/api")
	case err != nil:
		add("-id "+quote(o.ID)+" is no SPIFFE ID: "+err.Error(), "write it as spiffe://trust-domain/path")
	case id.Path() == "":
		add("-id "+quote(o.ID)+" names a trust domain and no service", "add the path of the service's SPIFFE ID")
	case len(o.ID) > 2048:
		add("-id is longer than 2048 bytes", "correct it: no workload has such a SPIFFE ID")
	}
	return errors.Join(errs...)
}

// output names the file of the client for a type.
func output(o Options, spec string, isTest bool) (string, error) {
	suffix := ".go"
	if isTest {
		suffix = "_test.go"
	}
	if o.Output == "" {
		return names.Snake(strings.TrimSuffix(baseName(spec), "Client")) + "_client" + suffix, nil
	}
	problem, remedy, name := "", "", path.Clean(filepath.ToSlash(o.Output))
	switch {
	case path.Base(name) != name:
		problem, remedy = "the output lies in another folder than its directive, and so in another package", "give its name alone, or put the directive into a file of that package"
	case !strings.HasSuffix(o.Output, ".go") || o.Output == ".go":
		problem, remedy = "the output is no Go file", "give it a name that ends in .go"
	case strings.HasSuffix(o.Output, "_test.go") != isTest && isTest:
		problem, remedy = "the output is no test file, and its directive stands in one", "give it a name that ends in _test.go, or move the directive"
	case strings.HasSuffix(o.Output, "_test.go") != isTest:
		problem, remedy = "the output is a test file, and its directive does not stand in one", "give it another name, or move the directive"
	default:
		return name, nil
	}
	return "", &fault.Fault{File: o.Output, Problem: problem, Remedy: remedy}
}

// baseName is a type's name without its package.
func baseName(spec string) string { return spec[strings.LastIndexAny(spec, "./")+1:] }

// one makes the files for one interface.
func one(p *source.Package, o Options, in *source.Interface, header []string) ([]tree.File, error) {
	name, err := output(o, in.Name, p.IsTest)
	if err != nil {
		return nil, err
	}
	t, err := newTarget(p, in, o, name)
	if err != nil {
		return nil, err
	}
	if isRPC(in) {
		return makeRPC(t, header)
	}
	return makeWeb(t, header)
}

// oldest is the version of the language that clients are written in.
const oldest = "1.22"

// target is what all outputs for one interface have in common.
type target struct {
	p          *source.Package
	in         *source.Interface
	o          Options
	output     string
	base       string // what Sample becomes in exported names
	lower      string // and sample in others
	isExported bool
	service    string // import path of the internal packages of the service it stands in; "" elsewhere
	double     string // folder of the test double; "" for none
}

func newTarget(p *source.Package, in *source.Interface, o Options, output string) (*target, error) {
	t := &target{p: p, in: in, o: o, output: output, base: in.Name}
	if isRPC(in) {
		t.base = strings.TrimSuffix(in.Name, "Client")
	}
	if v := p.Module.GoVersion; v != "" && version.Compare("go"+v, "go"+oldest) < 0 {
		return nil, &fault.Fault{File: filepath.Join(p.Module.Dir, "go.mod"), Problem: "the module is written in Go " + v + ", and a client in Go " + oldest, Remedy: "raise the go line, for instance by go mod edit -go=" + oldest}
	}
	if len(in.TypeParams) > 0 {
		return nil, t.fault("a client cannot be made for a generic interface", "declare the instance that is served as a type of its own: type Name interface{ "+in.Name+"[...] }")
	}
	t.lower, t.isExported = lowerFirst(t.base), isUpper(t.base)
	if isService(p.Module.Dir, isRPC(in)) {
		t.service = p.Module.Path + "/internal/"
	}
	if !o.NoDouble && !p.IsTest && p.Name != "main" && t.isExported {
		t.double = strings.ToLower(t.base) + "test"
	}
	return t, nil
}

// fault is one at the interface.
func (t *target) fault(problem, remedy string) *fault.Fault { return at(t.in.Pos, problem, remedy) }

// isService tells whether a module is a service of ours that has what a client stands on.
func isService(dir string, isRPC bool) bool {
	needed := []string{"mintwright.yaml", "internal/identity/identitytest", "internal/httpclient"}
	if isRPC {
		needed[2] = "internal/grpcclient"
	}
	for _, name := range needed {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); dir == "" || err != nil {
			return false
		}
	}
	return true
}
